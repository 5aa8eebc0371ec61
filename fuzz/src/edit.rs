//! The fuzzer's input as choices, and edits of bytes.

/// Reads choices from the fuzzer's input. Behind its end every choice is 0, so that no input is
/// wasted.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a>(pub &'a [u8]);

impl<'a> Input<'a> {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    pub fn signed(&mut self) -> i8 {
        self.byte().cast_signed()
    }

    /// One of `count` choices.
    pub fn below(&mut self, count: usize) -> usize {
        usize::from(self.byte()) % count
    }

    pub fn number(&mut self, bytes: usize) -> u64 {
        (0..bytes).fold(0, |number, _| number << 8 | u64::from(self.byte()))
    }

    /// A place in something of this length, its end included.
    pub fn place(&mut self, length: usize) -> usize {
        usize::try_from(self.number(2)).expect("two bytes") % (length + 1)
    }

    /// At most so many bytes.
    pub fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(count.min(self.0.len()));
        self.0 = rest;
        taken
    }
}

/// One edit of the bytes of one part: what kind, which part, where, and with what.
pub fn edit_bytes(parts: &mut [&mut Vec<u8>], input: &mut Input<'_>) {
    let count = parts.len();
    let (kind, part) = (input.byte(), &mut parts[input.below(count)]);
    let place = input.place(part.len());
    match kind % 6 {
        0 => {
            let bytes = input.byte().into();
            part.splice(place..place, input.take(bytes).iter().copied());
        }
        1 => {
            let end = (place + usize::from(input.byte())).min(part.len());
            part.drain(place..end);
        }
        2 => {
            // A number that grows with a byte put in before it is the most common length there is.
            if let Some(byte) = part.get_mut(place) {
                *byte = byte.wrapping_add(1);
            }
            let end = (place + usize::from(input.byte())).min(part.len());
            part.insert(end, input.byte());
        }
        3 => {
            let flip = input.byte();
            if let Some(byte) = part.get_mut(place) {
                *byte ^= flip;
            }
        }
        4 => {
            let value = input.byte();
            if let Some(byte) = part.get_mut(place) {
                *byte = value;
            }
        }
        _ => part.truncate(place),
    }
}
