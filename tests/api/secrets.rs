//! What must not leak does not, and what bindings need is there.

use core::fmt::Debug;

use livepermit::hold::{AcceptError, Challenge, HeldCredential};
use livepermit::issue::{Person, PrepareError, Prepared, SignedList};
use livepermit::key::KeyError;
use livepermit::{
    Holder, Issuer, Permit, Policy, PublicKey, Rejection, SecretKey, Token, Trust, TrustedKey,
    Verified, Verifier,
};

use livepermit_testkit::{ed25519_device, issuer, issuer_key, now, p256_device, permit, verifier};

/// A static assertion that a type does not implement a trait: where it does, `check` is ambiguous
/// and this file does not compile.
macro_rules! assert_not_impl {
    ($type:ty: $($bound:tt)+) => {{
        struct Implements;
        trait AmbiguousIf<A> {
            fn check() {}
        }
        impl<T: ?Sized> AmbiguousIf<()> for T {}
        impl<T: ?Sized + $($bound)+> AmbiguousIf<Implements> for T {}
        let check: fn() = <$type as AmbiguousIf<_>>::check;
        check();
    }};
}

#[test]
fn secrets_cannot_be_copied_printed_or_compared_in_variable_time() {
    assert_not_impl!(SecretKey: Clone);
    assert_not_impl!(SecretKey: Copy);
    assert_not_impl!(SecretKey: PartialEq);
    assert_not_impl!(SecretKey: core::fmt::Display);
    assert_not_impl!(SecretKey: serde::Serialize);
    assert!(core::mem::needs_drop::<SecretKey>(), "it is wiped when dropped");
}

#[test]
fn only_the_verifier_makes_a_verdict() {
    assert_not_impl!(Verified: Default);
    assert_not_impl!(Verified: From<Token>);
    assert_not_impl!(Verified: serde::de::DeserializeOwned);
    assert_not_impl!(HeldCredential: Into<Verified>);
    assert_not_impl!(Rejection: Default);
}

/// Fails when the secret shows in any common writing.
fn does_not_show(shown: &str, secret: &[u8]) {
    let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let list: Vec<_> = secret.iter().map(u8::to_string).collect();
    for form in [&hex, &hex.to_uppercase(), &list.join(", ")] {
        assert!(!shown.to_lowercase().contains(&form.to_lowercase()[..12]), "{shown}");
    }
}

#[test]
fn debug_output_holds_no_secret() {
    let seed: [u8; 32] = core::array::from_fn(|at| 0xa1 ^ u8::try_from(at).unwrap());
    let keys = [SecretKey::from_ed25519_seed(&seed), SecretKey::from_p256_scalar(&seed).unwrap()];
    let names = ["SecretKey(Ed25519, ..)", "SecretKey(P-256, ..)"];
    for (key, name) in keys.iter().zip(names) {
        for shown in [format!("{key:?}"), format!("{key:#?}")] {
            assert_eq!(shown, name);
            does_not_show(&shown, &seed);
        }
        let error = SecretKey::from_pkcs8_pem(&key.to_pkcs8_pem().replace("PRIVATE", "PUBLIC"))
            .unwrap_err();
        does_not_show(&format!("{error:?} {error}"), &seed);
    }
}

#[test]
fn debug_output_holds_no_person() {
    let person = Person::new("Li Na").unwrap().with_birth_date("19900131".parse().unwrap());
    #[derive(serde::Serialize)]
    struct Home {
        address: &'static str,
    }
    let permit = permit().with_person(person.clone());
    let home = permit.clone().with_application(&Home { address: "Dongcheng" }).unwrap();
    let pass = issuer().prepare_pass(&home, None, now()).unwrap();
    let token = pass.sign(&issuer_key()).unwrap();
    let verified = verifier().verify(&token, now()).unwrap();
    assert_eq!(verified.person(), Some(person.clone()));
    let rejection = verifier().verify(&token, now().plus(100)).unwrap_err();
    for shown in [
        format!("{person:?}"),
        format!("{permit:?}"),
        format!("{pass:?}"),
        format!("{token:?}"),
        format!("{verified:?} {verified:#?}"),
        format!("{rejection:?} {rejection}"),
    ] {
        for secret in ["Li Na", "19900131", "Dongcheng"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
    assert_eq!(format!("{person:?}"), "Person(..)");
}

#[test]
fn types_can_cross_threads_and_outlive_what_made_them() {
    fn owned<T: Send + Sync + Debug + 'static>() {}
    owned::<Verifier>();
    owned::<Verified>();
    owned::<Rejection>();
    owned::<Prepared<Token>>();
    owned::<Prepared<SignedList>>();
    owned::<Holder>();
    owned::<HeldCredential>();
    owned::<Issuer>();
    owned::<Permit>();
    owned::<Policy>();
    owned::<Trust>();
    owned::<TrustedKey>();
    owned::<Token>();
    owned::<Challenge>();
    owned::<PublicKey>();
    owned::<SecretKey>();
    fn error<T: core::error::Error + Send + Sync + Clone + PartialEq + 'static>() {}
    error::<Rejection>();
    error::<AcceptError>();
    error::<PrepareError>();
    error::<KeyError>();
    error::<livepermit::key::KeyFileError>();
    error::<livepermit::issue::SignatureRefused>();
    error::<livepermit::issue::ApplicationError>();
    error::<livepermit::verify::PolicyError>();
    error::<livepermit::trust::TrustError>();
    error::<livepermit::field::ClaimError>();
}

#[test]
fn one_verifier_serves_many_threads() {
    let verifier = verifier();
    let tokens =
        [ed25519_device(), p256_device()].map(|device| livepermit_testkit::presentation(&device));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for token in &tokens {
                    verifier.verify(token, now()).unwrap();
                }
            });
        }
    });
}
