//! Keys in a security module, by PKCS#11: they sign there, and are never told.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::eddsa::{EddsaParams, EddsaSignatureScheme};
use cryptoki::object::{Attribute, AttributeType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::types::AuthPin;
use livepermit::PublicKey;
use zeroize::Zeroizing;

use super::files;
use crate::service::{ExternalSigner, SignerFailed, SigningKey};

/// Where a key is: the parts of an address of RFC 7512 that are read here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Place {
    token: String,
    object: String,
    module: String,
    pin: String,
}

impl Place {
    fn read(address: &str) -> Result<Self, String> {
        let rest = address.strip_prefix("pkcs11:").ok_or("it does not begin with pkcs11:")?;
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mut place = Self::default();
        for part in path.split(';').chain(query.split('&')).filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let value =
                decoded(value).ok_or_else(|| format!("{name} has a % without two digits"))?;
            match name {
                "token" => place.token = value,
                "object" => place.object = value,
                "module-path" => place.module = value,
                "pin-source" => {
                    place.pin = value.strip_prefix("file:").unwrap_or(&value).to_owned();
                }
                other => return Err(format!("{other} is not read here")),
            }
        }
        let Self { token, object, module, pin } = &place;
        let parts = [("token", token), ("object", object), ("module-path", module)];
        for (name, value) in parts.into_iter().chain([("pin-source", pin)]) {
            if value.is_empty() {
                return Err(format!(
                    "{name} is missing: pkcs11:token=T;object=KEY?module-path=FILE&pin-source=FILE"
                ));
            }
        }
        Ok(place)
    }
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut left = text.as_bytes();
    while let Some((first, rest)) = left.split_first() {
        left = rest;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let (digits, rest) = left.split_at_checked(2)?;
        left = rest;
        bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
    }
    String::from_utf8(bytes).ok()
}

/// A session with the module, and the key in it.
struct Opened {
    session: Session,
    private: ObjectHandle,
}

struct Module {
    place: Place,
    opened: Mutex<Opened>,
}

impl fmt::Debug for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Module").field("place", &self.place).finish_non_exhaustive()
    }
}

impl ExternalSigner for Module {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerFailed> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Ok(signature) = signed(&opened, message) {
            return Ok(signature);
        }
        // The module was restarted, or its session has ended: once more by a new one.
        *opened = session(&self.place).map_err(|why| SignerFailed { why })?;
        signed(&opened, message).map_err(|error| SignerFailed { why: error.to_string() })
    }
}

fn signed(opened: &Opened, message: &[u8]) -> Result<Vec<u8>, Error> {
    let eddsa = Mechanism::Eddsa(EddsaParams::new(EddsaSignatureScheme::Pure));
    opened.session.sign(&eddsa, opened.private, message)
}

/// Opens a key.
pub(super) fn open(address: &str) -> Result<SigningKey, String> {
    let place = Place::read(address)?;
    let opened = session(&place)?;
    let public = public_key(&opened.session, &place)?;
    let signer = Box::new(Module { place, opened: Mutex::new(opened) });
    Ok(SigningKey::Elsewhere { public, signer })
}

fn session(place: &Place) -> Result<Opened, String> {
    let said = |error: Error| format!("the module says: {error}");
    let module = Pkcs11::new(&place.module).map_err(said)?;
    match module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
        Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
        Err(error) => return Err(said(error)),
    }
    let mut slots = module.get_slots_with_token().map_err(said)?.into_iter();
    let slot = slots.find(|slot| {
        module.get_token_info(*slot).is_ok_and(|token| token.label().trim_end() == place.token)
    });
    let slot = slot.ok_or_else(|| format!("the module has no token {}", place.token))?;
    let session = module.open_ro_session(slot).map_err(said)?;
    let pin = files::private_text(place.pin.as_ref()).map_err(|error| error.to_string())?;
    let pin = Zeroizing::new(pin.lines().next().unwrap_or_default().to_owned());
    match session.login(UserType::User, Some(&AuthPin::new((*pin).clone().into()))) {
        Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => {}
        Err(error) => return Err(said(error)),
    }
    let private = object(&session, place, ObjectClass::PRIVATE_KEY)?;
    Ok(Opened { session, private })
}

/// The one object with the name of the key.
fn object(session: &Session, place: &Place, class: ObjectClass) -> Result<ObjectHandle, String> {
    let label = Attribute::Label(place.object.clone().into_bytes());
    let found = session.find_objects(&[Attribute::Class(class), label]);
    match found.map_err(|error| format!("the module says: {error}"))?.as_slice() {
        [one] => Ok(*one),
        found => Err(format!(
            "the token has {} objects {} of the class {class}, and one has to be there",
            found.len(),
            place.object
        )),
    }
}

fn public_key(session: &Session, place: &Place) -> Result<PublicKey, String> {
    let public = object(session, place, ObjectClass::PUBLIC_KEY)?;
    let point = session.get_attributes(public, &[AttributeType::EcPoint]);
    let point = point.map_err(|error| format!("the module says: {error}"))?;
    let [Attribute::EcPoint(point)] = point.as_slice() else {
        return Err(format!("{} is no key of a curve", place.object));
    };
    // An OCTET STRING of the 32 bytes of RFC 8032; some modules leave its head out.
    let point = point.strip_prefix(&[0x04, 32]).unwrap_or(point);
    let point: [u8; 32] =
        point.try_into().map_err(|_| format!("{} is no Ed25519 key", place.object))?;
    PublicKey::from_ed25519_bytes(&point).map_err(|_| format!("{} is no Ed25519 key", place.object))
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[test]
    fn addresses_are_those_of_rfc_7512() {
        let address = "pkcs11:token=Bureau%201;object=issuer?module-path=/usr/lib/m.so\
                       &pin-source=file:/etc/pin";
        let place = Place::read(address).unwrap();
        assert_eq!((&*place.token, &*place.object), ("Bureau 1", "issuer"));
        assert_eq!((&*place.module, &*place.pin), ("/usr/lib/m.so", "/etc/pin"));
        for (address, said) in [
            ("pkcs11:token=T;object=K?module-path=/m", "pin-source"),
            ("pkcs11:token=T;id=%01?module-path=/m&pin-source=/p", "id is not read"),
            ("pkcs11:token=%1;object=K", "token has a %"),
            ("issuer.pem", "does not begin"),
        ] {
            assert!(Place::read(address).unwrap_err().contains(said), "{address}");
        }
    }
}
