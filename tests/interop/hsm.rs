//! Keys that never leave an HSM sign the lists that everything rests on: a root key the trust list,
//! an issuer's key the status list. The HSM is SoftHSM, through PKCS#11.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::eddsa::{EddsaParams, EddsaSignatureScheme};
use cryptoki::object::{Attribute, AttributeType, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::types::AuthPin;
use livepermit::issue::{
    Prepared, SignatureRefused, SignedList, StatusListBuilder, TrustListBuilder,
};
use livepermit::status::{StatusLimits, StatusList, StatusValue};
use livepermit::trust::TrustAnchor;
use livepermit::{Issuer, PublicKey, TrustedKey, Use};
use livepermit_testkit::URI;

use crate::peers::{self, Scratch};
use crate::{CLASS, ISSUER, now};

/// Where Debian's package `softhsm2` puts the module.
const MODULES: [&str; 3] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
];

/// The variable by which SoftHSM is told where its keys are.
const CONFIGURATION: &str = "SOFTHSM2_CONF";
/// The variable by which the process with the HSM is told of the module.
const MODULE: &str = "LIVEPERMIT_TEST_PKCS11_MODULE";
/// What that process says when everything was signed and accepted.
const DONE: &str = "signed in the HSM and accepted";

/// A process of its own has the HSM, because SoftHSM takes its settings from the environment.
#[test]
fn the_lists_are_signed_by_keys_in_an_hsm() {
    let Some(module) = peers::file("softhsm2", MODULES.map(PathBuf::from)) else { return };
    let scratch = Scratch::new();
    let tokens = scratch.path("tokens");
    std::fs::create_dir(&tokens).unwrap();
    let settings = format!("directories.tokendir = {}\nlog.level = ERROR\n", tokens.display());
    let said = peers::output(
        Command::new(env::current_exe().unwrap())
            .args(["--exact", "hsm::process_with_the_hsm", "--nocapture"])
            .env(CONFIGURATION, scratch.write("softhsm2.conf", settings))
            .env(MODULE, module),
    );
    assert!(said.contains(DONE), "{said}");
}

/// Not a test by itself: the process of [`the_lists_are_signed_by_keys_in_an_hsm`].
#[test]
fn process_with_the_hsm() {
    let Some(module) = env::var_os(MODULE) else { return };
    let session = log_in(Path::new(&module));
    let [root, issuer_key] = [(); 2].map(|()| KeyInHsm::generate(&session));

    let issuer = Issuer::new(ISSUER, issuer_key.public.clone()).unwrap();
    let uses = [Use::Credential, Use::Pass, Use::Status];
    let trusted = TrustedKey::new(ISSUER, issuer_key.public.clone(), uses, [CLASS]).unwrap();
    let end = now().plus(86_400);
    let keys = TrustListBuilder::new("bj.example/gates", 1, [trusted]).unwrap();
    let keys = keys.prepare(&root.public, now(), end).unwrap();
    let mut withdrawn = StatusListBuilder::new(URI, 1, 1024).unwrap();
    withdrawn.set(5, StatusValue::Revoked).unwrap();
    let withdrawn = withdrawn.prepare(&issuer, now(), end).unwrap();

    // Each by its own key, and by no other.
    let does_not_verify = Err(SignatureRefused::DoesNotVerify);
    assert_eq!(issuer_key.sign(&session, &keys), does_not_verify);
    assert_eq!(root.sign(&session, &withdrawn), does_not_verify);
    let keys = root.sign(&session, &keys).unwrap();
    let withdrawn = issuer_key.sign(&session, &withdrawn).unwrap();

    let mut anchor = TrustAnchor::new("bj.example/gates", [root.public], 0).unwrap();
    let list = anchor.accept(keys.as_bytes(), now(), 5).unwrap();
    assert!(list.skipped().is_empty());
    let limits = StatusLimits::default();
    let list =
        StatusList::accept(withdrawn.as_bytes(), list.trust(), now(), 5, |_, _| None, limits);
    assert_eq!(list.unwrap().get(5), Some(StatusValue::Revoked));
    println!("{DONE}");
}

/// A new token in the first slot, with its user logged in.
fn log_in(module: &Path) -> Session {
    let (officer, user) = (AuthPin::new("officer-pin".into()), AuthPin::new("user-pin".into()));
    let hsm = Pkcs11::new(module).unwrap();
    hsm.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)).unwrap();
    let slot = hsm.get_slots_with_token().unwrap()[0];
    hsm.init_token(slot, &officer, "livepermit").unwrap();
    let session = hsm.open_rw_session(slot).unwrap();
    session.login(UserType::So, Some(&officer)).unwrap();
    session.init_pin(&user).unwrap();
    session.logout().unwrap();
    session.login(UserType::User, Some(&user)).unwrap();
    session
}

/// An Ed25519 key that was made in the HSM and cannot be taken out.
struct KeyInHsm {
    private: ObjectHandle,
    public: PublicKey,
}

impl KeyInHsm {
    fn generate(session: &Session) -> Self {
        // The name of the curve as a PrintableString, which every release of SoftHSM 2 takes.
        let curve = [&[0x13, 12], b"edwards25519".as_slice()].concat();
        let (public, private) = session
            .generate_key_pair(
                &Mechanism::EccEdwardsKeyPairGen,
                &[Attribute::Token(true), Attribute::Verify(true), Attribute::EcParams(curve)],
                &[
                    Attribute::Token(true),
                    Attribute::Private(true),
                    Attribute::Sensitive(true),
                    Attribute::Extractable(false),
                    Attribute::Sign(true),
                ],
            )
            .unwrap();
        let point = session.get_attributes(public, &[AttributeType::EcPoint]).unwrap();
        let [Attribute::EcPoint(point)] = point.as_slice() else { panic!("{point:?}") };
        // An OCTET STRING of the 32 bytes of RFC 8032.
        let point = point.strip_prefix(&[0x04, 32]).unwrap();
        let public = PublicKey::from_ed25519_bytes(point.try_into().unwrap()).unwrap();
        let secret = session.get_attributes(private, &[AttributeType::Value]).unwrap_or_default();
        assert!(secret.is_empty(), "the private key was told");
        Self { private, public }
    }

    /// The second of the two steps.
    fn sign(
        &self,
        session: &Session,
        prepared: &Prepared<SignedList>,
    ) -> Result<SignedList, SignatureRefused> {
        let eddsa = Mechanism::Eddsa(EddsaParams::new(EddsaSignatureScheme::Pure));
        prepared.attach(&session.sign(&eddsa, self.private, prepared.message()).unwrap())
    }
}
