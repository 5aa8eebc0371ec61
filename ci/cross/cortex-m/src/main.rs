//! Runs test vectors through the functions of C, on an emulated Cortex-M4, and says what they cost.
//! `livepermit-emulator` packs the vectors, starts the emulator and reads what is printed here.
#![no_std]
#![no_main]

extern crate alloc;

mod errors;
mod group;
mod memory;
mod read;
mod verdict;

use alloc::vec::Vec;
use core::cell::UnsafeCell;
use core::ffi::{CStr, c_char};
use core::ptr::null;

use cortex_m::peripheral::SYST;
use cortex_m::peripheral::syst::SystClkSource;
use cortex_m_rt::{ExceptionFrame, entry, exception};
use cortex_m_semihosting::{debug, hprintln};
use livepermit_c::{
    LP_OK, LP_VERDICT_BYTES, lp_buffer, lp_challenge, lp_error, lp_texts, lp_verdict,
    lp_verifier_verify, lp_verifier_verify_bytes,
};

use group::Group;
use read::Reader;

/// The clock of the board has 25 MHz, and with `-icount shift=0` an instruction takes a nanosecond.
const INSTRUCTIONS_PER_TICK: u32 = 40;

/// The caller's buffer of results.
pub(crate) static BUFFER: Buffer = Buffer(UnsafeCell::new([0; LP_VERDICT_BYTES]));

pub(crate) struct Buffer(UnsafeCell<[u8; LP_VERDICT_BYTES]>);

// SAFETY: one core, and no interrupt verifies.
unsafe impl Sync for Buffer {}

impl Buffer {
    pub(crate) fn take(&self) -> lp_buffer {
        lp_buffer { data: self.0.get().cast(), capacity: LP_VERDICT_BYTES, used: 0 }
    }
}

#[entry]
fn main() -> ! {
    let Some(mut peripherals) = cortex_m::Peripherals::take() else { end(false) };
    peripherals.SYST.set_clock_source(SystClkSource::Core);
    peripherals.SYST.set_reload(0x00ff_ffff);
    peripherals.SYST.clear_current();
    peripherals.SYST.enable_counter();
    end(run(&mut read::file()));
}

/// What the vectors cost, at most.
#[derive(Default)]
struct Most {
    heap: usize,
    stack: usize,
    answer: usize,
}

fn run(from: &mut Reader) -> bool {
    let before = memory::live();
    let (mut passed, mut failed) = (0, 0);
    let mut most = Most::default();
    let mut group = None;
    let mut is_right = true;
    loop {
        match from.byte() {
            b'G' => {
                // What the last group used must be free before the next is measured.
                drop(group.take());
                assert!(memory::live() == before, "a group left memory behind");
                memory::reset_peak();
                let top = memory::paint();
                let start = SYST::get_current();
                let built = Group::read(from);
                let instructions = since(start);
                let stack = memory::stack_below(top);
                let (held, peak) = (memory::live() - before, memory::peak() - before);
                most.heap = most.heap.max(peak);
                most.stack = most.stack.max(stack);
                group = Some((built, instructions, held, peak, stack));
            }
            b'T' => {
                let Some((group, ..)) = &group else { return false };
                if test(group, from, &mut most, before) {
                    passed += 1;
                } else {
                    failed += 1;
                }
            }
            b'F' => {
                let name = from.slice();
                let name = core::str::from_utf8(name).unwrap_or_default();
                hprintln!("file {} {} {}", name, passed, failed);
                is_right &= failed == 0;
                (passed, failed) = (0, 0);
            }
            b'M' => {
                let Some((group, ..)) = &group else { return false };
                measure(group, from);
            }
            b'K' => {
                let Some((_, instructions, held, peak, stack)) = &group else { return false };
                told(from, *instructions, *peak, *stack, 0);
                hprintln!("held {}", held);
            }
            b'Q' => {
                let Some((group, ..)) = &group else { return false };
                let (bytes, class) = (from.long(), from.text());
                let classes = lp_texts { items: &class, count: 1 };
                let group = group.with_tables(bytes, from.text(), classes);
                measure(&group, from);
            }
            b'W' => {
                let Some((group, ..)) = &group else { return false };
                is_right &= errors::run(group);
            }
            b'P' => panic!("as asked"),
            b'O' => {
                memory::exhaust();
                drop(group.take());
                drop(Group::read(from));
                return false;
            }
            b'E' => break,
            _ => return false,
        }
    }
    drop(group);
    assert!(memory::live() == before, "memory was left behind");
    hprintln!("most heap={} stack={} answer={}", most.heap, most.stack, most.answer);
    is_right
}

/// One test: each of its inputs gets the verdict that is said.
fn test(group: &Group, from: &mut Reader, most: &mut Most, before: usize) -> bool {
    let id = from.word();
    let shown = Shown::read(from);
    let wanted = from.slice();
    let live = memory::live();
    memory::reset_peak();
    let top = memory::paint();
    let mut is_right = true;
    for input in &shown.inputs {
        let (result, verdict, used) = shown.question.verify(group, input);
        // SAFETY: the buffer has not been used since.
        let found = if result == LP_OK { unsafe { verdict::write(&verdict) } } else { Vec::new() };
        most.answer = most.answer.max(used);
        if found != wanted {
            hprintln!("fail test {}: {} {:02x?}, not {:02x?}", id, result, found, wanted);
            is_right = false;
        }
    }
    most.stack = most.stack.max(memory::stack_below(top));
    most.heap = most.heap.max(memory::peak() - before);
    assert!(memory::live() == live, "a verdict left memory behind");
    is_right
}

/// What one call costs.
fn measure(group: &Group, from: &mut Reader) {
    let mut label = *from;
    from.slice();
    let shown = Shown::read(from);
    let mut costs = [0; 3];
    let (mut heap, mut stack, mut answer) = (0, 0, 0);
    for cost in &mut costs {
        let live = memory::live();
        memory::reset_peak();
        let top = memory::paint();
        let start = SYST::get_current();
        let (result, verdict, used) = shown.question.verify(group, &shown.inputs[0]);
        *cost = since(start);
        stack = memory::stack_below(top);
        heap = memory::peak() - live;
        answer = used;
        assert!(result == LP_OK && !verdict.verified.is_null(), "what is measured is refused");
    }
    // The second and third time cost the same: nothing is remembered.
    assert!(costs[1].abs_diff(costs[2]) <= 2 * INSTRUCTIONS_PER_TICK, "{costs:?}");
    told(&mut label, costs[2], heap, stack, answer);
}

fn told(label: &mut Reader, instructions: u32, heap: usize, stack: usize, answer: usize) {
    let label = core::str::from_utf8(label.slice()).unwrap_or_default();
    hprintln!(
        "cost {} instructions={} heap={} stack={} answer={}",
        label,
        instructions,
        heap,
        stack,
        answer
    );
}

/// Instructions since SysTick, which counts down, was at `start`.
fn since(start: u32) -> u32 {
    (start.wrapping_sub(SYST::get_current()) & 0x00ff_ffff) * INSTRUCTIONS_PER_TICK
}

/// What is shown to the verifier, and when.
struct Shown {
    question: Question,
    inputs: Vec<Input>,
}

struct Question {
    now: i64,
    challenge: Option<lp_challenge>,
}

enum Input {
    Text(&'static [u8]),
    Bytes(&'static [u8]),
}

impl Shown {
    fn read(from: &mut Reader) -> Self {
        let now = from.long();
        let challenge = from.maybe(|from| lp_challenge {
            gate: from.text(),
            nonce: from.bytes(),
            expires: from.long(),
        });
        let inputs = from.list(|from| match from.byte() {
            0 => Input::Text(from.slice()),
            _ => Input::Bytes(from.slice()),
        });
        Self { question: Question { now, challenge }, inputs }
    }
}

impl Question {
    fn verify(&self, group: &Group, input: &Input) -> (u32, lp_verdict, usize) {
        let challenge = self.challenge.as_ref().map_or(null(), |asked| &raw const *asked);
        let mut buffer = BUFFER.take();
        // SAFETY: all bits zero are numbers and NULL.
        let (mut verdict, mut error) = unsafe { (core::mem::zeroed(), core::mem::zeroed()) };
        let (verdict_at, buffer_at, error_at) = (&mut verdict, &mut buffer, &mut error);
        // SAFETY: the pointers are those of the values above.
        let result = unsafe {
            match input {
                Input::Text(text) => lp_verifier_verify(
                    group.verifier,
                    read::text(text),
                    self.now,
                    challenge,
                    verdict_at,
                    buffer_at,
                    error_at,
                ),
                Input::Bytes(bytes) => lp_verifier_verify_bytes(
                    group.verifier,
                    livepermit_c::lp_bytes { data: bytes.as_ptr(), length: bytes.len() },
                    self.now,
                    challenge,
                    verdict_at,
                    buffer_at,
                    error_at,
                ),
            }
        };
        (result, verdict, buffer.used)
    }
}

/// Calls a function that must not fail.
pub(crate) fn succeeds(name: &str, call: impl FnOnce(*mut lp_error) -> u32) {
    // SAFETY: all bits zero are numbers.
    let mut error: lp_error = unsafe { core::mem::zeroed() };
    let result = call(&mut error);
    if result != LP_OK {
        let code = CStr::from_bytes_until_nul(&error.code).unwrap_or_default();
        hprintln!("fail {}: {} {}", name, result, code.to_str().unwrap_or_default());
        end(false);
    }
}

fn end(is_right: bool) -> ! {
    debug::exit(if is_right { debug::EXIT_SUCCESS } else { debug::EXIT_FAILURE });
    loop {
        cortex_m::asm::wfi();
    }
}

/// What a firmware does where the library has a defect, or no memory.
#[unsafe(no_mangle)]
extern "C" fn lp_panic_handler(file: *const c_char, line: u32) -> ! {
    // SAFETY: the library gives a text with a zero byte behind.
    let file = unsafe { CStr::from_ptr(file) };
    hprintln!("panic {}:{}", file.to_str().unwrap_or_default(), line);
    end(false);
}

#[exception]
unsafe fn HardFault(frame: &ExceptionFrame) -> ! {
    hprintln!("fault at {:08x}", frame.pc());
    end(false);
}
