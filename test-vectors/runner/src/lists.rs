//! Groups of type `AcceptTrustList` and `AcceptStatusList`.

use livepermit::rejection::ListRejection;
use livepermit::status::{StatusLimits, StatusList, StatusState};
use livepermit::trust::{TrustAnchor, TrustList};
use livepermit::{Trust, TrustedKey};

use crate::model::{
    AcceptedStatusList, AcceptedTrustList, Entry, Expected, Hex, ListTest, StatusListGroup,
    TrustListGroup,
};
use crate::report::{GroupReport, Seen};
use crate::setup;

/// The number of entries whose values a vector gives.
const VALUES: u64 = 64;

pub(crate) fn run_trust(group: &TrustListGroup, report: &mut GroupReport) {
    for test in &group.tests {
        let outcome = trust_list(group, test).and_then(|(anchor, outcome)| {
            check(test, outcome.map(|list| trust_facts(&anchor, &list)), &mut report.seen)
        });
        report.push(test.tc_id, &test.comment, &test.flags, test.result, outcome);
    }
}

type Taken<List> = Result<List, ListRejection>;

fn trust_list(
    group: &TrustListGroup,
    test: &ListTest<AcceptedTrustList>,
) -> setup::Result<(TrustAnchor, Taken<TrustList>)> {
    let roots: Vec<_> =
        group.roots.iter().map(|root| setup::public_key(&root.0)).collect::<setup::Result<_>>()?;
    let mut anchor = TrustAnchor::new(&group.name, roots, group.lowest_version)
        .map_err(setup::in_words("name"))?;
    for held in &test.held {
        anchor.accept(&held.list, held.accepted, group.skew).map_err(setup::in_words("held"))?;
    }
    let before = anchor.state().cloned();
    let outcome = anchor.accept(&test.list, test.now, group.skew);
    if outcome.is_err() && anchor.state() != before.as_ref() {
        return Err("a refused list changed the state".to_string());
    }
    Ok((anchor, outcome))
}

fn trust_facts(anchor: &TrustAnchor, list: &TrustList) -> AcceptedTrustList {
    let roots = anchor.state().map(|state| &state.roots);
    AcceptedTrustList {
        version: list.version(),
        issued_at: list.issued_at(),
        expires: list.expires(),
        trust: list.trust().keys().iter().map(Entry::describe).collect(),
        skipped: list.skipped().len(),
        roots: roots.into_iter().flatten().map(|root| Hex(root.to_cose_key())).collect(),
    }
}

pub(crate) fn run_status(group: &StatusListGroup, report: &mut GroupReport) {
    let trust = trust(&group.trust);
    for test in &group.tests {
        let outcome = trust
            .as_ref()
            .map_err(Clone::clone)
            .and_then(|trust| status_list(group, test, trust))
            .and_then(|outcome| {
                check(test, outcome.map(|list| status_facts(&list)), &mut report.seen)
            });
        report.push(test.tc_id, &test.comment, &test.flags, test.result, outcome);
    }
}

fn trust(entries: &[Entry]) -> setup::Result<Trust> {
    let keys: Vec<TrustedKey> = entries.iter().map(Entry::build).collect::<setup::Result<_>>()?;
    Trust::new(keys).map_err(setup::in_words("trust"))
}

fn status_list(
    group: &StatusListGroup,
    test: &ListTest<AcceptedStatusList>,
    trust: &Trust,
) -> setup::Result<Taken<StatusList>> {
    let mut limits = StatusLimits::default();
    (limits.token_bytes, limits.inflated_bytes) =
        (group.limits.list_bytes, group.limits.inflated_bytes);
    let mut remembered: Option<(String, String, StatusState)> = None;
    for held in &test.held {
        let list =
            accept(&held.list, trust, held.accepted, group.skew, remembered.as_ref(), limits);
        let list = list.map_err(setup::in_words("held"))?;
        remembered = Some((list.issuer().to_string(), list.uri().to_string(), list.state()));
    }
    Ok(accept(&test.list, trust, test.now, group.skew, remembered.as_ref(), limits))
}

fn accept(
    bytes: &[u8],
    trust: &Trust,
    now: livepermit::Timestamp,
    skew: u64,
    remembered: Option<&(String, String, StatusState)>,
    limits: StatusLimits,
) -> Taken<StatusList> {
    let held = |issuer: &str, uri: &str| {
        remembered
            .filter(|(of, at, _)| (of.as_str(), at.as_str()) == (issuer, uri))
            .map(|(_, _, state)| *state)
    };
    StatusList::accept(bytes, trust, now, skew, held, limits)
}

fn status_facts(list: &StatusList) -> AcceptedStatusList {
    let values = (0..list.len().min(VALUES)).filter_map(|index| list.get(index));
    AcceptedStatusList {
        issuer: list.issuer().to_string(),
        uri: list.uri().to_string(),
        bits: list.bits(),
        issued_at: list.issued_at(),
        expires: list.expires(),
        entries: list.len(),
        values: Hex(values.map(livepermit::status::StatusValue::as_u8).collect()),
    }
}

fn check<Facts: PartialEq + std::fmt::Debug>(
    test: &ListTest<Facts>,
    outcome: Taken<Facts>,
    seen: &mut Seen,
) -> setup::Result<()> {
    match (outcome, test.result) {
        (Ok(found), Expected::Valid) => {
            if Some(&found) == test.accepted.as_ref() {
                Ok(())
            } else {
                Err(format!("taken in as\n{found:#?}\nnot\n{:#?}", test.accepted))
            }
        }
        (Err(rejection), Expected::Invalid) => seen.hold_refusal(
            &rejection,
            (rejection.code().as_str(), &rejection.evidence()),
            (test.code.as_deref(), test.malformed.as_ref()),
        ),
        (Ok(_), Expected::Invalid) => Err("taken in".to_string()),
        (Err(rejection), Expected::Valid) => Err(format!("refused: {rejection}")),
    }
}
