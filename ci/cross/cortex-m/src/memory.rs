//! The caller's side of memory: `malloc` and `free` that count, and the mark that the stack leaves.

use core::cell::UnsafeCell;
use core::ffi::c_void;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// For the heap.
const ARENA_BYTES: usize = 2 << 20;

/// Sizes of blocks: powers of two. Memory begins 8 bytes after the start of a block, so it is
/// aligned to 8 and never to 16, as with many a `malloc`.
const CLASSES: usize = 21;

#[repr(C, align(16))]
struct Arena(UnsafeCell<[u8; ARENA_BYTES]>);

// SAFETY: one core, and no interrupt allocates.
unsafe impl Sync for Arena {}

static ARENA: Arena = Arena(UnsafeCell::new([0; ARENA_BYTES]));
static USED: AtomicUsize = AtomicUsize::new(0);
/// The free blocks of each size: the address of the first, which holds that of the next.
static FREE: [AtomicUsize; CLASSES] = [const { AtomicUsize::new(0) }; CLASSES];

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);
static IS_EMPTY: AtomicBool = AtomicBool::new(false);

/// What stands before the memory of a block.
#[repr(C)]
struct Head {
    class: usize,
    bytes: usize,
}

#[unsafe(no_mangle)]
unsafe extern "C" fn malloc(bytes: usize) -> *mut c_void {
    let class = (bytes + size_of::<Head>()).max(32).next_power_of_two().trailing_zeros() as usize;
    if class >= CLASSES || IS_EMPTY.load(Ordering::Relaxed) {
        return core::ptr::null_mut();
    }
    let first = FREE[class].load(Ordering::Relaxed);
    let block = if first == 0 {
        let at = USED.load(Ordering::Relaxed).next_multiple_of(16);
        if at + (1 << class) > ARENA_BYTES {
            return core::ptr::null_mut();
        }
        USED.store(at + (1 << class), Ordering::Relaxed);
        ARENA.0.get().cast::<u8>().wrapping_add(at)
    } else {
        let block = first as *mut u8;
        // SAFETY: a free block holds the address of the next.
        FREE[class].store(unsafe { block.cast::<usize>().read() }, Ordering::Relaxed);
        block
    };
    let live = LIVE.load(Ordering::Relaxed) + bytes;
    LIVE.store(live, Ordering::Relaxed);
    PEAK.fetch_max(live, Ordering::Relaxed);
    // SAFETY: the block is nobody's, aligned to 16, and larger than what is asked for by a head.
    unsafe {
        block.cast::<Head>().write(Head { class, bytes });
        let memory = block.add(size_of::<Head>());
        // Nobody must count on zeros.
        memory.write_bytes(0xa5, bytes);
        memory.cast()
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn free(memory: *mut c_void) {
    if memory.is_null() {
        return;
    }
    // SAFETY: what is freed came from `malloc`.
    unsafe {
        let block = memory.cast::<u8>().sub(size_of::<Head>());
        let Head { class, bytes } = block.cast::<Head>().read();
        block.write_bytes(0x5a, bytes + size_of::<Head>());
        block.cast::<usize>().write(FREE[class].load(Ordering::Relaxed));
        FREE[class].store(block as usize, Ordering::Relaxed);
        LIVE.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// Bytes that were asked for and not freed.
pub(crate) fn live() -> usize {
    LIVE.load(Ordering::Relaxed)
}

/// The most since `reset_peak`.
pub(crate) fn peak() -> usize {
    PEAK.load(Ordering::Relaxed)
}

pub(crate) fn reset_peak() {
    PEAK.store(live(), Ordering::Relaxed);
}

/// From now on there is no memory.
pub(crate) fn exhaust() {
    IS_EMPTY.store(true, Ordering::Relaxed);
}

/// As much stack as is watched, in words.
const WATCHED: usize = 64 << 10;
const PAINT: u32 = 0x5eed_feed;

unsafe extern "C" {
    static _stack_start: u32;
}

fn watched() -> *mut u32 {
    (&raw const _stack_start).cast_mut().wrapping_sub(WATCHED)
}

/// Paints the stack that is not used now. Gives the address from which on it is used.
#[inline(never)]
pub(crate) fn paint() -> usize {
    let here = 0u32;
    let top = (&raw const here as usize) - 256;
    let mut word = watched();
    while (word as usize) < top {
        // SAFETY: RAM below what this function and its callers use.
        unsafe { word.write_volatile(PAINT) };
        word = word.wrapping_add(1);
    }
    top
}

/// How many bytes of stack were used below `top` since `paint`.
pub(crate) fn stack_below(top: usize) -> usize {
    let mut word = watched();
    // SAFETY: RAM that `paint` wrote.
    while (word as usize) < top && unsafe { word.read_volatile() } == PAINT {
        word = word.wrapping_add(1);
    }
    top - word as usize + 256
}
