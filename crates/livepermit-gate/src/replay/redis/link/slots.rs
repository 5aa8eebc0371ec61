//! Which master serves a slot.

use std::collections::BTreeMap;

use ::redis::Value;

use super::address::Address;

/// The map of the slots, as one node saw it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Slots {
    /// By the last slot of each range: the first slot and the master.
    ranges: BTreeMap<u16, (u16, Address)>,
    /// Slots that are elsewhere by now.
    moved: BTreeMap<u16, Address>,
}

impl Slots {
    /// Reads the answer of `CLUSTER SLOTS`: each range has the first slot, the last slot, the
    /// master and its replicas. `near` is the node that answered.
    pub(super) fn read(near: &Address, answer: Value) -> Option<Self> {
        let Value::Array(ranges) = answer else { return None };
        let mut slots = Self::default();
        for range in ranges {
            let Value::Array(range) = range else { return None };
            let [Value::Int(first), Value::Int(last), Value::Array(master), ..] = range.as_slice()
            else {
                return None;
            };
            let [host, Value::Int(port), ..] = master.as_slice() else { return None };
            let host = match host {
                Value::Nil => "",
                Value::BulkString(host) => str::from_utf8(host).ok()?,
                Value::SimpleString(host) => host,
                _ => return None,
            };
            let (first, last) = (u16::try_from(*first).ok()?, u16::try_from(*last).ok()?);
            let address = Address::with_host(near, host, u16::try_from(*port).ok()?)?;
            slots.ranges.insert(last, (first, address));
        }
        Some(slots)
    }

    /// The master of a slot.
    pub(super) fn master(&self, slot: u16) -> Option<&Address> {
        if let Some(address) = self.moved.get(&slot) {
            return Some(address);
        }
        let (_, (first, address)) = self.ranges.range(slot..).next()?;
        (*first <= slot).then_some(address)
    }

    /// The slot is at this address by now.
    pub(super) fn moved(&mut self, slot: u16, address: Address) {
        self.moved.insert(slot, address);
    }

    /// The masters. A master with several ranges comes several times.
    pub(super) fn masters(&self) -> impl Iterator<Item = &Address> {
        self.ranges.values().map(|(_, address)| address).chain(self.moved.values())
    }

    /// Whether a slot is at this address.
    pub(super) fn names(&self, address: &Address) -> bool {
        self.masters().any(|master| master == address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(first: i64, last: i64, host: Value, port: i64) -> Value {
        let node = Value::Array(vec![host, Value::Int(port), Value::BulkString(b"id".into())]);
        Value::Array(vec![Value::Int(first), Value::Int(last), node.clone(), node])
    }

    #[test]
    fn a_slot_is_found_in_its_range_or_where_it_moved() {
        let near = Address::tcp("10.0.0.1", 7000);
        let host = |text: &str| Value::BulkString(text.as_bytes().into());
        let answer = Value::Array(vec![
            range(0, 99, host("10.0.0.2"), 7001),
            range(200, 16383, host(""), 7002),
            range(100, 100, Value::Nil, 7000),
        ]);
        let mut slots = Slots::read(&near, answer).unwrap();
        let two = Address::tcp("10.0.0.2", 7001);
        assert_eq!(slots.master(0), Some(&two));
        assert_eq!(slots.master(99), Some(&two));
        assert_eq!(slots.master(100), Some(&near));
        assert_eq!(slots.master(101), None, "no master serves this slot");
        assert_eq!(slots.master(16383), Some(&Address::tcp("10.0.0.1", 7002)));
        assert_eq!(slots.masters().count(), 3);
        slots.moved(99, near.clone());
        assert_eq!(slots.master(99), Some(&near));
        assert_eq!(slots.master(98), Some(&two));
        for odd in [Value::Okay, Value::Array(vec![Value::Int(1)]), range(0, 1, Value::Okay, 1)] {
            assert_eq!(Slots::read(&near, odd), None);
        }
        let big = Value::Array(vec![range(0, 1, host("h"), 70_000)]);
        assert_eq!(Slots::read(&near, big), None);
    }
}
