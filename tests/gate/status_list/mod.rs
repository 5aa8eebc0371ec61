//! Status lists: giving out indices, publishing, taking in what others published, and what the
//! verdict then is.

mod by_hand;
mod compression;
mod issuing;
mod publishing;
mod verdict;

use livepermit::Timestamp;
use livepermit::issue::StatusListBuilder;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use livepermit_testkit::{URI, status_list};

const DAY: u64 = 86_400;
const SKEW: u64 = 5;

fn rng() -> StdRng {
    StdRng::seed_from_u64(3)
}

fn builder(bits: u8, entries: u64) -> StatusListBuilder {
    StatusListBuilder::new(URI, bits, entries).unwrap()
}

fn sign(list: &StatusListBuilder, time: Timestamp) -> Vec<u8> {
    status_list(list, time, time.plus(DAY))
}
