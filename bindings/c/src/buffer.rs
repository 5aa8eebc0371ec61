//! The caller's buffer, into which results are written.

#[cfg(feature = "std")]
use alloc::string::String;
use alloc::vec::Vec;
use core::ffi::c_char;

use crate::error::{Failure, Outcome};
#[cfg(feature = "std")]
use crate::text::lp_texts;
use crate::text::{lp_byte_strings, lp_bytes, lp_text};

/// Memory of the caller, to which the pointers of a result point. Each call writes from the start of
/// the buffer, so the pointers of the call before are then over.
#[repr(C)]
#[derive(Debug)]
pub struct lp_buffer {
    /// The first byte; can be NULL if `capacity` is 0.
    pub data: *mut u8,
    /// How many bytes there are.
    pub capacity: usize,
    /// After a call: how many bytes the result uses. With `LP_BUFFER_TOO_SMALL`: how many bytes the
    /// result needs.
    pub used: usize,
}

/// Room for every verdict and every admission, in bytes. A gate asks for so much before it uses up
/// a code.
pub const LP_VERDICT_BYTES: usize = 16_384;

/// Writes into a buffer. What does not fit is counted only.
pub(crate) struct Arena {
    data: *mut u8,
    capacity: usize,
    used: usize,
}

impl Arena {
    /// # Safety
    /// `data` of the buffer points to `capacity` bytes that nobody else uses during the call, or is
    /// NULL.
    unsafe fn new(buffer: &lp_buffer) -> Self {
        let capacity = if buffer.data.is_null() { 0 } else { buffer.capacity };
        Self { data: buffer.data, capacity, used: 0 }
    }

    /// Room for so many bytes; nothing if they do not fit.
    fn room(&mut self, bytes: usize, align: usize) -> Option<*mut u8> {
        let at = self.data.wrapping_add(self.used).align_offset(align);
        let start = self.used.saturating_add(at);
        self.used = start.saturating_add(bytes);
        if self.used > self.capacity {
            // What is needed is told for a buffer at any address.
            self.used = self.used.saturating_add(align).saturating_sub(at.saturating_add(1));
            return None;
        }
        Some(self.data.wrapping_add(start))
    }

    fn put<T: Copy>(&mut self, items: &[T]) -> Option<*mut T> {
        let bytes = size_of_val(items);
        let room = self.room(bytes, align_of::<T>())?.cast::<T>();
        // SAFETY: `room` gave as many bytes inside the buffer, aligned for `T`; a caller's buffer
        // and a value of ours do not overlap.
        unsafe { core::ptr::copy_nonoverlapping(items.as_ptr(), room, items.len()) };
        Some(room)
    }

    /// An empty list points to nothing.
    pub(crate) fn array<T: Copy>(&mut self, items: &[T]) -> *const T {
        if items.is_empty() {
            return core::ptr::null();
        }
        self.put(items).map_or(core::ptr::null(), <*mut T>::cast_const)
    }

    pub(crate) fn one<T: Copy>(&mut self, item: T) -> *const T {
        self.array(&[item])
    }

    pub(crate) fn text(&mut self, text: &str) -> lp_text {
        let Some(start) = self.room(text.len().saturating_add(1), 1) else {
            return lp_text::ABSENT;
        };
        // SAFETY: `room` gave one byte more than the text has, inside the buffer.
        unsafe {
            core::ptr::copy_nonoverlapping(text.as_ptr(), start, text.len());
            start.add(text.len()).write(0);
        }
        lp_text { data: start.cast::<c_char>(), length: text.len() }
    }

    pub(crate) fn maybe_text(&mut self, text: Option<&str>) -> lp_text {
        text.map_or(lp_text::ABSENT, |text| self.text(text))
    }

    /// Present bytes have a pointer, though there may be none.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> lp_bytes {
        let start = self.room(bytes.len().max(1), 1);
        let Some(start) = start else { return lp_bytes::ABSENT };
        // SAFETY: `room` gave as many bytes inside the buffer.
        unsafe { core::ptr::copy_nonoverlapping(bytes.as_ptr(), start, bytes.len()) };
        lp_bytes { data: start, length: bytes.len() }
    }

    #[cfg(feature = "std")]
    pub(crate) fn maybe_bytes(&mut self, bytes: Option<&[u8]>) -> lp_bytes {
        bytes.map_or(lp_bytes::ABSENT, |bytes| self.bytes(bytes))
    }

    #[cfg(feature = "std")]
    pub(crate) fn texts(&mut self, texts: &[String]) -> lp_texts {
        let items: Vec<lp_text> = texts.iter().map(|text| self.text(text)).collect();
        lp_texts { items: self.array(&items), count: items.len() }
    }

    pub(crate) fn byte_strings(&mut self, strings: &[Vec<u8>]) -> lp_byte_strings {
        let items: Vec<lp_bytes> = strings.iter().map(|bytes| self.bytes(bytes)).collect();
        lp_byte_strings { items: self.array(&items), count: items.len() }
    }
}

/// Writes a result into the caller's buffer and `out`.
///
/// # Safety
/// `out` is valid for a write or NULL; `buffer` and its `data` are valid for writes, or NULL.
pub(crate) unsafe fn give<T: Copy>(
    out: *mut T,
    buffer: *mut lp_buffer,
    write: impl FnOnce(&mut Arena) -> T,
) -> Outcome {
    // SAFETY: the caller answers for the pointer.
    let buffer = unsafe { mutable(buffer, "the buffer") }?;
    // SAFETY: the caller answers for `data` and `capacity`.
    let mut arena = unsafe { Arena::new(buffer) };
    let result = write(&mut arena);
    buffer.used = arena.used;
    if arena.used > arena.capacity {
        return Err(Failure::BufferTooSmall);
    }
    // SAFETY: the caller answers for the pointer.
    unsafe { set(out, result) }
}

/// Asks for room before something happens that cannot be told a second time.
///
/// # Safety
/// `buffer` is valid for a write, or NULL.
#[cfg(feature = "std")]
pub(crate) unsafe fn has_room(buffer: *mut lp_buffer, bytes: usize) -> Outcome {
    // SAFETY: the caller answers for the pointer.
    let buffer = unsafe { mutable(buffer, "the buffer") }?;
    if buffer.data.is_null() || buffer.capacity < bytes {
        buffer.used = bytes;
        return Err(Failure::BufferTooSmall);
    }
    Ok(())
}

/// That a result can be written, before something happens that cannot be told a second time.
pub(crate) fn is_place<T>(out: *mut T) -> Outcome {
    if out.is_null() || !out.is_aligned() {
        return Err(Failure::pointer("the place of the result"));
    }
    Ok(())
}

/// Writes a value for the caller.
///
/// # Safety
/// `out` is valid for a write, or NULL.
pub(crate) unsafe fn set<T>(out: *mut T, value: T) -> Outcome {
    is_place(out)?;
    // SAFETY: not NULL and aligned; the caller answers for the rest. What stood there is not
    // dropped, as it may never have been written.
    unsafe { out.write(value) };
    Ok(())
}

/// # Safety
/// `pointer` points to a value that nobody else uses during the call, or is NULL.
unsafe fn mutable<'a, T>(pointer: *mut T, what: &str) -> Outcome<&'a mut T> {
    if !pointer.is_aligned() {
        return Err(Failure::pointer(what));
    }
    // SAFETY: aligned; the caller answers for the rest.
    unsafe { pointer.as_mut() }.ok_or_else(|| Failure::pointer(what))
}
