//! Texts, bytes and numbers that cross the boundary.

use core::ffi::c_char;
use core::ptr::null;

use crate::error::{Failure, Outcome};

/// A text in UTF-8: `length` bytes, and no zero byte is needed behind them. What the library gives
/// has one. Where a text may be absent, `data` is NULL.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_text {
    /// The first byte.
    pub data: *const c_char,
    /// The number of bytes.
    pub length: usize,
}

/// Bytes. Where bytes may be absent, `data` is NULL.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_bytes {
    /// The first byte.
    pub data: *const u8,
    /// The number of bytes.
    pub length: usize,
}

/// Several texts.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_texts {
    /// The first text; can be NULL if there is none.
    pub items: *const lp_text,
    /// The number of texts.
    pub count: usize,
}

/// Several strings of bytes.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_byte_strings {
    /// The first; can be NULL if there is none.
    pub items: *const lp_bytes,
    /// How many there are.
    pub count: usize,
}

/// A number that may be absent.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_optional {
    /// Whether there is one.
    pub is_present: bool,
    /// The number.
    pub value: i64,
}

impl lp_text {
    pub(crate) const ABSENT: Self = Self { data: null(), length: 0 };
}

impl lp_bytes {
    pub(crate) const ABSENT: Self = Self { data: null(), length: 0 };
}

impl From<Option<i64>> for lp_optional {
    fn from(number: Option<i64>) -> Self {
        Self { is_present: number.is_some(), value: number.unwrap_or(0) }
    }
}

impl From<lp_optional> for Option<i64> {
    fn from(number: lp_optional) -> Self {
        number.is_present.then_some(number.value)
    }
}

/// The items behind a pointer of the caller.
///
/// # Safety
/// `items` points to `count` items that nobody changes while they are used, or is NULL.
pub(crate) unsafe fn slice<'a, T>(items: *const T, count: usize, what: &str) -> Outcome<&'a [T]> {
    if count == 0 {
        return Ok(&[]);
    }
    if items.is_null() || !items.is_aligned() {
        return Err(Failure::pointer(what));
    }
    if count.checked_mul(size_of::<T>()).is_none_or(|bytes| bytes > isize::MAX.unsigned_abs()) {
        return Err(Failure::new("length-wrong", &[what, " is longer than the memory"]));
    }
    // SAFETY: not NULL, aligned, not larger than memory can be; the caller answers for the rest.
    Ok(unsafe { core::slice::from_raw_parts(items, count) })
}

/// What the caller's pointer points to.
///
/// # Safety
/// `pointer` points to a value that nobody changes while it is used, or is NULL.
pub(crate) unsafe fn object<'a, T>(pointer: *const T, what: &str) -> Outcome<&'a T> {
    if !pointer.is_aligned() {
        return Err(Failure::pointer(what));
    }
    // SAFETY: aligned; the caller answers for the rest.
    unsafe { pointer.as_ref() }.ok_or_else(|| Failure::pointer(what))
}

/// The same where NULL says that there is nothing.
///
/// # Safety
/// As `object`.
pub(crate) unsafe fn optional<'a, T>(pointer: *const T, what: &str) -> Outcome<Option<&'a T>> {
    if pointer.is_null() {
        return Ok(None);
    }
    // SAFETY: the caller answers for the pointer.
    unsafe { object(pointer, what) }.map(Some)
}

impl lp_bytes {
    /// # Safety
    /// As `slice`.
    pub(crate) unsafe fn get<'a>(&self, what: &str) -> Outcome<&'a [u8]> {
        if self.data.is_null() {
            return Err(Failure::pointer(what));
        }
        // SAFETY: the caller answers for pointer and length.
        unsafe { slice(self.data, self.length, what) }
    }

    /// # Safety
    /// As `slice`.
    pub(crate) unsafe fn optional<'a>(&self, what: &str) -> Outcome<Option<&'a [u8]>> {
        if self.data.is_null() {
            return Ok(None);
        }
        // SAFETY: the caller answers for pointer and length.
        unsafe { self.get(what) }.map(Some)
    }
}

impl lp_text {
    /// # Safety
    /// As `slice`.
    pub(crate) unsafe fn bytes<'a>(&self, what: &str) -> Outcome<&'a [u8]> {
        if self.data.is_null() {
            return Err(Failure::pointer(what));
        }
        // SAFETY: the caller answers for pointer and length.
        unsafe { slice(self.data.cast(), self.length, what) }
    }

    /// # Safety
    /// As `slice`.
    pub(crate) unsafe fn get<'a>(&self, what: &str) -> Outcome<&'a str> {
        // SAFETY: the caller answers for pointer and length.
        let bytes = unsafe { self.bytes(what) }?;
        core::str::from_utf8(bytes)
            .map_err(|_| Failure::new("text-not-utf8", &[what, " is not UTF-8"]))
    }

    /// # Safety
    /// As `slice`.
    #[cfg(feature = "std")]
    pub(crate) unsafe fn optional<'a>(&self, what: &str) -> Outcome<Option<&'a str>> {
        if self.data.is_null() {
            return Ok(None);
        }
        // SAFETY: the caller answers for pointer and length.
        unsafe { self.get(what) }.map(Some)
    }
}

impl lp_texts {
    /// # Safety
    /// As `slice`, for the texts too.
    pub(crate) unsafe fn get<'a>(
        &self,
        what: &'a str,
    ) -> Outcome<impl Iterator<Item = Outcome<&'a str>>> {
        // SAFETY: the caller answers for pointers and lengths.
        let texts = unsafe { slice(self.items, self.count, what) }?;
        // SAFETY: the same.
        Ok(texts.iter().map(move |text| unsafe { text.get(what) }))
    }
}
