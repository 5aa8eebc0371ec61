//! The shards of a zone, and the keys of each shard.

use livepermit::verify::PermitId;
use sha2::{Digest as _, Sha256};

/// Where a zone keeps its used codes.
#[derive(Debug, Clone)]
pub(super) struct Keys {
    prefix: Box<str>,
    shards: usize,
}

impl Keys {
    pub(super) fn new(prefix: &str, shards: usize) -> Self {
        Self { prefix: prefix.into(), shards }
    }

    /// The number of shards.
    pub(super) const fn shards(&self) -> usize {
        self.shards
    }

    /// The shard of a permit.
    pub(super) fn shard(&self, permit: PermitId) -> usize {
        let hash: [u8; 32] = Sha256::digest(permit.as_bytes()).into();
        let start = hash.first_chunk::<8>().map_or(0, |bytes| u64::from_be_bytes(*bytes));
        let shards = u64::try_from(self.shards).unwrap_or(u64::MAX);
        usize::try_from(start.checked_rem(shards).unwrap_or(0)).unwrap_or(0)
    }

    /// What a cluster makes the hash slot of. The keys of a shard lie on one node because of the
    /// braces around it. The first shard has the same keys whatever the number of shards is, so
    /// that a gate with another number meets the settings of the zone.
    fn tag(&self, shard: usize) -> String {
        if shard == 0 { self.prefix.to_string() } else { format!("{}:{shard}", self.prefix) }
    }

    /// The hash slot of a shard in a cluster.
    pub(super) fn slot(&self, shard: usize) -> u16 {
        crc16(self.tag(shard).as_bytes()) % 16_384
    }

    /// The keys of a shard: the records, the permits by the time at which their record is over, and
    /// the state.
    pub(super) fn of(&self, shard: usize) -> Vec<String> {
        let tag = self.tag(shard);
        ["used", "over", "meta"].iter().map(|name| format!("{{{tag}}}:{name}")).collect()
    }

    /// The key of the records of a shard.
    pub(super) fn used(&self, shard: usize) -> String {
        format!("{{{}}}:used", self.tag(shard))
    }
}

/// The checksum of Redis Cluster: CRC-16/XMODEM.
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |sum, byte| {
        (0..8).fold(sum ^ (u16::from(*byte) << 8), |sum, _| {
            if sum & 0x8000 == 0 { sum << 1 } else { (sum << 1) ^ 0x1021 }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_a_cluster() {
        assert_eq!(crc16(b"123456789"), 0x31C3);
        // CLUSTER KEYSLOT hall
        assert_eq!(Keys::new("foo", 1).slot(0), 12_182);
    }

    #[test]
    fn the_permits_spread_over_all_shards() {
        let keys = Keys::new("hall", 7);
        let mut counts = [0; 7];
        for number in 0..700_u16 {
            let mut bytes = [0; 32];
            bytes[..2].copy_from_slice(&number.to_be_bytes());
            counts[keys.shard(PermitId::from_bytes(bytes))] += 1;
        }
        assert!(counts.iter().all(|count| (60..140).contains(count)), "{counts:?}");
        assert_eq!(keys.of(0), ["{hall}:used", "{hall}:over", "{hall}:meta"]);
        assert_eq!(keys.of(3), ["{hall:3}:used", "{hall:3}:over", "{hall:3}:meta"]);
    }
}
