//! Whatever an issuer can make, a verifier accepts; whatever else comes, nothing panics.

use livepermit::hold::HeldCredential;
use livepermit::issue::{Person, StatusReference};
use livepermit::{
    Holder, Issuer, Permit, PublicKey, Recipient, SecretKey, Timestamp, Token, Trust, TrustedKey,
    Use, Validity, Verifier,
};
use proptest::prelude::*;

use livepermit_testkit::{GATE, at, ed25519_device, now, pass, trust, verifier};

#[derive(Debug, Clone)]
struct Made {
    issuer: String,
    permit: Permit,
    person: Option<Person>,
    status: Option<StatusReference>,
    claims: std::collections::BTreeMap<String, (i64, String, Vec<u64>)>,
    validity: Validity,
    now: Timestamp,
    seed: [u8; 32],
}

fn name() -> impl Strategy<Value = String> {
    "[!-~]{1,64}".prop_filter("means every gate", |name| name != "*")
}

fn made() -> impl Strategy<Value = Made> {
    let names = (name(), name(), "[!-~]{0,20}:[!-~]{0,20}");
    // Letters of Unicode that show nothing are in no name.
    let written = "[\\p{L} &&[^\u{115f}\u{1160}\u{3164}\u{ffa0}]]{1,20}";
    let person = proptest::option::of((written, proptest::option::of((1..=140_u64, 1..=28_u8))));
    let status = proptest::option::of((name(), any::<u64>()));
    let claims = proptest::collection::btree_map(
        "[a-z]{3,12}",
        (any::<i64>(), ".{0,10}", proptest::collection::vec(any::<u64>(), 0..4)),
        0..4,
    );
    let times = (1..=86_400_u64, 0..=1_000_000_u64, 1..=1_000_000_u64, 0..=1_000_000_000_000_u64);
    (names, person, status, claims, times, any::<[u8; 32]>()).prop_map(
        |(
            (issuer, subject, class),
            person,
            status,
            claims,
            (window, backdate, lifetime, now),
            seed,
        )| {
            let person = person.map(|(name, born)| {
                let person = Person::new(&format!("A {name}")).unwrap();
                match born {
                    Some((age, day)) => {
                        let year = 1970 + now / 31_557_600 - age;
                        match format!("{year}02{day:02}").parse() {
                            Ok(date) => person.with_birth_date(date),
                            Err(error) => {
                                assert!(year > 9999, "{error}");
                                person
                            }
                        }
                    }
                    None => person,
                }
            });
            let status = status.map(|(uri, index)| StatusReference::new(&uri, index).unwrap());
            let mut permit = Permit::new(&subject, &class).unwrap().with_window(window).unwrap();
            if let Some(person) = &person {
                permit = permit.with_person(person.clone());
            }
            if let Some(status) = &status {
                permit = permit.with_status(status.clone());
            }
            permit = permit.with_application(&claims).unwrap();
            let validity = Validity { backdate, lifetime };
            Made { issuer, permit, person, status, claims, validity, now: at(now), seed }
        },
    )
}

impl Made {
    fn verifier(&self, key: &PublicKey) -> (Trust, Verifier) {
        let key = TrustedKey::new(
            &self.issuer,
            key.clone(),
            [Use::Pass, Use::Credential],
            [self.permit.class()],
        );
        let trust = Trust::new([key.unwrap()]).unwrap();
        let policy = livepermit::Policy::new(
            GATE,
            [self.permit.class()],
            livepermit::RevocationPolicy::NotChecked,
        );
        let policy = policy.with_window(86_400).with_max_credential_age(u64::MAX);
        (trust.clone(), Verifier::new(trust, policy).unwrap())
    }

    fn check(&self, verifier: &Verifier, token: &Token) -> Result<(), TestCaseError> {
        prop_assert_eq!(&Token::from_bytes(token.as_bytes()).unwrap(), token);
        prop_assert_eq!(&Token::from_text(&token.to_qr_text()).unwrap(), token);
        prop_assert_eq!(&Token::from_text(&token.to_link_text()).unwrap(), token);
        prop_assert!(livepermit::inspect(token).is_ok());
        for verdict in [
            verifier.verify(token, self.now),
            verifier.verify(&token.to_qr_text(), self.now),
            verifier.verify(&token.to_link_text(), self.now),
        ] {
            let verified =
                verdict.map_err(|rejection| TestCaseError::fail(rejection.to_string()))?;
            prop_assert_eq!(verified.issuer(), &self.issuer);
            prop_assert_eq!(verified.subject(), self.permit.subject());
            prop_assert_eq!(verified.class(), self.permit.class());
            prop_assert_eq!(verified.person(), self.person.clone());
            prop_assert_eq!(verified.status(), self.status.clone());
            prop_assert_eq!(verified.issued_at(), self.now);
            prop_assert_eq!(verified.window(), self.permit.window());
            prop_assert_eq!(verified.application().ok(), Some(self.claims.clone()));
            prop_assert_eq!(verified.token_bytes(), token.as_bytes());
            prop_assert!(verified.live_until() > self.now);
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_an_issuer_can_make_is_accepted(made in made(), p256 in any::<bool>(), gate in any::<bool>()) {
        let key = SecretKey::from_ed25519_seed(&made.seed);
        let issuer = Issuer::new(&made.issuer, key.public_key()).unwrap();
        let (trust, verifier) = made.verifier(&key.public_key());

        let audience = gate.then_some(GATE);
        let pass = issuer.prepare_pass(&made.permit, audience, made.now).unwrap().sign(&key).unwrap();
        made.check(&verifier, &pass)?;

        let mut device = SecretKey::from_ed25519_seed(&[3; 32]);
        if p256 {
            device = SecretKey::from_p256_scalar(&[3; 32]).unwrap();
        }
        let prepared =
            issuer.prepare_credential(&made.permit, &device.public_key(), made.validity, made.now).unwrap();
        let credential = prepared.sign(&key).unwrap();
        let mut holder = Holder::new(device.public_key());
        holder.accept(credential.as_bytes(), &trust, made.now).unwrap();
        let recipient = if gate { Recipient::Gate(GATE) } else { Recipient::Anyone };
        let shown = holder.prepare(recipient, made.now).unwrap().sign(&device).unwrap();
        made.check(&verifier, &shown)?;
    }
}

proptest! {
    #[test]
    fn random_bytes_get_a_reason(bytes in proptest::collection::vec(any::<u8>(), 0..400), seconds in 0..1_u64 << 40) {
        prop_assert!(verifier().verify(&bytes, at(seconds)).is_err());
        prop_assert!(livepermit::inspect(&bytes).is_err());
        let device = ed25519_device().public_key();
        prop_assert!(HeldCredential::accept(&bytes, &device, &trust(), at(seconds)).is_err());
        let _ = livepermit::diagnostic_notation(&bytes);
        prop_assert!(SecretKey::from_pkcs8_der(&bytes).is_err());
        prop_assert!(PublicKey::from_spki_der(&bytes).is_err());
        let _ = PublicKey::from_cose_key(&bytes).map(|key| assert_eq!(key.to_cose_key(), bytes));
        let _ = PublicKey::from_sec1_bytes(&bytes);
    }

    #[test]
    fn random_texts_get_a_reason(text in ".{0,200}", prefix in prop_oneof!["LP1:", "0oR", "LP", ""]) {
        let text = prefix + &text;
        prop_assert!(verifier().verify(&text, now()).is_err());
        prop_assert!(SecretKey::from_pkcs8_pem(&text).is_err());
        prop_assert!(PublicKey::from_spki_pem(&text).is_err());
    }

    #[test]
    fn a_good_token_with_any_bytes_changed_is_refused(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), 1..=255_u8), 1..5),
    ) {
        let good = pass().as_bytes().to_vec();
        let mut bytes = good.clone();
        for (place, change) in changes {
            let place = place.index(bytes.len());
            bytes[place] ^= change;
        }
        prop_assert_eq!(verifier().verify(&bytes, now()).is_ok(), bytes == good);
    }
}
