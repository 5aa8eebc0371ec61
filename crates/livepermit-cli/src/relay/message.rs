//! What gate and relay say to each other, as JSON. No name of a person is in it.

use livepermit::setup::Retention;
use livepermit_gate::replay::{Answer, StoreHealth};
use serde::{Deserialize, Serialize};

/// A question of a gate: about a visitor, or without an attempt about the memory itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Question {
    /// The gate's time.
    pub(crate) time: u64,
    /// 32 hexadecimal digits, never twice.
    pub(crate) nonce: String,
    /// The settings of the zone, as the gate knows them.
    pub(crate) settings: Settings,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) attempt: Option<Asked>,
}

/// The settings of section 13 of the specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Settings {
    largest_window: u64,
    largest_skew: u64,
    clock_difference: u64,
    longest_cool_down: u64,
    /// Nothing: *unbounded*.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    old_master: Option<u64>,
}

impl Settings {
    /// The limit is what counts: a longest cool-down below the limit changes nothing.
    pub(crate) fn of(retention: Retention) -> Self {
        Self {
            largest_window: retention.largest_window,
            largest_skew: retention.largest_skew,
            clock_difference: retention.clock_difference,
            longest_cool_down: retention.cool_down_limit(),
            old_master: (retention.old_master != Retention::UNBOUNDED)
                .then_some(retention.old_master),
        }
    }
}

/// One code that is shown.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Asked {
    /// 64 hexadecimal digits.
    pub(crate) permit: String,
    /// Nothing for a slip.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) moment: Option<u64>,
    pub(crate) lane: String,
    pub(crate) zone: String,
    pub(crate) passage: Way,
    pub(crate) debounce: u64,
    pub(crate) cool_down: u64,
}

/// Which way people go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Way {
    Enter,
    Leave,
}

/// The answer of the relay.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Reply {
    /// Nothing where nothing was asked about a visitor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) answer: Option<Given>,
    pub(crate) health: Health,
}

/// What the memory says of a code. The times are by the gate's clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum Given {
    NotUsedBefore,
    AlreadyAcceptedHere {
        then: u64,
    },
    AlreadyUsed {
        then: u64,
    },
    Superseded {
        newest: u64,
    },
    CoolingDown {
        until: u64,
    },
    Forgotten {
        until: u64,
    },
    ClockApart {
        theirs: u64,
    },
    Full,
    /// The relay's memory failed, or the gate's settings are not the relay's.
    NoAnswer {
        code: String,
        reason: String,
    },
}

impl Given {
    pub(crate) fn of(answer: Answer) -> Self {
        match answer {
            Answer::Admitted => Self::NotUsedBefore,
            Answer::AlreadyAcceptedHere { then } => {
                Self::AlreadyAcceptedHere { then: then.as_unix() }
            }
            Answer::AlreadyUsed { then } => Self::AlreadyUsed { then: then.as_unix() },
            Answer::Superseded { newest } => Self::Superseded { newest: newest.as_unix() },
            Answer::CoolingDown { until } => Self::CoolingDown { until: until.as_unix() },
            Answer::Forgotten { until } => Self::Forgotten { until: until.as_unix() },
            Answer::ClockApart { theirs } => Self::ClockApart { theirs: theirs.as_unix() },
            Answer::Full => Self::Full,
            _ => Self::NoAnswer {
                code: "store-foreign".to_owned(),
                reason: "an answer of a newer version".to_owned(),
            },
        }
    }
}

/// How the memory is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Health {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) out_of_order_until: Option<u64>,
    /// How a loss was noticed: a stable code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) loss: Option<String>,
}

impl Health {
    pub(crate) fn of(health: &StoreHealth) -> Self {
        Self {
            out_of_order_until: health.out_of_order_until.map(livepermit::Timestamp::as_unix),
            loss: health.loss.map(|loss| loss.code().to_owned()),
        }
    }
}
