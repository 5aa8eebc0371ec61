//! JSON objects in which no member stands twice.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// A JSON object. At no depth does it have two members with one name: two readers would take
/// different ones.
#[derive(Clone, Debug, PartialEq)]
pub struct Object(Map<String, Value>);

impl Object {
    /// Reads an object and nothing behind it. `None` for anything else.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        match serde_json::from_slice(bytes) {
            Ok(Strict(Value::Object(members))) => Some(Self(members)),
            _ => None,
        }
    }

    /// The member, if it is there and a string.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    /// The member, if it is there and a number; whole seconds of a date with a fraction.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "a number too large stays too large")]
    pub fn number(&self, name: &str) -> Option<i64> {
        let number = self.0.get(name)?;
        number.as_i64().or_else(|| number.as_f64().map(|fraction| fraction.floor() as i64))
    }

    /// The member, if it is there and an object.
    #[must_use]
    pub fn object(&self, name: &str) -> Option<Self> {
        self.0.get(name)?.as_object().cloned().map(Self)
    }

    /// The member, if it is there and an array.
    #[must_use]
    pub fn array(&self, name: &str) -> Option<&[Value]> {
        self.0.get(name)?.as_array().map(Vec::as_slice)
    }

    /// Whether the member is there.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// How many members there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no member.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Values).map(Self)
    }
}

struct Values;

impl<'de> Visitor<'de> for Values {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("no number"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some((name, Strict(value))) = members.next_entry::<String, Strict>()? {
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom("a member stands twice"));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::Object;

    #[test]
    fn a_member_that_stands_twice_is_refused_at_every_depth() {
        for text in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":{"b":1,"b":2}}"#,
            r#"{"a":[{"b":1,"b":2}]}"#,
            // The same name in another writing.
            r#"{"a":1,"\u0061":2}"#,
        ] {
            assert_eq!(Object::read(text.as_bytes()), None, "{text}");
        }
        assert!(Object::read(br#"{"a":{"b":1},"c":{"b":2}}"#).is_some());
    }

    #[test]
    fn only_one_object_is_read() {
        for text in ["", "[]", "1", "{}{}", "{} x", "{", "{\"a\"}", "\u{feff}{}", "{'a':1}"] {
            assert_eq!(Object::read(text.as_bytes()), None, "{text}");
        }
        assert_eq!(Object::read(&[b'{', b'"', 0xff, b'"', b':', b'1', b'}']), None);
        let deep = "[".repeat(4_000);
        assert_eq!(Object::read(format!("{{\"a\":{deep}").as_bytes()), None);
    }

    #[test]
    fn dates_with_fractions_are_whole_seconds() {
        let object = Object::read(br#"{"a":1.9,"b":-1,"c":1e300,"d":"1","e":7}"#).unwrap();
        assert_eq!(object.number("a"), Some(1));
        assert_eq!(object.number("b"), Some(-1));
        assert_eq!(object.number("c"), Some(i64::MAX));
        assert_eq!((object.number("d"), object.number("e")), (None, Some(7)));
    }
}
