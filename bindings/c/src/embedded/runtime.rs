//! What a Rust library needs where there is no operating system: memory, and an end for panics.
//! Both are the caller's.

use core::alloc::{GlobalAlloc, Layout};
use core::ffi::{c_char, c_void};
use core::panic::PanicInfo;
use core::ptr::null_mut;

use crate::error::fixed;

/// What each `malloc` is aligned to: the largest alignment of a C type on 32-bit machines.
const MALLOC_ALIGN: usize = 8;

unsafe extern "C" {
    fn malloc(bytes: usize) -> *mut c_void;
    fn free(memory: *mut c_void);
    /// Ends the program or restarts the machine. `file` has a zero byte behind; what is longer than
    /// 127 bytes is cut.
    fn lp_panic_handler(file: *const c_char, line: u32) -> !;
}

struct Malloc;

// SAFETY: the caller's `malloc` gives memory that nobody else has, aligned to `MALLOC_ALIGN`, or
// NULL. Memory for a larger alignment is taken larger, and what `free` wants stands before it.
unsafe impl GlobalAlloc for Malloc {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.align() <= MALLOC_ALIGN {
            // SAFETY: `malloc` takes every number.
            return unsafe { malloc(layout.size()) }.cast();
        }
        let Some(bytes) = layout.size().checked_add(layout.align()) else { return null_mut() };
        // SAFETY: the same.
        let block = unsafe { malloc(bytes) }.cast::<u8>();
        if block.is_null() {
            return block;
        }
        // At least `MALLOC_ALIGN` bytes further on, so there is room for a pointer before.
        let aligned = block.wrapping_add(1).align_offset(layout.align()).wrapping_add(1);
        // SAFETY: `aligned` is at most `layout.align()`, so `size` bytes from there are in the
        // block. The pointer before is in the block too, and is aligned as the block is.
        unsafe {
            let memory = block.add(aligned);
            memory.cast::<*mut u8>().sub(1).write(block);
            memory
        }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        let block = if layout.align() <= MALLOC_ALIGN {
            memory
        } else {
            // SAFETY: `alloc` wrote the pointer there.
            unsafe { memory.cast::<*mut u8>().sub(1).read() }
        };
        // SAFETY: the block came from `malloc`.
        unsafe { free(block.cast()) }
    }
}

#[global_allocator]
static MEMORY: Malloc = Malloc;

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    let (file, line) = info.location().map_or(("", 0), |place| (place.file(), place.line()));
    let file: [c_char; 128] = fixed(file);
    // SAFETY: the text has a zero byte behind and lives until the end.
    unsafe { lp_panic_handler(file.as_ptr(), line) }
}
