//! CBOR as a tree: edits of what was meant, where edits of bytes mostly break lengths.

use ciborium::Value;

use crate::Input;

pub fn parse(bytes: &[u8]) -> Value {
    ciborium::from_reader(bytes).expect("what was just written")
}

pub fn written(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    ciborium::into_writer(value, &mut out).expect("a vector takes everything");
    out
}

/// Maps in the order of RFC 8949 §4.2.1.
pub fn sorted(value: Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        Value::Map(pairs) => {
            let mut pairs: Vec<_> =
                pairs.into_iter().map(|(key, value)| (sorted(key), sorted(value))).collect();
            pairs.sort_by_cached_key(|(key, _)| written(key));
            Value::Map(pairs)
        }
        Value::Tag(tag, inner) => Value::Tag(tag, Box::new(sorted(*inner))),
        other => other,
    }
}

/// The one deterministic encoding, where the value has one.
pub fn tight(value: &Value) -> Vec<u8> {
    written(&sorted(value.clone()))
}

/// Another encoding of the same value: longer heads and turned maps, as the input says.
pub fn loose(value: &Value, input: &mut Input<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    write_loose(value, input, &mut out);
    out
}

fn write_loose(value: &Value, input: &mut Input<'_>, out: &mut Vec<u8>) {
    match value {
        Value::Integer(integer) => {
            let integer = i128::from(*integer);
            match u64::try_from(integer) {
                Ok(unsigned) => head(0, unsigned, input, out),
                Err(_) => head(1, u64::try_from(-1 - integer).expect("64 bits"), input, out),
            }
        }
        Value::Bytes(bytes) => {
            head(2, bytes.len() as u64, input, out);
            out.extend(bytes);
        }
        Value::Text(text) => {
            head(3, text.len() as u64, input, out);
            out.extend(text.bytes());
        }
        Value::Array(items) => {
            head(4, items.len() as u64, input, out);
            items.iter().for_each(|item| write_loose(item, input, out));
        }
        Value::Map(pairs) => {
            head(5, pairs.len() as u64, input, out);
            let turned = if pairs.is_empty() { 0 } else { input.below(pairs.len()) };
            for (key, value) in pairs[turned..].iter().chain(&pairs[..turned]) {
                write_loose(key, input, out);
                write_loose(value, input, out);
            }
        }
        Value::Tag(tag, inner) => {
            head(6, *tag, input, out);
            write_loose(inner, input, out);
        }
        other => out.extend(written(other)),
    }
}

fn head(major: u8, argument: u64, input: &mut Input<'_>, out: &mut Vec<u8>) {
    let shortest = match argument {
        0..=23 => 0,
        24..=0xff => 1,
        0x100..=0xffff => 2,
        0x1_0000..=0xffff_ffff => 3,
        _ => 4,
    };
    match shortest.max(input.byte() % 5) {
        0 => out.push(major << 5 | argument as u8),
        1 => out.extend([major << 5 | 24, argument as u8]),
        2 => {
            out.push(major << 5 | 25);
            out.extend((argument as u16).to_be_bytes());
        }
        3 => {
            out.push(major << 5 | 26);
            out.extend((argument as u32).to_be_bytes());
        }
        _ => {
            out.push(major << 5 | 27);
            out.extend(argument.to_be_bytes());
        }
    }
}

/// Whether a map has an array or a map as a key, which lists of others may not have: their bytes do
/// not tell whether one stands twice.
pub fn has_container_key(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(has_container_key),
        Value::Map(pairs) => pairs.iter().any(|(key, value)| {
            matches!(key, Value::Array(_) | Value::Map(_)) || has_container_key(value)
        }),
        Value::Tag(_, inner) => has_container_key(inner),
        _ => false,
    }
}

/// The value under an integer or text label.
pub fn get(map: &Value, label: impl Into<Value>) -> Option<&Value> {
    let label = label.into();
    map.as_map()?.iter().find(|(key, _)| *key == label).map(|(_, value)| value)
}

pub fn number(map: &Value, label: i64) -> Option<u64> {
    u64::try_from(get(map, label)?.as_integer()?).ok()
}

pub fn text(map: &Value, label: i64) -> Option<&str> {
    get(map, label)?.as_text()
}

/// Numbers at which something changes.
const EDGES: [i128; 36] = [
    0,
    1,
    2,
    4,
    8,
    9,
    13,
    18,
    23,
    24,
    255,
    256,
    65_535,
    65_536,
    86_400,
    86_401,
    294,
    279,
    0xffff_ffff,
    0x1_0000_0000,
    (1 << 40) - 1,
    1 << 40,
    (1 << 63) - 1,
    1 << 63,
    u64::MAX as i128,
    -1,
    -7,
    -8,
    -9,
    -19,
    -257,
    -65_537,
    -65_538,
    -65_552,
    -65_553,
    -(1 << 63),
];

/// Texts a field may be confused by.
const WORDS: [&str; 13] = [
    "bj.example:other",
    "",
    "*",
    "a",
    "iss",
    "bj.example",
    "bj.example:residence",
    "gate-3",
    "https://s.bj.example/1",
    "19000229",
    "000000",
    "application/vnd.lps+cwt",
    "\u{7f}",
];

fn leaf(input: &mut Input<'_>) -> Value {
    match input.byte() % 10 {
        0 | 1 => Value::from(input.byte()),
        2 => Value::Integer(edge(input).try_into().expect("64 bits")),
        3 => Value::from(input.number(8)),
        4 => WORDS[input.below(WORDS.len())].into(),
        5 => {
            let count = input.byte().into();
            String::from_utf8_lossy(input.take(count)).into_owned().into()
        }
        6 => {
            let count = input.byte().into();
            Value::Bytes(input.take(count).to_vec())
        }
        7 => vec![input.byte(); usize::from(input.byte())].as_slice().into(),
        8 => "x".repeat(usize::from(input.byte()) + usize::from(input.byte())).into(),
        _ => match input.byte() % 7 {
            0 => Value::Bool(false),
            1 => Value::Bool(true),
            2 => Value::Null,
            3 => Value::Float(1.5),
            4 => Value::Array(Vec::new()),
            5 => Value::Map(Vec::new()),
            _ => Value::Tag(input.byte().into(), Box::new(Value::from(0))),
        },
    }
}

fn edge(input: &mut Input<'_>) -> i128 {
    EDGES[input.below(EDGES.len())]
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Map(pairs) => pairs.iter().map(|(key, value)| count(key) + count(value)).sum(),
        Value::Tag(_, inner) => count(inner),
        _ => 0,
    }
}

/// The node that is `left` steps on from the root; `left` is 0 behind it.
fn nth<'v>(value: &'v mut Value, left: &mut usize) -> Option<&'v mut Value> {
    if *left == 0 {
        return Some(value);
    }
    *left -= 1;
    match value {
        Value::Array(items) => items.iter_mut().find_map(|item| nth(item, left)),
        Value::Map(pairs) => {
            pairs.iter_mut().flat_map(|(key, value)| [key, value]).find_map(|item| nth(item, left))
        }
        Value::Tag(_, inner) => nth(inner, left),
        _ => None,
    }
}

/// Where a node with this value stands, as [`edit_tree`] counts.
pub fn place_of(tree: &Value, wanted: &Value) -> Option<usize> {
    fn walk(value: &Value, wanted: &Value, at: &mut usize) -> bool {
        if value == wanted {
            return true;
        }
        *at += 1;
        match value {
            Value::Array(items) => items.iter().any(|item| walk(item, wanted, at)),
            Value::Map(pairs) => {
                pairs.iter().any(|(key, value)| walk(key, wanted, at) || walk(value, wanted, at))
            }
            Value::Tag(_, inner) => walk(inner, wanted, at),
            _ => false,
        }
    }
    let mut at = 0;
    walk(tree, wanted, &mut at).then_some(at)
}

/// One edit of one node of one of the trees.
pub fn edit_tree(trees: &mut [&mut Value], input: &mut Input<'_>) {
    let trees_count = trees.len();
    let tree = &mut trees[input.below(trees_count)];
    let mut place = input.place(count(tree) - 1);
    let Some(node) = nth(tree, &mut place) else { return };
    match input.byte() % 12 {
        0 | 1 => *node = leaf(input),
        2 => {
            let value = node.as_integer().map_or(0, i128::from) + i128::from(input.signed());
            *node = value.try_into().map_or(Value::Null, Value::Integer);
        }
        3 => match node {
            Value::Map(pairs) if !pairs.is_empty() => {
                pairs.remove(input.below(pairs.len()));
            }
            Value::Array(items) if !items.is_empty() => {
                items.remove(input.below(items.len()));
            }
            _ => {}
        },
        4 => match node {
            Value::Map(pairs) => pairs.push((leaf(input), leaf(input))),
            Value::Array(items) => items.push(leaf(input)),
            _ => {}
        },
        5 => match node {
            Value::Map(pairs) if !pairs.is_empty() => {
                let pair = pairs[input.below(pairs.len())].clone();
                pairs.push(pair);
            }
            Value::Array(items) if !items.is_empty() => {
                let item = items[input.below(items.len())].clone();
                items.push(item);
            }
            _ => {}
        },
        6 => {
            for _ in 0..input.byte() % 12 {
                let inner = std::mem::replace(node, Value::Null);
                *node = Value::Array(vec![inner]);
            }
        }
        7 => {
            let inner = std::mem::replace(node, Value::Null);
            *node = Value::Map(vec![(leaf(input), inner)]);
        }
        8 => match node {
            Value::Bytes(bytes) if !bytes.is_empty() => {
                let place = input.place(bytes.len() - 1);
                bytes[place] ^= input.byte();
            }
            Value::Bool(value) => *value = !*value,
            _ => {}
        },
        9 => match node {
            Value::Bytes(bytes) => bytes.resize(input.byte().into(), 7),
            Value::Text(text) => *text = text.chars().cycle().take(input.byte().into()).collect(),
            _ => {}
        },
        10 => {
            let place = input.place(300);
            if let Value::Text(text) = node
                && let Some(at) = text.char_indices().nth(place).map(|(at, _)| at)
            {
                text.insert(at, char::from(input.byte()));
            }
        }
        _ => *node = Value::Integer(edge(input).try_into().expect("64 bits")),
    }
}
