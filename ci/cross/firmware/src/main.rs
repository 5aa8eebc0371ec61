//! A gate without an operating system: one trusted key, one call.
#![no_std]
#![no_main]

extern crate alloc;

use core::alloc::{GlobalAlloc, Layout};

use livepermit::{
    Policy, PublicKey, RevocationPolicy, Timestamp, Trust, TrustedKey, Use, Verifier,
};

/// A firmware brings its own allocator; its code is not ours to count.
struct Elsewhere;

// SAFETY: it hands out nothing, which an allocator may.
unsafe impl GlobalAlloc for Elsewhere {
    unsafe fn alloc(&self, _: Layout) -> *mut u8 {
        // The compiler must not know it, or it leaves out all that follows an allocation.
        core::hint::black_box(core::ptr::null_mut())
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[global_allocator]
static ALLOCATOR: Elsewhere = Elsewhere;

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}

/// What the linker starts from. The arguments are there so that nothing can be computed beforehand.
// SAFETY: there is no other symbol of this name.
#[unsafe(no_mangle)]
extern "C" fn _start(key: &[u8; 32], text: &[u8; 4296], length: usize, now: u64) -> u32 {
    u32::from(verify(key, text.get(..length).unwrap_or_default(), now).unwrap_or_default())
}

fn verify(key: &[u8; 32], text: &[u8], now: u64) -> Option<bool> {
    let class = "bj.example:residence";
    let key = PublicKey::from_ed25519_bytes(key).ok()?;
    let key = TrustedKey::new("bj.example", key, [Use::Pass, Use::Credential], [class]).ok()?;
    let policy = Policy::new("gate-3", [class], RevocationPolicy::NotChecked);
    let verifier = Verifier::new(Trust::new([key]).ok()?, policy).ok()?;
    Some(verifier.verify(core::str::from_utf8(text).ok()?, Timestamp::from_unix(now)?).is_ok())
}
