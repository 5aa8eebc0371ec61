use core::fmt;
use std::sync::Arc;

use livepermit::field::ClaimError;
use livepermit::status::StatusList;
use livepermit::verify::PolicyError;
use livepermit::{Policy, RevocationPolicy, Trust, Verifier};

use super::CoolDownPolicy;
use super::rules::{Rules, StoreFailurePolicy};
use super::{ClockState, Gate};
use crate::place::GatePlace;
use crate::replay::{Passage, ReplayStore};

/// The settings of a gate: [`Gate::at`] makes a builder, [`GateBuilder::build`] makes the gate.
///
/// A gate needs a store. It also needs a verifier, or the settings that make a verifier: trusted
/// keys, classes, and what to do about withdrawn permits. All other settings have a default.
#[must_use]
pub struct GateBuilder {
    name: String,
    lane: String,
    zone: Option<String>,
    verifier: Option<Arc<Verifier>>,
    trust: Option<Trust>,
    classes: Vec<String>,
    revocation: Option<RevocationPolicy>,
    refine: Option<Box<dyn FnOnce(Policy) -> Policy>>,
    status_lists: Vec<Arc<StatusList>>,
    store: Option<Arc<dyn ReplayStore>>,
    clock: ClockState,
    rules: Rules,
}

/// Why a gate cannot be built, or why its verifier cannot be replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum GateError {
    /// The name of the gate, the lane or the zone breaks the rules of its field.
    Claim(ClaimError),
    /// The policy contradicts itself or could accept nothing.
    Policy(PolicyError),
    /// No keys are trusted: call [`GateBuilder::trusting`] or [`GateBuilder::verifying`].
    NoTrust,
    /// The builder was not told what to do about withdrawn permits: call
    /// [`GateBuilder::revocation`].
    NoRevocation,
    /// There is no store of used codes: call [`GateBuilder::store`].
    NoStore,
    /// The policy of the verifier names another gate.
    OtherGate {
        /// The gate in the verifier's policy.
        found: String,
        /// The name of this gate.
        expected: String,
    },
    /// The policy's window is longer than the store remembers: the gate would refuse codes as
    /// `forgotten` while they are still live.
    WindowBeyondRetention {
        /// The policy's window, in seconds.
        window: u64,
        /// [`Retention::largest_window`](crate::replay::Retention::largest_window), in seconds.
        retention: u64,
    },
    /// The policy's skew is larger than the zone's largest skew: other gates would end a cool-down
    /// while this gate still accepts codes of the same phone.
    SkewBeyondRetention {
        /// The policy's skew, in seconds.
        skew: u64,
        /// [`Retention::largest_skew`](crate::replay::Retention::largest_skew), in seconds.
        retention: u64,
    },
    /// The cool-down is longer than the zone's longest: after a loss of memory, the zone would
    /// open before the cool-down has ended.
    CoolDownBeyondRetention {
        /// The cool-down, in seconds.
        cool_down: u64,
        /// [`Retention::cool_down_limit`](crate::replay::Retention::cool_down_limit), in seconds.
        retention: u64,
    },
}

impl GateError {
    /// The stable code of the error, such as `no-store`. A wrapped error gives its own code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Claim(error) => error.code(),
            Self::Policy(error) => error.code(),
            Self::NoTrust => "no-trust",
            Self::NoRevocation => "no-revocation",
            Self::NoStore => "no-store",
            Self::OtherGate { .. } => "other-gate",
            Self::WindowBeyondRetention { .. } => "window-beyond-retention",
            Self::SkewBeyondRetention { .. } => "skew-beyond-retention",
            Self::CoolDownBeyondRetention { .. } => "cool-down-beyond-retention",
        }
    }
}

impl fmt::Display for GateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Claim(error) => error.fmt(f),
            Self::Policy(error) => error.fmt(f),
            Self::NoTrust => f.write_str("a gate needs trusted keys or a verifier"),
            Self::NoRevocation => {
                f.write_str("a gate needs to know what to do about withdrawn permits")
            }
            Self::NoStore => f.write_str("a gate needs a store of used codes"),
            Self::OtherGate { found, expected } => {
                write!(f, "the verifier is of gate {found}, and this gate is {expected}")
            }
            Self::WindowBeyondRetention { window, retention } => write!(
                f,
                "codes may be live for {window} s, and the store remembers for windows of at most \
                 {retention} s: give the store a larger window"
            ),
            Self::SkewBeyondRetention { skew, retention } => write!(
                f,
                "the skew is {skew} s, and the largest skew of the zone is {retention} s: give the \
                 store a larger skew"
            ),
            Self::CoolDownBeyondRetention { cool_down, retention } => write!(
                f,
                "the cool-down is {cool_down} s, and the longest cool-down of the zone is \
                 {retention} s: give the store a longer cool-down"
            ),
        }
    }
}

impl core::error::Error for GateError {}

impl From<ClaimError> for GateError {
    fn from(error: ClaimError) -> Self {
        Self::Claim(error)
    }
}

impl From<PolicyError> for GateError {
    fn from(error: PolicyError) -> Self {
        Self::Policy(error)
    }
}

impl GateBuilder {
    pub(super) fn new(name: String) -> Self {
        Self {
            name,
            lane: "1".to_owned(),
            zone: None,
            verifier: None,
            trust: None,
            classes: Vec::new(),
            revocation: None,
            refine: None,
            status_lists: Vec::new(),
            store: None,
            clock: ClockState::default(),
            rules: Rules::default(),
        }
    }

    /// The name of the lane, that is, of one reader of the gate (1 to 128 visible ASCII
    /// characters). `1` by default.
    pub fn lane(mut self, lane: impl Into<String>) -> Self {
        self.lane = lane.into();
        self
    }

    /// The name of the zone into which the gate leads (1 to 128 visible ASCII characters). Gates
    /// into the same place use the same zone and the same store. By default, the zone has the
    /// gate's own name.
    pub fn zone(mut self, zone: impl Into<String>) -> Self {
        self.zone = Some(zone.into());
        self
    }

    /// The issuer keys that the gate trusts.
    pub fn trusting(mut self, trust: Trust) -> Self {
        self.trust = Some(trust);
        self
    }

    /// The classes of permits that the gate accepts.
    pub fn accepting<C: Into<String>>(mut self, classes: impl IntoIterator<Item = C>) -> Self {
        self.classes = classes.into_iter().map(Into::into).collect();
        self
    }

    /// What to do about withdrawn permits. This setting has no default.
    pub const fn revocation(mut self, revocation: RevocationPolicy) -> Self {
        self.revocation = Some(revocation);
        self
    }

    /// The lists of withdrawn permits. [`RevocationPolicy::Required`] looks permits up in these
    /// lists.
    pub fn status_lists(mut self, lists: impl IntoIterator<Item = Arc<StatusList>>) -> Self {
        self.status_lists = lists.into_iter().collect();
        self
    }

    /// Changes any other setting of the policy, for example `|policy| policy.with_window(20)`.
    pub fn policy(mut self, refine: impl FnOnce(Policy) -> Policy + 'static) -> Self {
        self.refine = Some(Box::new(refine));
        self
    }

    /// Uses an existing verifier, so that several lanes can share it. Its policy must name this
    /// gate. The gate then ignores [`trusting`](Self::trusting), [`accepting`](Self::accepting),
    /// [`revocation`](Self::revocation), [`status_lists`](Self::status_lists) and
    /// [`policy`](Self::policy).
    pub fn verifying(mut self, verifier: Arc<Verifier>) -> Self {
        self.verifier = Some(verifier);
        self
    }

    /// The store of used codes. Lanes and gates of one zone share one store: give each of them the
    /// same [`Arc`].
    pub fn store(mut self, store: impl ReplayStore + 'static) -> Self {
        self.store = Some(Arc::new(store));
        self
    }

    /// What the gate knew about the time before a restart: the stored [`Gate::clock_state`].
    pub const fn clock(mut self, clock: ClockState) -> Self {
        self.clock = clock;
        self
    }

    /// Seconds after an admission in which the same lane may read the same code again, and this is
    /// not a second use. 3 by default: a person needs about this long to take the phone away.
    pub const fn debounce(mut self, seconds: u64) -> Self {
        self.rules.debounce = seconds;
        self
    }

    /// How long the zone refuses other codes of an admitted permit. [`CoolDownPolicy::Window`] by
    /// default.
    pub const fn cool_down(mut self, cool_down: CoolDownPolicy) -> Self {
        self.rules.cool_down = cool_down;
        self
    }

    /// What the gate does when the store fails. [`StoreFailurePolicy::Refuse`] by default: the gate
    /// is out of order.
    pub const fn store_failure(mut self, policy: StoreFailurePolicy) -> Self {
        self.rules.store_failure = policy;
        self
    }

    /// Whether people enter or leave the zone through this gate. [`Passage::Enter`] by default.
    pub const fn passage(mut self, passage: Passage) -> Self {
        self.rules.passage = passage;
        self
    }

    /// If more than this many seconds pass between two admissions, by the gate's clock, the gate
    /// cautions that the clock may have jumped. One day by default, because gates are switched off
    /// at night.
    pub const fn clock_jump(mut self, seconds: u64) -> Self {
        self.rules.clock_jump = seconds;
        self
    }

    /// Accepts a policy whose window is longer than the store remembers. No code is admitted twice,
    /// but the gate may refuse codes as `forgotten` while they are still live.
    pub const fn allowing_short_retention(mut self) -> Self {
        self.rules.short_retention = true;
        self
    }

    /// Makes the gate.
    ///
    /// # Errors
    /// [`GateError`] when a setting is missing, breaks a rule, or contradicts another setting.
    pub fn build(self) -> Result<Gate, GateError> {
        let zone = self.zone.as_deref().unwrap_or(&self.name);
        let place = GatePlace::new(&self.name, &self.lane, zone)?;
        let store = self.store.ok_or(GateError::NoStore)?;
        let verifier = match self.verifier {
            Some(verifier) => verifier,
            None => {
                let trust = self.trust.ok_or(GateError::NoTrust)?;
                let revocation = self.revocation.ok_or(GateError::NoRevocation)?;
                let policy = Policy::new(self.name, self.classes, revocation);
                let policy = match self.refine {
                    Some(refine) => refine(policy),
                    None => policy,
                };
                Arc::new(Verifier::new(trust, policy)?.with_status_lists(self.status_lists))
            }
        };
        super::check_verifier(&verifier, &place, self.rules, store.retention())?;
        Ok(Gate::new(verifier, store, place, self.rules, self.clock))
    }
}

impl fmt::Debug for GateBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GateBuilder").field("name", &self.name).finish_non_exhaustive()
    }
}
