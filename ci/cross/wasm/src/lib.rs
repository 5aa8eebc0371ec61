//! Every test vector, on the bare 32-bit target. It reads no files, so the vectors are built in, in
//! the order of `ci/wasm-vectors`, which compares the counts.

/// The vectors' directory.
macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        [$(include_str!(concat!("../../../../test-vectors/", $name, ".json"))),+]
    };
}

const FILES: [&str; 14] = files![
    "acting",
    "admission",
    "credential-and-presentation",
    "gate-codes",
    "keys",
    "memory",
    "pass",
    "rejections",
    "setups",
    "slip",
    "status-lists",
    "status",
    "trust-list-expiry",
    "trust-lists",
];

/// Runs the vectors of one file: how many passed, or minus how many failed; zero for what is no
/// file of vectors.
// SAFETY: there is no other symbol of this name.
#[unsafe(no_mangle)]
extern "C" fn run(file: usize) -> i32 {
    let report = FILES.get(file).and_then(|text| livepermit_vectors::run(text).ok());
    let Some(report) = report else { return 0 };
    let failures: usize = report.groups.iter().map(|group| group.failures.len()).sum();
    let count = if report.passed() { report.tests() } else { failures.max(1) };
    let count = i32::try_from(count).unwrap_or(i32::MAX);
    if report.passed() { count } else { -count }
}
