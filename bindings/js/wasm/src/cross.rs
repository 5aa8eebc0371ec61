//! Values on their way between Rust and JavaScript: records become plain objects with names in
//! camelCase, unions carry their `kind`, whole numbers are `number`.

use std::collections::HashMap;
use std::sync::Arc;

use js_sys::{Array, JsString, Map, Number, Object, Uint8Array};
use livepermit_ffi::{Evidence, LivepermitError, PublicKey};
use wasm_bindgen::prelude::*;

/// What a function throws: an object with `code`, `reason`, `instruction` and `evidence`. The
/// TypeScript layer makes an error of it, and takes anything else for the end of the instance.
#[derive(Debug)]
pub struct Thrown(JsValue);

pub(crate) type Out<T = JsValue> = Result<T, Thrown>;
/// As `Out`. An error is the object already, one number long: each field that is read passes one on.
pub(crate) type Read<T> = Result<T, Thrown>;

impl From<LivepermitError> for Thrown {
    fn from(error: LivepermitError) -> Self {
        let LivepermitError::Failed { code, reason, instruction, evidence } = error;
        let out = Fields::new();
        out.put("code", code.to_js());
        out.put("reason", reason.to_js());
        out.put("instruction", instruction.to_js());
        out.put("evidence", evidence.to_js());
        Self(out.into())
    }
}

impl From<Thrown> for JsValue {
    fn from(thrown: Thrown) -> Self {
        thrown.0
    }
}

#[wasm_bindgen]
extern "C" {
    /// A plain object. Its fields are read and written by name, without a value for each name.
    #[wasm_bindgen(js_name = Object)]
    pub(crate) type Fields;

    #[wasm_bindgen(constructor, js_class = "Object")]
    pub(crate) fn new() -> Fields;

    #[wasm_bindgen(method, indexing_setter)]
    fn set(this: &Fields, name: &str, value: &JsValue);

    #[wasm_bindgen(method, indexing_getter)]
    fn get(this: &Fields, name: &str) -> JsValue;
}

impl Fields {
    /// A field that has no value is left out.
    pub(crate) fn put(&self, name: &str, value: JsValue) {
        if !value.is_undefined() {
            self.set(name, &value);
        }
    }

    /// Reads a field.
    pub(crate) fn take<T: FromJs>(&self, name: &str) -> Read<T> {
        T::from_js(self.get(name), name)
    }
}

pub(crate) trait ToJs {
    fn to_js(self) -> JsValue;
}

pub(crate) trait FromJs: Sized {
    /// Reads a value. `what` names it in errors.
    fn from_js(value: JsValue, what: &str) -> Read<Self>;
}

/// A value of another type than the function takes.
#[cold]
#[inline(never)]
pub(crate) fn wrong(what: &str, wanted: &str) -> Thrown {
    failed("argument", format!("{what} is not {wanted}"), "Look at the types of the package.")
}

fn failed(code: &str, reason: String, instruction: &str) -> Thrown {
    LivepermitError::Failed {
        code: code.into(),
        reason,
        instruction: Some(instruction.into()),
        evidence: Evidence::Nothing,
    }
    .into()
}

/// The object that has the fields of a record.
pub(crate) fn fields(value: JsValue, what: &str) -> Read<Fields> {
    if value.is_object() { Ok(value.unchecked_into()) } else { Err(wrong(what, "an object")) }
}

/// A whole number that JavaScript holds exactly.
pub(crate) fn whole(what: &str, number: f64) -> Read<i64> {
    if Number::is_safe_integer(&JsValue::from_f64(number)) {
        #[expect(clippy::cast_possible_truncation, reason = "below 2^53 and without a fraction")]
        return Ok(number as i64);
    }
    // JavaScript writes its numbers itself: the code for that would be a share of a wallet's module.
    let number = String::from(Object::to_string(&Number::from(number)));
    let reason = format!("{what} is {number}, not a whole number from -(2^53 - 1) to 2^53 - 1");
    Err(failed("number-unsafe", reason, "Give whole seconds: `Math.floor(Date.now() / 1000)`."))
}

/// The same, not negative.
pub(crate) fn natural(what: &str, number: f64) -> Read<u64> {
    let number = whole(what, number)?;
    u64::try_from(number).map_err(|_| {
        LivepermitError::Failed {
            code: "number-negative".into(),
            reason: format!("{what} is {number}"),
            instruction: None,
            evidence: Evidence::Counts { found: number, limit: 0 },
        }
        .into()
    })
}

pub(crate) fn list<T: FromJs + Entry>(value: JsValue, what: &str) -> Read<Vec<T>> {
    FromJs::from_js(value, what)
}

impl ToJs for String {
    fn to_js(self) -> JsValue {
        JsValue::from_str(&self)
    }
}

impl FromJs for String {
    fn from_js(value: JsValue, what: &str) -> Read<Self> {
        let text: JsString = value.dyn_into().map_err(|_| wrong(what, "a string"))?;
        // Half of a pair of surrogates would become another character.
        if text.is_valid_utf16() { Ok(text.into()) } else { Err(wrong(what, "Unicode text")) }
    }
}

impl ToJs for bool {
    fn to_js(self) -> JsValue {
        JsValue::from_bool(self)
    }
}

impl FromJs for bool {
    fn from_js(value: JsValue, what: &str) -> Read<Self> {
        value.as_bool().ok_or_else(|| wrong(what, "a boolean"))
    }
}

impl ToJs for i64 {
    /// Numbers that JavaScript does not hold exactly become the largest that JavaScript does.
    fn to_js(self) -> JsValue {
        #[expect(clippy::cast_precision_loss, reason = "the maximum keeps all numbers exact")]
        JsValue::from_f64((self as f64).min(Number::MAX_SAFE_INTEGER))
    }
}

impl FromJs for i64 {
    fn from_js(value: JsValue, what: &str) -> Read<Self> {
        let number = value.as_f64().ok_or_else(|| wrong(what, "a number"))?;
        whole(what, number)
    }
}

impl ToJs for u64 {
    fn to_js(self) -> JsValue {
        i64::try_from(self).unwrap_or(i64::MAX).to_js()
    }
}

impl FromJs for u64 {
    fn from_js(value: JsValue, what: &str) -> Read<Self> {
        let number = value.as_f64().ok_or_else(|| wrong(what, "a number"))?;
        natural(what, number)
    }
}

impl ToJs for Vec<u8> {
    fn to_js(self) -> JsValue {
        Uint8Array::from(self.as_slice()).into()
    }
}

impl FromJs for Vec<u8> {
    fn from_js(value: JsValue, what: &str) -> Read<Self> {
        let bytes: Uint8Array = value.dyn_into().map_err(|_| wrong(what, "a Uint8Array"))?;
        Ok(bytes.to_vec())
    }
}

/// A public key arrives as the object of the package, and leaves as its bytes.
impl ToJs for Arc<PublicKey> {
    fn to_js(self) -> JsValue {
        self.to_cose_key().to_js()
    }
}

impl FromJs for Arc<PublicKey> {
    fn from_js(value: JsValue, what: &str) -> Read<Self> {
        let bytes = match fields(value, what)?.take("coseKey") {
            Ok(bytes) => bytes,
            Err(_) => return Err(wrong(what, "a PublicKey")),
        };
        Ok(Self::new(PublicKey::from_cose_key(bytes)?))
    }
}

impl<T: ToJs> ToJs for Option<T> {
    fn to_js(self) -> JsValue {
        self.map_or(JsValue::UNDEFINED, ToJs::to_js)
    }
}

impl<T: FromJs> FromJs for Option<T> {
    fn from_js(value: JsValue, what: &str) -> Read<Self> {
        if value.is_undefined() || value.is_null() {
            return Ok(None);
        }
        T::from_js(value, what).map(Some)
    }
}

/// What goes into lists. Bytes do not: those are one value.
pub(crate) trait Entry {}

impl Entry for String {}
impl Entry for Arc<PublicKey> {}

impl<T: ToJs + Entry> ToJs for Vec<T> {
    fn to_js(self) -> JsValue {
        self.into_iter().map(ToJs::to_js).collect::<Array>().into()
    }
}

impl<T: FromJs + Entry> FromJs for Vec<T> {
    fn from_js(value: JsValue, what: &str) -> Read<Self> {
        if !Array::is_array(&value) {
            return Err(wrong(what, "an array"));
        }
        Array::from(&value).iter().map(|value| T::from_js(value, what)).collect()
    }
}

/// A `Map`: a name such as `__proto__` is a name there.
impl ToJs for HashMap<String, i64> {
    fn to_js(self) -> JsValue {
        let map = Map::new();
        for (name, number) in self {
            map.set(&name.to_js(), &number.to_js());
        }
        map.into()
    }
}

impl FromJs for HashMap<String, i64> {
    fn from_js(value: JsValue, what: &str) -> Read<Self> {
        let map: Map = value.dyn_into().map_err(|_| wrong(what, "a Map"))?;
        let pairs = Array::from(&map);
        let mut out = Self::with_capacity(pairs.length() as usize);
        for pair in pairs.iter() {
            let pair = Array::from(&pair);
            out.insert(FromJs::from_js(pair.get(0), what)?, FromJs::from_js(pair.get(1), what)?);
        }
        Ok(out)
    }
}

/// The length of a name in camelCase.
pub(crate) const fn camel_length(name: &str) -> usize {
    let (bytes, mut at, mut length) = (name.as_bytes(), 0, 0);
    while at < bytes.len() {
        if bytes[at] != b'_' {
            length += 1;
        }
        at += 1;
    }
    length
}

/// A name in camelCase.
pub(crate) const fn camel<const LENGTH: usize>(name: &str) -> [u8; LENGTH] {
    let (bytes, mut at, mut length) = (name.as_bytes(), 0, 0);
    let mut out = [0; LENGTH];
    let mut is_upper = false;
    while at < bytes.len() {
        if bytes[at] == b'_' {
            is_upper = true;
        } else {
            out[length] = if is_upper { bytes[at].to_ascii_uppercase() } else { bytes[at] };
            is_upper = false;
            length += 1;
        }
        at += 1;
    }
    out
}

/// The name of a field as JavaScript writes names, made when this crate is compiled.
macro_rules! name {
    ($field:ident) => {{
        const NAME: &str = stringify!($field);
        const BYTES: [u8; $crate::cross::camel_length(NAME)] = $crate::cross::camel(NAME);
        const CAMEL: &str = match core::str::from_utf8(&BYTES) {
            Ok(name) => name,
            Err(_) => NAME,
        };
        CAMEL
    }};
}

/// A record: a plain object with all its fields.
macro_rules! record {
    ($($type:ident { $($field:ident),+ $(,)? })+) => { $(
        impl $crate::cross::ToJs for $type {
            fn to_js(self) -> wasm_bindgen::JsValue {
                let Self { $($field),+ } = self;
                let out = $crate::cross::Fields::new();
                $( out.put(name!($field), $field.to_js()); )+
                out.into()
            }
        }

        impl $crate::cross::FromJs for $type {
            fn from_js(
                value: wasm_bindgen::JsValue,
                what: &str,
            ) -> $crate::cross::Read<Self> {
                let from = $crate::cross::fields(value, what)?;
                Ok(Self { $( $field: from.take(name!($field))? ),+ })
            }
        }

        impl $crate::cross::Entry for $type {}
    )+ };
}

/// Words: a string each.
macro_rules! words {
    ($($type:ident { $($variant:ident = $word:literal),+ $(,)? })+) => { $(
        impl $crate::cross::ToJs for $type {
            fn to_js(self) -> wasm_bindgen::JsValue {
                wasm_bindgen::JsValue::from_str(match self { $( Self::$variant => $word ),+ })
            }
        }

        impl $crate::cross::FromJs for $type {
            fn from_js(
                value: wasm_bindgen::JsValue,
                what: &str,
            ) -> $crate::cross::Read<Self> {
                match value.as_string().as_deref() {
                    $( Some($word) => Ok(Self::$variant), )+
                    _ => Err($crate::cross::wrong(what, concat!("one of" $(, " ", $word)+))),
                }
            }
        }

        impl $crate::cross::Entry for $type {}
    )+ };
}

/// A union: a plain object whose `kind` says which one it is.
macro_rules! union {
    ($($type:ident {
        $($variant:ident = $kind:literal { $($field:ident),* $(,)? }),+ $(,)?
    })+) => { $(
        impl $crate::cross::ToJs for $type {
            fn to_js(self) -> wasm_bindgen::JsValue {
                let out = $crate::cross::Fields::new();
                match self { $(
                    Self::$variant { $($field),* } => {
                        out.put("kind", wasm_bindgen::JsValue::from_str($kind));
                        $( out.put(name!($field), $field.to_js()); )*
                    }
                )+ }
                out.into()
            }
        }

        impl $crate::cross::FromJs for $type {
            fn from_js(
                value: wasm_bindgen::JsValue,
                what: &str,
            ) -> $crate::cross::Read<Self> {
                let from = $crate::cross::fields(value, what)?;
                let kind: String = from.take("kind")?;
                match kind.as_str() {
                    $( $kind => Ok(Self::$variant { $( $field: from.take(name!($field))? ),* }), )+
                    _ => Err($crate::cross::wrong(
                        "kind",
                        concat!("one of" $(, " ", $kind)+),
                    )),
                }
            }
        }

        impl $crate::cross::Entry for $type {}
    )+ };
}

pub(crate) use {name, record, union, words};
