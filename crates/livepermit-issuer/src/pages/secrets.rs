//! Form tokens, state codes and tickets back to wallets.
//!
//! The pages know no sessions and set no cookies, so that a request has no right that a stranger's
//! page could use. What a form token does is to make a form serve once: the state code of a case is
//! derived from it, so that a form that is handed in twice makes one case and shows one code.

use jiff::Timestamp;

use crate::domain::{CaseId, Digest};
use crate::protocol::{Key, StaleSecret, base64url, digest, not_over, split};

/// The token of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FormToken {
    random: [u8; 16],
    /// As it stands in the form.
    pub(super) text: String,
}

/// What an applicant looks at a case with: 128 bits.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct StateCode(String);

/// Digits and letters without those that look like others.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// How many of them write 128 bits.
const LENGTH: usize = 26;

impl StateCode {
    fn from_bytes(bytes: [u8; 16]) -> Self {
        let mut bits = u128::from_be_bytes(bytes);
        let mut letters = [b'0'; LENGTH];
        for letter in letters.iter_mut().rev() {
            let place = usize::try_from(bits % 32).unwrap_or_default();
            *letter = LETTERS.get(place).copied().unwrap_or(b'0');
            bits /= 32;
        }
        Self(letters.iter().copied().map(char::from).collect())
    }

    /// Reads what somebody typed: small letters, spaces and strokes do not matter, and `O`, `I` and
    /// `L` are the digits that they look like.
    pub(super) fn read(typed: &str) -> Option<Self> {
        let mut letters = String::with_capacity(LENGTH);
        for sign in typed.chars().filter(|sign| !sign.is_whitespace() && *sign != '-') {
            let letter = match sign.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            if letters.len() == LENGTH || !LETTERS.contains(&u8::try_from(letter).ok()?) {
                return None;
            }
            letters.push(letter);
        }
        (letters.len() == LENGTH).then_some(Self(letters))
    }

    /// As people read it, in groups.
    pub(super) fn text(&self) -> String {
        let groups: Vec<_> = self.0.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
        groups.join("-")
    }

    /// What the register keeps.
    pub(super) fn digest(&self) -> Digest {
        digest(&self.0)
    }
}

/// The keys, each for its purpose alone.
pub(super) struct PageSecrets {
    form: Key,
    code: Key,
    back: Key,
}

impl PageSecrets {
    pub(super) fn derive(secret: &[u8; 32]) -> Self {
        let key = |purpose: &str| Key::derive(secret, &format!("livepermit pages {purpose}"));
        Self { form: key("form 1"), code: key("code 1"), back: key("back 1") }
    }

    /// A token for a form, good until this time.
    pub(super) fn form(&self, random: [u8; 16], ends: Timestamp) -> FormToken {
        let ends = ends.as_second().to_be_bytes();
        let mac = self.form.over(&[&random, &ends]);
        FormToken { random, text: base64url::encode(&[random.as_slice(), &ends, &mac].concat()) }
    }

    /// Reads the token of a form.
    pub(super) fn read_form(&self, text: &str, now: Timestamp) -> Result<FormToken, StaleSecret> {
        let bytes: [u8; 56] = base64url::decode_array(text).ok_or(StaleSecret::Foreign)?;
        let (random, ends, mac) = split(&bytes).ok_or(StaleSecret::Foreign)?;
        self.form.check(&[random, ends], mac)?;
        not_over(ends, now)?;
        let random = random.try_into().map_err(|_| StaleSecret::Foreign)?;
        Ok(FormToken { random, text: text.to_owned() })
    }

    /// The state code of the case that this form makes.
    pub(super) fn code_of(&self, form: &FormToken) -> StateCode {
        let mac = self.code.over(&[&form.random]);
        let (first, _) = mac.split_at(16);
        StateCode::from_bytes(first.try_into().unwrap_or_default())
    }

    /// What lets a browser go back to the wallet that made this request, with this case. Only the
    /// browser that handed the application in has it: the name of the request is known to whoever
    /// opened the page first.
    pub(super) fn ticket(&self, case: CaseId, request: &str, ends: Timestamp) -> String {
        let ends = ends.as_second().to_be_bytes();
        let mac = self.back.over(&[case.as_bytes(), &ends, digest(request).as_bytes()]);
        base64url::encode(&[case.as_bytes().as_slice(), &ends, &mac].concat())
    }

    /// The case of a ticket for this request.
    pub(super) fn read_ticket(
        &self,
        ticket: &str,
        request: &str,
        now: Timestamp,
    ) -> Result<CaseId, StaleSecret> {
        let bytes: [u8; 56] = base64url::decode_array(ticket).ok_or(StaleSecret::Foreign)?;
        let (case, ends, mac) = split(&bytes).ok_or(StaleSecret::Foreign)?;
        self.back.check(&[case, ends, digest(request).as_bytes()], mac)?;
        not_over(ends, now)?;
        let case = case.try_into().map_err(|_| StaleSecret::Foreign)?;
        Ok(CaseId::from_bytes(case))
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::{PageSecrets, StateCode};
    use crate::domain::CaseId;
    use crate::protocol::StaleSecret;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000).unwrap() + SignedDuration::from_secs(seconds)
    }

    #[test]
    fn a_form_is_ours_until_its_end_and_has_one_code() {
        let ours = PageSecrets::derive(&[1; 32]);
        let form = ours.form([7; 16], at(3600));
        let read = ours.read_form(&form.text, at(3599)).unwrap();
        assert_eq!(read, form);
        assert_eq!(ours.code_of(&read).text(), ours.code_of(&form).text());
        let late = ours.read_form(&form.text, at(3600));
        assert_eq!(late, Err(StaleSecret::Ended));
        let theirs = PageSecrets::derive(&[2; 32]);
        assert_eq!(theirs.read_form(&form.text, at(0)), Err(StaleSecret::Foreign));
        assert_ne!(theirs.code_of(&form).text(), ours.code_of(&form).text());
        let other = ours.form([8; 16], at(3600));
        assert_ne!(ours.code_of(&form).text(), ours.code_of(&other).text());
        for at_byte in 0..form.text.len() {
            let mut bytes = form.text.clone().into_bytes();
            bytes[at_byte] = if bytes[at_byte] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            let read = ours.read_form(&changed, at(0));
            assert_eq!(read, Err(StaleSecret::Foreign), "{at_byte}");
        }
    }

    #[test]
    fn codes_are_read_as_people_type_them() {
        let code = StateCode::from_bytes(*b"\x01\x23\x45\x67\x89\xab\xcd\xef 8 bytes");
        let text = code.text();
        assert_eq!(text.len(), 26 + 6);
        for typed in [
            text.clone(),
            text.to_lowercase(),
            text.replace('-', " "),
            format!("  {} ", text.replace('-', "").replace('0', "o").replace('1', "l")),
        ] {
            assert_eq!(StateCode::read(&typed).map(|read| read.text()), Some(text.clone()));
        }
        let all = StateCode::from_bytes([0xff; 16]).text();
        assert_eq!(StateCode::read(&all).unwrap().text(), all);
        for wrong in
            ["", "0", text.get(1..).unwrap(), &format!("{text}0"), &text.replace('-', "_"), "é"]
        {
            assert!(StateCode::read(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_ticket_is_for_one_request_and_one_case() {
        let ours = PageSecrets::derive(&[1; 32]);
        let case = CaseId::from_bytes([3; 16]);
        let ticket = ours.ticket(case, "request", at(60));
        assert_eq!(ours.read_ticket(&ticket, "request", at(59)), Ok(case));
        assert_eq!(ours.read_ticket(&ticket, "request", at(60)), Err(StaleSecret::Ended));
        assert_eq!(ours.read_ticket(&ticket, "other", at(0)), Err(StaleSecret::Foreign));
        let form = ours.form([3; 16], at(60));
        assert_eq!(ours.read_ticket(&form.text, "request", at(0)), Err(StaleSecret::Foreign));
    }
}
