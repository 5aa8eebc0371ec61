//! A record as bytes in a file. [`encode`] writes one encoding. [`decode`] also reads the encoding
//! before, in which files of earlier versions keep their records, and refuses every other.

use sha2::{Digest as _, Sha256};

use livepermit::Timestamp;
use livepermit::field::Name;
use livepermit::verify::PermitId;

use super::{CoolDown, Record, Sighting};

/// First byte: the encoding.
const VERSION: u8 = 2;
/// The encoding before: a cool-down is only a zone and an end.
const VERSION_BEFORE: u8 = 1;
/// Flags in the second byte.
const HAS_NEWEST: u8 = 1;
const HAS_SLIP: u8 = 2;
/// A time is below 2^40.
const TIME_BYTES: usize = 5;
/// The last bytes: the start of the SHA-256 of the permit and all earlier bytes, to notice a
/// damaged disk.
const CHECK_BYTES: usize = 4;

/// The bytes are not what [`encode`] writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Damaged;

fn check(permit: PermitId, body: &[u8]) -> [u8; CHECK_BYTES] {
    let hash: [u8; 32] =
        Sha256::new().chain_update(permit.as_bytes()).chain_update(body).finalize().into();
    let mut check = [0; CHECK_BYTES];
    check.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
    check
}

fn put_time(bytes: &mut Vec<u8>, time: Timestamp) {
    bytes.extend(time.as_unix().to_be_bytes().iter().skip(8 - TIME_BYTES));
}

/// A name: 1 to 128 bytes.
fn put_name(bytes: &mut Vec<u8>, name: &str) {
    bytes.push(u8::try_from(name.len()).unwrap_or(0));
    bytes.extend_from_slice(name.as_bytes());
}

fn put_sighting(bytes: &mut Vec<u8>, sighting: &Sighting) {
    put_time(bytes, sighting.at);
    put_name(bytes, &sighting.gate);
    put_name(bytes, &sighting.lane);
}

/// The order: version, flags, the newest moment and its sighting, the sighting of the slip, the
/// cool-downs (zone, end, gate, generation), the check.
pub(super) fn encode(permit: PermitId, record: &Record) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(64);
    let newest = if record.newest.is_some() { HAS_NEWEST } else { 0 };
    let slip = if record.slip.is_some() { HAS_SLIP } else { 0 };
    bytes.extend([VERSION, newest | slip]);
    if let Some((moment, sighting)) = &record.newest {
        put_time(&mut bytes, *moment);
        put_sighting(&mut bytes, sighting);
    }
    if let Some(sighting) = &record.slip {
        put_sighting(&mut bytes, sighting);
    }
    for entry in &record.cool_downs {
        put_name(&mut bytes, &entry.zone);
        put_time(&mut bytes, entry.until);
        put_name(&mut bytes, &entry.gate);
        bytes.extend(entry.generation.to_be_bytes());
    }
    let check = check(permit, &bytes);
    bytes.extend(check);
    bytes
}

struct RecordReader<'a>(&'a [u8]);

impl<'a> RecordReader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], Damaged> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(Damaged)?;
        self.0 = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, Damaged> {
        self.take(1)?.first().copied().ok_or(Damaged)
    }

    fn time(&mut self) -> Result<Timestamp, Damaged> {
        let seconds =
            self.take(TIME_BYTES)?.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        Timestamp::from_unix(seconds).ok_or(Damaged)
    }

    fn number(&mut self) -> Result<u64, Damaged> {
        Ok(self.take(8)?.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte)))
    }

    fn name(&mut self) -> Result<Box<str>, Damaged> {
        let length = usize::from(self.byte()?);
        let name = core::str::from_utf8(self.take(length)?).map_err(|_| Damaged)?;
        Name::new(name).map_err(|_| Damaged)?;
        Ok(name.into())
    }

    fn sighting(&mut self) -> Result<Sighting, Damaged> {
        Ok(Sighting { at: self.time()?, gate: self.name()?, lane: self.name()? })
    }
}

pub(super) fn decode(permit: PermitId, bytes: &[u8]) -> Result<Record, Damaged> {
    let (body, found) = bytes.split_last_chunk::<CHECK_BYTES>().ok_or(Damaged)?;
    if *found != check(permit, body) {
        return Err(Damaged);
    }
    let mut reader = RecordReader(body);
    let (version, flags) = (reader.byte()?, reader.byte()?);
    if !matches!(version, VERSION | VERSION_BEFORE) || flags & !(HAS_NEWEST | HAS_SLIP) != 0 {
        return Err(Damaged);
    }
    let newest =
        if flags & HAS_NEWEST != 0 { Some((reader.time()?, reader.sighting()?)) } else { None };
    let slip = if flags & HAS_SLIP != 0 { Some(reader.sighting()?) } else { None };
    let mut cool_downs = Vec::new();
    while !reader.0.is_empty() {
        let (zone, until) = (reader.name()?, reader.time()?);
        let (gate, generation) = if version == VERSION {
            (reader.name()?, reader.number()?)
        } else {
            // It is not known by which clock the end is. No store has generation 0, so the
            // cool-down lasts longer, by the largest clock difference.
            let last = newest.as_ref().map(|(_, last)| last).or(slip.as_ref()).ok_or(Damaged)?;
            (last.gate.clone(), 0)
        };
        cool_downs.push(CoolDown { zone, until, gate, generation });
    }
    Ok(Record { newest, slip, cool_downs })
}

#[cfg(test)]
mod tests {

    use proptest::prelude::*;

    use super::*;

    fn sightings() -> impl Strategy<Value = Sighting> {
        (0..1_u64 << 40, "[!-~]{1,128}", "[!-~]{1,9}").prop_map(|(at, gate, lane)| Sighting {
            at: Timestamp::from_unix(at).unwrap(),
            gate: gate.into(),
            lane: lane.into(),
        })
    }

    fn records() -> impl Strategy<Value = Record> {
        let time = (0..1_u64 << 40).prop_map(|seconds| Timestamp::from_unix(seconds).unwrap());
        let cool_down = ("[!-~]{1,20}", time.clone(), "[!-~]{1,20}", any::<u64>()).prop_map(
            |(zone, until, gate, generation)| {
                CoolDown::new(zone.into(), until, gate.into(), generation)
            },
        );
        let cool_downs = prop::collection::vec(cool_down, 0..4);
        (prop::option::of((time, sightings())), prop::option::of(sightings()), cool_downs)
            .prop_map(|(newest, slip, cool_downs)| Record { newest, slip, cool_downs })
    }

    proptest! {
        #[test]
        fn every_record_comes_back(permit: [u8; 32], record in records()) {
            let permit = PermitId::from_bytes(permit);
            prop_assert_eq!(decode(permit, &encode(permit, &record)), Ok(record));
        }

        #[test]
        fn a_changed_byte_or_a_cut_is_noticed(
            record in records(), at: prop::sample::Index, flip in 1..=255_u8, other: [u8; 32],
        ) {
            let permit = PermitId::from_bytes([7; 32]);
            let bytes = encode(permit, &record);
            prop_assert_eq!(decode(permit, &bytes[..at.index(bytes.len())]), Err(Damaged));
            prop_assert_eq!(decode(PermitId::from_bytes(other), &bytes), Err(Damaged));
            let mut changed = bytes;
            let index = at.index(changed.len());
            changed[index] ^= flip;
            prop_assert_eq!(decode(permit, &changed), Err(Damaged));
        }
    }

    #[test]
    fn the_encoding_before_is_read() {
        let permit = PermitId::from_bytes([7; 32]);
        let sealed = |body: &[u8]| [body, &check(permit, body)].concat();
        let at = |seconds| Timestamp::from_unix(seconds).unwrap();
        let sighting = [0, 0, 0, 0, 9, 1, b'n', 1, b'l'];
        let zone = [1, b'z', 0, 0, 0, 0, 44];
        let seen = Sighting::new(at(9), "n".into(), "l".into());
        let free = CoolDown::new("z".into(), at(44), "n".into(), 0);
        let newest = Some((at(8), seen.clone()));
        assert_eq!(
            decode(permit, &sealed(&[&[1, 1, 0, 0, 0, 0, 8][..], &sighting, &zone].concat())),
            Ok(Record::new(newest, None, vec![free.clone()]))
        );
        assert_eq!(
            decode(permit, &sealed(&[&[1, 2][..], &sighting, &zone].concat())),
            Ok(Record::new(None, Some(seen), vec![free]))
        );
        // No admission leaves a cool-down alone.
        assert_eq!(decode(permit, &sealed(&[&[1, 0][..], &zone].concat())), Err(Damaged));
    }

    #[test]
    fn what_carries_a_good_check_is_still_read_strictly() {
        let permit = PermitId::from_bytes([7; 32]);
        let sealed = |body: &[u8]| [body, &check(permit, body)].concat();
        for version in [VERSION_BEFORE, VERSION] {
            assert_eq!(decode(permit, &sealed(&[version, 0])), Ok(Record::default()));
            for body in
                [&[][..], &[4], &[1], &[0, 0], &[0, 1, b' ', 0, 0, 0, 0, 0], &[0, 1, b'z', 0, 0]]
            {
                let body = [&[version], body].concat();
                assert_eq!(decode(permit, &sealed(&body)), Err(Damaged), "{body:?}");
            }
        }
        assert_eq!(decode(permit, &sealed(&[])), Err(Damaged));
        assert_eq!(decode(permit, &sealed(&[3, 0])), Err(Damaged));
    }
}
