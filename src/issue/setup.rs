//! The operator's side of a setup.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use zeroize::Zeroizing;

use super::prepared::{Signable, sealed};
use super::trust_list::write_entry;
use super::{PrepareError, Prepared};
use crate::bytes::cbor::Writer;
use crate::bytes::cose::label as header_label;
use crate::bytes::text;
use crate::field::{Address, Name};
use crate::key::{Algorithm, PublicKey};
use crate::setup::format::{TYP, label, policy_label, word};
use crate::setup::{
    CheckNumber, CoolDownPolicy, Passage, RelayAccess, Retention, SetupTrust, UnverifiedSetup,
};
use crate::time::Timestamp;
use crate::trust::default_key_id;
use crate::verify::{ActingPolicy, AudiencePolicy, ChallengePolicy, Policy, RevocationPolicy};

/// Makes the setup of one gate. Raise the version with every setup of the gate that you sign.
///
/// [`setup`](crate::setup) has an example.
#[derive(Debug)]
pub struct SetupBuilder {
    policy: Policy,
    trust: SetupTrust,
    version: u64,
    operator: Option<PublicKey>,
    lane: String,
    zone: Option<String>,
    passage: Passage,
    cool_down: CoolDownPolicy,
    debounce: Option<u64>,
    status_lists: Vec<Address>,
    relay: Option<RelayAccess>,
    retention: Retention,
}

impl SetupBuilder {
    /// Sets up the gate that the policy names.
    #[must_use]
    pub fn new(policy: Policy, trust: SetupTrust, version: u64) -> Self {
        Self {
            policy,
            trust,
            version,
            operator: None,
            lane: "1".into(),
            zone: None,
            passage: Passage::Enter,
            cool_down: CoolDownPolicy::Window,
            debounce: None,
            status_lists: Vec::new(),
            relay: None,
            retention: Retention::default(),
        }
    }

    /// The name of the lane; `1` by default.
    #[must_use]
    pub fn lane(mut self, lane: &str) -> Self {
        self.lane = lane.into();
        self
    }

    /// The name of the zone; by default the gate's own name.
    #[must_use]
    pub fn zone(mut self, zone: &str) -> Self {
        self.zone = Some(zone.into());
        self
    }

    /// Whether people enter or leave; enter by default.
    #[must_use]
    pub const fn passage(mut self, passage: Passage) -> Self {
        self.passage = passage;
        self
    }

    /// How soon the zone admits the same permit again.
    #[must_use]
    pub const fn cool_down(mut self, cool_down: CoolDownPolicy) -> Self {
        self.cool_down = cool_down;
        self
    }

    /// Seconds in which the same lane may read the same code again; 3 by default.
    #[must_use]
    pub const fn debounce(mut self, seconds: u64) -> Self {
        self.debounce = Some(seconds);
        self
    }

    /// Where the gate fetches the lists of withdrawn permits.
    #[must_use]
    pub fn status_lists(mut self, addresses: impl IntoIterator<Item = Address>) -> Self {
        self.status_lists = addresses.into_iter().collect();
        self
    }

    /// Where the gate shares its memory of used codes.
    #[must_use]
    pub fn relay(mut self, access: RelayAccess) -> Self {
        self.relay = Some(access);
        self
    }

    /// The settings of the zone.
    #[must_use]
    pub const fn retention(mut self, retention: Retention) -> Self {
        self.retention = retention;
        self
    }

    /// Names another key of the operator, which signs the setups after this one. Only a gate that
    /// has a setup already accepts that.
    #[must_use]
    pub fn next_operator(mut self, key: PublicKey) -> Self {
        self.operator = Some(key);
        self
    }

    /// Prepares the setup for the signature of the operator's key. The key can stay in an HSM: see
    /// [`Prepared`].
    ///
    /// # Errors
    /// [`PrepareError::SetupRefused`] when a gate would refuse the setup, [`PrepareError::Policy`],
    /// [`PrepareError::Claim`], [`PrepareError::OperatorNotEd25519`].
    pub fn prepare(
        &self,
        signer: &PublicKey,
        now: Timestamp,
    ) -> Result<Prepared<SignedSetup>, PrepareError> {
        let operator = self.operator.as_ref().unwrap_or(signer);
        let ed25519 = |key: &PublicKey| key.algorithm() == Algorithm::Ed25519;
        if !ed25519(signer) || !ed25519(operator) {
            return Err(PrepareError::OperatorNotEd25519);
        }
        self.policy.check().map_err(PrepareError::Policy)?;
        let lane = Name::of("lane", &self.lane)?;
        let zone = Name::of("zone", self.zone.as_deref().unwrap_or_else(|| self.policy.gate()))?;
        let mut header = Writer::new();
        header.map(3).integer(header_label::ALG).integer(Algorithm::Ed25519.cose_id());
        header.integer(header_label::KID).bytes(&default_key_id(signer));
        header.integer(header_label::TYP).text(TYP);
        let payload = self.payload(operator, (&lane, &zone), now);
        let prepared = Prepared::setup(signer.clone(), header.into_bytes(), payload);
        // Never sign a setup that a gate would refuse.
        UnverifiedSetup::read(&prepared.trial()).map_err(PrepareError::SetupRefused)?;
        Ok(prepared)
    }

    fn payload(&self, operator: &PublicKey, place: (&Name, &Name), now: Timestamp) -> Vec<u8> {
        let usual = self.retention == Retention::default();
        let optional = [!self.status_lists.is_empty(), self.relay.is_some(), !usual];
        let mut out = Writer::new();
        out.map(optional.into_iter().filter(|is_there| *is_there).count().saturating_add(7));
        out.integer(label::SUB).text(self.policy.gate());
        out.integer(label::IAT).unsigned(now.as_unix());
        out.integer(label::VERSION).unsigned(self.version);
        if let SetupTrust::Keys(trust) = &self.trust {
            out.integer(label::KEYS).array(trust.keys().len());
            trust.keys().iter().for_each(|key| write_entry(key, &mut out));
        }
        out.integer(label::OPERATOR).raw(&operator.to_cose_key());
        let (lane, zone) = place;
        out.integer(label::PLACE).array(2).text(lane.as_str()).text(zone.as_str());
        out.integer(label::POLICY);
        self.write_policy(&mut out);
        if let SetupTrust::List(list) = &self.trust {
            out.integer(label::TRUST_LIST).array(4);
            out.text(list.name()).unsigned(list.lowest_version()).array(list.roots().len());
            for root in list.roots() {
                out.raw(&root.to_cose_key());
            }
            out.text(list.address().as_str());
        }
        if !self.status_lists.is_empty() {
            out.integer(label::STATUS_LISTS);
            write_texts(self.status_lists.iter().map(Address::as_str), &mut out);
        }
        if let Some(relay) = &self.relay {
            out.integer(label::RELAY).array(2);
            out.text(relay.address().as_str()).bytes(relay.key().as_bytes());
        }
        if !usual {
            out.integer(label::SETTINGS);
            write_settings(self.retention, &mut out);
        }
        out.into_bytes()
    }

    /// Writes what differs from the usual.
    fn write_policy(&self, out: &mut Writer) {
        let policy = &self.policy;
        let usual = Policy::new("", [""; 0], RevocationPolicy::NotChecked);
        let mut fields = Fields::default();
        fields.add(policy_label::CLASSES, |out| write_texts(policy.classes(), out));
        fields.add(policy_label::REVOCATION, |out| match policy.revocation() {
            RevocationPolicy::NotChecked => {
                out.boolean(false);
            }
            RevocationPolicy::Required { max_age, grace } => {
                out.array(2).unsigned(max_age).unsigned(grace);
            }
        });
        if policy.forms() != usual.forms() {
            let forms = policy.forms().iter().map(|form| form.name());
            fields.add(policy_label::FORMS, |out| write_texts(forms, out));
        }
        for (label, word, is_there) in [
            (policy_label::AUDIENCE, word::OWN, policy.audience() == AudiencePolicy::Own),
            (
                policy_label::CHALLENGE,
                word::REQUIRED,
                policy.challenge() == ChallengePolicy::Required,
            ),
            (policy_label::ACTING, word::ACCEPTED, policy.acting() == ActingPolicy::Accepted),
        ] {
            fields.add_if(is_there, label, |out| {
                out.text(word);
            });
        }
        for (label, found, usual) in [
            (policy_label::WINDOW, policy.window(), usual.window()),
            (policy_label::SKEW, policy.skew(), usual.skew()),
            (
                policy_label::MAX_CREDENTIAL_AGE,
                policy.max_credential_age(),
                usual.max_credential_age(),
            ),
        ] {
            fields.add_if(found != usual, label, |out| {
                out.unsigned(found);
            });
        }
        let exempt: Vec<&str> = policy.status_exempt().collect();
        fields.add_if(!exempt.is_empty(), policy_label::STATUS_EXEMPT, |out| {
            write_texts(exempt.iter().copied(), out);
        });
        let cool_down = match self.cool_down {
            CoolDownPolicy::Window => None,
            CoolDownPolicy::Seconds(seconds) => Some(seconds),
            CoolDownPolicy::DangerousNone => Some(0),
        };
        if let Some(seconds) = cool_down {
            fields.add(policy_label::COOL_DOWN, |out| {
                out.unsigned(seconds);
            });
        }
        fields.add_if(self.passage == Passage::Leave, policy_label::PASSAGE, |out| {
            out.text(word::LEAVE);
        });
        if let Some(seconds) = self.debounce {
            fields.add(policy_label::DEBOUNCE, |out| {
                out.unsigned(seconds);
            });
        }
        out.map(fields.count).raw(&fields.out.into_bytes());
    }
}

/// The pairs of a map whose number is not known before.
#[derive(Default)]
struct Fields {
    count: usize,
    out: Writer,
}

impl Fields {
    fn add(&mut self, label: i64, write: impl FnOnce(&mut Writer)) {
        self.count = self.count.saturating_add(1);
        self.out.integer(label);
        write(&mut self.out);
    }

    fn add_if(&mut self, is_there: bool, label: i64, write: impl FnOnce(&mut Writer)) {
        if is_there {
            self.add(label, write);
        }
    }
}

fn write_texts<'a>(texts: impl Iterator<Item = &'a str>, out: &mut Writer) {
    let texts: Vec<&str> = texts.collect();
    out.array(texts.len());
    for text in texts {
        out.text(text);
    }
}

fn write_settings(retention: Retention, out: &mut Writer) {
    out.array(5).unsigned(retention.largest_window).unsigned(retention.largest_skew);
    out.unsigned(retention.clock_difference).unsigned(retention.longest_cool_down);
    match retention.old_master {
        Retention::UNBOUNDED => out.null(),
        seconds => out.unsigned(seconds),
    };
}

/// A signed setup: show its text as a QR code to the gate, and its check number to the person there.
///
/// The setup holds the gate's key of the relay, so treat the code like a key.
pub struct SignedSetup(Zeroizing<Vec<u8>>);

impl SignedSetup {
    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text for a QR code: `LPG1:` and base45 (RFC 9285), all alphanumeric mode.
    #[must_use]
    pub fn to_qr_text(&self) -> String {
        text::encode_setup(&self.0)
    }

    /// The text for links: base64url without padding (RFC 4648 §5).
    #[must_use]
    pub fn to_link_text(&self) -> String {
        text::encode_link(&self.0)
    }

    /// The number that the person compares with the gate's screen.
    #[must_use]
    pub fn check_number(&self) -> CheckNumber {
        CheckNumber::of(&self.0)
    }
}

impl fmt::Debug for SignedSetup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignedSetup({} bytes)", self.0.len())
    }
}

impl Signable for SignedSetup {}

impl sealed::Assemble for SignedSetup {
    type Draft = ();

    fn assembled((): &(), bytes: Vec<u8>) -> Self {
        Self(bytes.into())
    }
}
