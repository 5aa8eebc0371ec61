//! The operating system's randomness.

use rand::TryRng as _;
use rand::rngs::SysRng;

use super::failure::Failure;
use super::texts;

/// Bytes that nobody can predict.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    fill(&mut bytes)?;
    Ok(bytes)
}

/// Fills `bytes` with bytes that nobody can predict.
pub(crate) fn fill(bytes: &mut [u8]) -> Result<(), Failure> {
    SysRng.try_fill_bytes(bytes).map_err(texts::no_randomness)
}
