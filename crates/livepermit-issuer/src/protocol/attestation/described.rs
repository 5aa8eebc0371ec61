//! What Android says of a key, in an extension of the key's certificate
//! (<https://source.android.com/docs/security/features/keystore/attestation>, "schema").

use der::asn1::{AnyRef, OctetStringRef};
use der::oid::ObjectIdentifier;
use der::{Decode as _, Reader as _, SliceReader, Tag, TagNumber, Tagged as _};

/// The extension with the description of a key.
pub(super) const DESCRIPTION: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.3.6.1.4.1.11129.2.1.17");

/// The fields of a list of authorizations that are read, by their tags.
const PURPOSE: u32 = 1;
const ORIGIN: u32 = 702;
const ROOT_OF_TRUST: u32 = 704;
const APPLICATION: u32 = 709;

/// `KM_PURPOSE_SIGN`.
const SIGN: u64 = 2;
/// `KM_ORIGIN_GENERATED`.
const GENERATED: u64 = 0;
/// `VerifiedBootState.Verified`.
const VERIFIED: u64 = 0;

/// What keeps a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Software,
    TrustedEnvironment,
    StrongBox,
}

/// What started the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// The maker's own system, on a device whose start cannot be changed.
    Verified,
    /// Another one, or nothing is said.
    Unknown,
}

/// An app that made a key, as the system names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Maker {
    pub(super) packages: Vec<Vec<u8>>,
    /// SHA-256 of the certificates with which the app is signed.
    pub(super) signers: Vec<Vec<u8>>,
}

/// The description of a key. Only what the hardware holds to is believed, but for the app, which
/// only the system can know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Described {
    /// What made the description.
    pub(super) attested_by: Level,
    /// What keeps the key.
    pub(super) kept_by: Level,
    pub(super) challenge: Vec<u8>,
    /// Whether the key was made where it is kept: a key that was brought there has a copy.
    pub(super) made_inside: bool,
    /// Whether the key signs and does nothing else.
    pub(super) signs_alone: bool,
    pub(super) start: Start,
    pub(super) maker: Option<Maker>,
}

impl Described {
    /// Reads the content of the extension. `None` for anything else.
    pub(super) fn read(der: &[u8]) -> Option<Self> {
        let fields = sequence(&AnyRef::from_der(der).ok()?)?;
        let [_, attested_by, _, kept_by, challenge, _, by_system, by_hardware] = fields.as_slice()
        else {
            return None;
        };
        let by_system = Authorizations::read(by_system)?;
        let by_hardware = Authorizations::read(by_hardware)?;

        let purposes = by_hardware.field(PURPOSE).and_then(numbers);
        let maker = match by_system.field(APPLICATION) {
            Some(value) => Some(maker(octets(&value)?)?),
            None => None,
        };
        Some(Self {
            attested_by: level(attested_by)?,
            kept_by: level(kept_by)?,
            challenge: octets(challenge)?.to_vec(),
            made_inside: by_hardware.field(ORIGIN).and_then(|value| number(&value))
                == Some(GENERATED),
            signs_alone: purposes.as_deref() == Some(&[SIGN]),
            start: by_hardware.field(ROOT_OF_TRUST).map_or(Some(Start::Unknown), start)?,
            maker,
        })
    }
}

/// A list of authorizations: fields with tags of their own, each around one value.
struct Authorizations<'a>(Vec<(u32, AnyRef<'a>)>);

impl<'a> Authorizations<'a> {
    /// A tag that stands twice, or behind a greater one, is refused: two readers would take
    /// different values.
    fn read(list: &AnyRef<'a>) -> Option<Self> {
        let mut known = Vec::<(u32, AnyRef<'a>)>::new();
        for field in sequence(list)? {
            let Tag::ContextSpecific { constructed: true, number: TagNumber(number) } = field.tag()
            else {
                return None;
            };
            if known.last().is_some_and(|(last, _)| *last >= number) {
                return None;
            }
            known.push((number, AnyRef::from_der(field.value()).ok()?));
        }
        Some(Self(known))
    }

    fn field(&self, wanted: u32) -> Option<AnyRef<'a>> {
        self.0.iter().find(|(number, _)| *number == wanted).map(|(_, value)| *value)
    }
}

/// The parts of a sequence.
fn sequence<'a>(value: &AnyRef<'a>) -> Option<Vec<AnyRef<'a>>> {
    (value.tag() == Tag::Sequence).then(|| parts(value.value()))?
}

/// The parts of a set, in any order: systems in use do not sort them.
fn set<'a>(value: &AnyRef<'a>) -> Option<Vec<AnyRef<'a>>> {
    (value.tag() == Tag::Set).then(|| parts(value.value()))?
}

fn parts(bytes: &[u8]) -> Option<Vec<AnyRef<'_>>> {
    let mut reader = SliceReader::new(bytes).ok()?;
    let mut parts = Vec::new();
    while !reader.is_finished() {
        parts.push(AnyRef::decode(&mut reader).ok()?);
    }
    Some(parts)
}

fn octets<'a>(value: &AnyRef<'a>) -> Option<&'a [u8]> {
    value.decode_as::<&'a OctetStringRef>().ok().map(OctetStringRef::as_bytes)
}

/// A number without a sign, of eight bytes at most.
fn number(value: &AnyRef<'_>) -> Option<u64> {
    if !matches!(value.tag(), Tag::Integer | Tag::Enumerated) {
        return None;
    }
    match value.value() {
        [] => None,
        [first, ..] if first & 0x80 != 0 => None,
        bytes if bytes.len() > 8 => None,
        bytes => Some(bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))),
    }
}

fn numbers(value: AnyRef<'_>) -> Option<Vec<u64>> {
    set(&value)?.iter().map(number).collect()
}

fn level(value: &AnyRef<'_>) -> Option<Level> {
    match number(value)? {
        0 => Some(Level::Software),
        1 => Some(Level::TrustedEnvironment),
        2 => Some(Level::StrongBox),
        _ => None,
    }
}

/// `RootOfTrust`: the key of the start, whether the device is locked, and what was started.
fn start(value: AnyRef<'_>) -> Option<Start> {
    let fields = sequence(&value)?;
    let [_key, locked, state, ..] = fields.as_slice() else { return None };
    let locked = locked.decode_as::<bool>().ok()?;
    let verified = locked && number(state)? == VERIFIED;
    Some(if verified { Start::Verified } else { Start::Unknown })
}

/// `AttestationApplicationId`: packages with their versions, and who signed them.
fn maker(der: &[u8]) -> Option<Maker> {
    let fields = sequence(&AnyRef::from_der(der).ok()?)?;
    let [packages, signers] = fields.as_slice() else { return None };
    let package = |info: &AnyRef<'_>| Some(octets(sequence(info)?.first()?)?.to_vec());
    let packages = set(packages)?.iter().map(package).collect::<Option<_>>()?;
    let signer = |digest: &AnyRef<'_>| octets(digest).map(<[u8]>::to_vec);
    let signers = set(signers)?.iter().map(signer).collect::<Option<_>>()?;
    Some(Maker { packages, signers })
}
