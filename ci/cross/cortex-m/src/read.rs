//! The vectors, as `livepermit-emulator` packs them: little-endian numbers, texts and bytes behind
//! their length.

use alloc::vec::Vec;
use core::ffi::c_char;

use cortex_m_semihosting::{nr, syscall};
use livepermit_c::{lp_bytes, lp_optional, lp_text};

/// Memory of the board that neither program nor stack uses, 16 MB.
const ROOM: *mut u8 = 0x2100_0000 as *mut u8;
const ROOM_BYTES: usize = 16 << 20;

/// Reads the file that the emulator was started beside.
pub(crate) fn file() -> Reader {
    let name = b"vectors.bin\0";
    // SAFETY: the blocks of arguments are those of the calls (ARM, "Semihosting for AArch32 and
    // AArch64"), and the memory is nobody else's.
    unsafe {
        let file = syscall(nr::OPEN, &[name.as_ptr() as usize, 1, name.len() - 1]);
        let length = syscall(nr::FLEN, &[file]);
        assert!(length <= ROOM_BYTES, "no file, or one that is too long");
        let missing = syscall(nr::READ, &[file, ROOM as usize, length]);
        assert!(missing == 0, "{missing} bytes are missing");
        Reader { rest: core::slice::from_raw_parts(ROOM, length) }
    }
}

#[derive(Clone, Copy)]
pub(crate) struct Reader {
    rest: &'static [u8],
}

impl Reader {
    fn take(&mut self, length: usize) -> &'static [u8] {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    fn number<const LENGTH: usize>(&mut self) -> [u8; LENGTH] {
        let mut bytes = [0; LENGTH];
        bytes.copy_from_slice(self.take(LENGTH));
        bytes
    }

    pub(crate) fn byte(&mut self) -> u8 {
        u8::from_le_bytes(self.number())
    }

    pub(crate) fn word(&mut self) -> u32 {
        u32::from_le_bytes(self.number())
    }

    pub(crate) fn long(&mut self) -> i64 {
        i64::from_le_bytes(self.number())
    }

    pub(crate) fn slice(&mut self) -> &'static [u8] {
        let length = self.word() as usize;
        self.take(length)
    }

    pub(crate) fn bytes(&mut self) -> lp_bytes {
        let bytes = self.slice();
        lp_bytes { data: bytes.as_ptr(), length: bytes.len() }
    }

    pub(crate) fn text(&mut self) -> lp_text {
        text(self.slice())
    }

    pub(crate) fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.word()).map(|_| item(self)).collect()
    }

    pub(crate) fn maybe<T>(&mut self, item: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.byte() == 1).then(|| item(self))
    }

    pub(crate) fn optional(&mut self) -> lp_optional {
        let value = self.maybe(Self::long);
        lp_optional { is_present: value.is_some(), value: value.unwrap_or(0) }
    }
}

pub(crate) fn text(bytes: &[u8]) -> lp_text {
    lp_text { data: bytes.as_ptr().cast::<c_char>(), length: bytes.len() }
}
