//! One-time codes by time: RFC 6238 with SHA-1, six digits and 30 s, which every authenticator app
//! knows.

use core::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use zeroize::Zeroize as _;

use crate::domain::StaffId;
use crate::mac::{mac, padded};

/// How long a code is shown, in seconds.
pub const STEP_SECONDS: i64 = 30;
/// A code is taken this many steps before and after its own: clocks of phones differ.
const DRIFT: i64 = 1;

/// The serial of an account's one-time codes, drawn at random. A new one makes old codes useless.
pub type TotpSerial = [u8; 16];

/// The key of the staff's accounts, from the configuration. The secrets of one-time codes are
/// derived from it, so that who reads the register, or a backup, has none of them.
#[derive(Clone)]
pub struct StaffKey([u8; 32]);

impl StaffKey {
    /// The key with these bytes, which were drawn at random once.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The secret of an account's one-time codes.
    #[must_use]
    pub fn totp_secret(&self, name: &StaffId, serial: &TotpSerial) -> [u8; 20] {
        let mut secret = [0; 20];
        let parts = [b"livepermit staff totp 1\0", serial.as_slice(), name.as_str().as_bytes()];
        let mac = mac(&self.0, &parts);
        secret.iter_mut().zip(mac).for_each(|(byte, from)| *byte = from);
        secret
    }

    /// The address that an authenticator app reads, to be shown once as a QR code.
    #[must_use]
    pub fn totp_address(&self, issuer: &str, name: &StaffId, serial: &TotpSerial) -> String {
        let secret = base32(&self.totp_secret(name, serial));
        let issuer: String =
            issuer.chars().filter(|sign| sign.is_ascii_alphanumeric() || *sign == '.').collect();
        format!("otpauth://totp/{issuer}:{name}?secret={secret}&issuer={issuer}")
    }
}

impl Drop for StaffKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for StaffKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StaffKey")
    }
}

/// The step of time to which a code belongs; `None` if the code is wrong, or its step was used
/// (`used` is the last that was).
#[must_use]
pub fn matching_step(secret: &[u8; 20], code: &str, now: i64, used: i64) -> Option<i64> {
    let step = now.div_euclid(STEP_SECONDS);
    let mut found = None;
    // All steps are computed, whichever fits.
    for candidate in step - DRIFT..=step + DRIFT {
        let same = same(totp(secret, candidate).as_bytes(), code.as_bytes());
        if same && candidate > used && found.is_none() {
            found = Some(candidate);
        }
    }
    found
}

/// The code that an authenticator shows now: for a demonstration, and for tests.
#[must_use]
pub fn totp_code(secret: &[u8; 20], now: i64) -> String {
    totp(secret, now.div_euclid(STEP_SECONDS))
}

/// The code of a step (RFC 4226, 5.3).
fn totp(secret: &[u8; 20], step: i64) -> String {
    let mut mac = Hmac::<Sha1>::new(&padded(secret).into());
    mac.update(&step.to_be_bytes());
    let mac = mac.finalize().into_bytes();
    let offset = usize::from(mac.last().copied().unwrap_or_default() & 0xf);
    let four = mac.get(offset..offset + 4).unwrap_or_default();
    let value = four.iter().fold(0_u32, |value, byte| value << 8 | u32::from(*byte));
    format!("{:06}", (value & 0x7fff_ffff) % 1_000_000)
}

/// Compares without telling by time where two texts differ.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}

/// RFC 4648, 6, without padding: 20 bytes are 32 letters.
fn base32(bytes: &[u8; 20]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::with_capacity(32);
    for five in bytes.chunks_exact(5) {
        let value = five.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
        for place in (0..8).rev() {
            let letter = LETTERS[usize::try_from(value >> (5 * place) & 31).unwrap_or_default()];
            text.push(char::from(letter));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: the last six of eight digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = b"12345678901234567890";
        for (time, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(totp_code(secret, time), code);
            assert_eq!(matching_step(secret, code, time, 0), Some(time / 30));
        }
    }

    #[test]
    fn a_step_serves_once_and_near_its_time() {
        let secret = b"12345678901234567890";
        let (now, step) = (1_234_567_890, 1_234_567_890 / 30);
        assert_eq!(matching_step(secret, "005924", now, step - 1), Some(step));
        assert_eq!(matching_step(secret, "005924", now, step), None);
        assert_eq!(matching_step(secret, "005924", now + 30, 0), Some(step));
        assert_eq!(matching_step(secret, "005924", now - 30, 0), Some(step));
        assert_eq!(matching_step(secret, "005924", now + 60, 0), None);
        assert_eq!(matching_step(secret, "005925", now, 0), None);
        assert_eq!(matching_step(secret, "", now, 0), None);
    }

    #[test]
    fn secrets_differ_by_name_and_serial() {
        let key = StaffKey::from_bytes([1; 32]);
        let name = |name| StaffId::new(name).expect("a name");
        let secret = key.totp_secret(&name("lin"), &[1; 16]);
        assert_ne!(secret, key.totp_secret(&name("mei"), &[1; 16]));
        assert_ne!(secret, key.totp_secret(&name("lin"), &[2; 16]));
        assert_eq!(base32(b"12345678901234567890"), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(format!("{key:?}"), "StaffKey");
    }
}
