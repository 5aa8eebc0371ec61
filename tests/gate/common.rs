//! What the tests of a gate share: one issuer, many phones, lists built by hand.

use std::sync::Arc;

use livepermit::{
    Admitted, AudiencePolicy, Checkpoint, CheckpointPolicy, ClockState, Code, Evidence, Flaw,
    Holder, Issuer, ListCode, ListRejection, MemoryReplay, Permit, Place, Policy, PublicKey,
    Recipient, Rejection, ReplayStore, Retention, Revocation, SecretKey, StatusLimits, StatusList,
    StatusReference, Timestamp, Trust, TrustedKey, Use, Validity, Verifier,
};

pub(crate) const ISSUER: &str = "bj.example";
pub(crate) const CLASS: &str = "bj.example:residence";
pub(crate) const SUBJECT: &str = "BJ-7F3A9C2E";
pub(crate) const GATE: &str = "gate-3";
pub(crate) const URI: &str = "https://s.bj.example/1";
/// When everything happens unless a test says otherwise.
pub(crate) const NOW: u64 = 1_790_000_000;
/// The seed of the issuer's key.
pub(crate) const ISSUER_SEED: u8 = 1;

pub(crate) fn now() -> Timestamp {
    Timestamp::from_unix(NOW).unwrap()
}

pub(crate) fn secret(seed: u8) -> SecretKey {
    SecretKey::from_ed25519_seed(&[seed; 32])
}

pub(crate) fn public(seed: u8) -> PublicKey {
    secret(seed).public_key()
}

/// The key id the library gives the key of this seed.
pub(crate) fn key_id(seed: u8) -> Vec<u8> {
    public(seed).thumbprint()[..8].to_vec()
}

pub(crate) fn issuer() -> Issuer {
    Issuer::new(ISSUER, public(ISSUER_SEED)).unwrap()
}

/// A key of the issuer's, trusted for everything.
pub(crate) fn trusted(seed: u8) -> TrustedKey {
    TrustedKey::new(
        ISSUER,
        public(seed),
        [Use::Credential, Use::Pass, Use::Slip, Use::Status],
        [CLASS],
    )
    .unwrap()
}

pub(crate) fn trust() -> Trust {
    Trust::new([trusted(ISSUER_SEED)]).unwrap()
}

pub(crate) fn policy() -> Policy {
    Policy::new(AudiencePolicy::OwnOrAny(GATE.into()), [CLASS], Revocation::NotChecked)
}

pub(crate) fn verifier(policy: Policy) -> Verifier {
    Verifier::new(trust(), policy).unwrap()
}

pub(crate) fn permit() -> Permit {
    Permit::new(SUBJECT, CLASS).unwrap()
}

pub(crate) fn reference(index: u64) -> StatusReference {
    StatusReference::new(URI, index).unwrap()
}

pub(crate) fn place(lane: &str, zone: &str) -> Place {
    Place::new(GATE, lane, zone).unwrap()
}

/// Takes a status list in, with nothing held before.
pub(crate) fn take_in(bytes: &[u8], now: Timestamp) -> Result<StatusList, ListCode> {
    StatusList::accept(bytes, &trust(), now, 5, |_, _| None, StatusLimits::default())
        .map_err(|rejection| rejection.code())
}

/// A phone with a credential, and the key it is bound to.
pub(crate) struct Phone {
    key: SecretKey,
    pub(crate) holder: Holder,
}

impl Phone {
    /// The phone of this seed, with a credential of `permit` issued at `now`.
    pub(crate) fn with(seed: u8, permit: &Permit, now: Timestamp) -> Self {
        Self::issued_by(ISSUER_SEED, seed, permit, Validity::default(), now)
    }

    pub(crate) fn issued_by(
        issuer_seed: u8,
        seed: u8,
        permit: &Permit,
        validity: Validity,
        now: Timestamp,
    ) -> Self {
        let key = secret(seed);
        let mut holder = Holder::new(key.public_key());
        let issuer = Issuer::new(ISSUER, public(issuer_seed)).unwrap();
        let prepared =
            issuer.prepare_credential(permit, holder.device_key(), validity, now).unwrap();
        let credential = prepared.sign(&secret(issuer_seed)).unwrap();
        let issuers = Trust::new([trusted(issuer_seed)]).unwrap();
        holder.accept(credential.as_bytes(), &issuers, now).unwrap();
        Self { key, holder }
    }

    /// The phone of this seed and a subject of its own.
    pub(crate) fn number(seed: u8) -> Self {
        Self::with(seed, &Permit::new(&format!("BJ-{seed}"), CLASS).unwrap(), now())
    }

    /// The code it shows when its clock says `time`.
    pub(crate) fn code(&self, time: Timestamp) -> String {
        self.code_for(Recipient::Anyone, time)
    }

    pub(crate) fn code_for(&self, recipient: Recipient<'_>, time: Timestamp) -> String {
        self.holder.prepare(recipient, time).unwrap().sign(&self.key).unwrap().to_qr_text()
    }
}

/// A gate with a store of its own.
pub(crate) fn checkpoint(policy: Policy, checkpoint: CheckpointPolicy) -> Checkpoint {
    checkpoint_at(place("1", "hall"), store(), policy, checkpoint)
}

pub(crate) fn store() -> Arc<MemoryReplay> {
    Arc::new(MemoryReplay::new(1000, Retention::default()))
}

pub(crate) fn checkpoint_at(
    place: Place,
    store: Arc<dyn ReplayStore>,
    policy: Policy,
    checkpoint: CheckpointPolicy,
) -> Checkpoint {
    Checkpoint::new(Arc::new(verifier(policy)), store, place, checkpoint, ClockState::default())
}

#[track_caller]
pub(crate) fn refused<T>(result: Result<T, Rejection>, code: Code) -> Rejection {
    match result {
        Ok(_) => panic!("accepted, expected {code}"),
        Err(rejection) => {
            assert_eq!(rejection.code(), code, "{rejection}");
            rejection
        }
    }
}

#[track_caller]
pub(crate) fn admitted(result: Result<Admitted, Rejection>) -> Admitted {
    match result {
        Ok(admitted) => admitted,
        Err(rejection) => panic!("refused: {rejection}"),
    }
}

/// The list is malformed, and in this way.
#[track_caller]
pub(crate) fn assert_malformed(rejection: ListRejection, flaw: Flaw) {
    assert_eq!(rejection.code(), ListCode::Malformed);
    match rejection.evidence() {
        Evidence::Malformed(malformed) => assert_eq!(malformed.flaw, flaw),
        _ => panic!("{rejection}"),
    }
}
