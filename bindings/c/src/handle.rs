//! Handles.

use alloc::boxed::Box;

use crate::buffer::set;
use crate::error::Outcome;

/// Gives the caller a handle, which `free` takes back.
///
/// # Safety
/// `place` is valid for a write, or NULL.
pub(crate) unsafe fn hand_out<T>(place: *mut *mut T, object: T) -> Outcome {
    let handle = Box::into_raw(Box::new(object));
    // SAFETY: the caller answers for the pointer.
    unsafe { set(place, handle).inspect_err(|_| free(handle)) }
}

/// Takes a handle back.
///
/// # Safety
/// `handle` came from `hand_out` and was not freed before, or is NULL.
pub(crate) unsafe fn free<T>(handle: *mut T) {
    if !handle.is_null() {
        // SAFETY: the caller answers for the handle.
        drop(unsafe { Box::from_raw(handle) });
    }
}
