//! The keys, policies and verifiers that a group needs.

use std::cell::RefCell;
use std::sync::Arc;

use livepermit::hold::Challenge;
use livepermit::status::{StatusLimits, StatusList};
use livepermit::trust::TrustAnchor;
use livepermit::verify::{ActingPolicy, ChallengePolicy};
use livepermit::{
    AudiencePolicy, Form, Policy, PublicKey, RevocationPolicy, Trust, TrustedKey, Use, Verifier,
};

use crate::model::{DatedList, Entry, LookUp, Question, RootedList, Rules};

/// Why a group cannot be run.
pub(crate) type Result<T> = std::result::Result<T, String>;

/// The error as text, with the failed action.
pub(crate) fn in_words<E: std::fmt::Display>(what: &'static str) -> impl Fn(E) -> String {
    move |error| format!("{what}: {error}")
}

fn unknown(what: &str, word: &str) -> String {
    format!("{what}: \"{word}\" is none that this runner knows")
}

pub(crate) fn public_key(cose: &[u8]) -> Result<PublicKey> {
    PublicKey::from_cose_key(cose).map_err(in_words("key"))
}

impl Entry {
    pub(crate) fn build(&self) -> Result<TrustedKey> {
        let uses: Vec<Use> =
            self.uses.iter().map(|word| permitted_use(word)).collect::<Result<_>>()?;
        let entry = TrustedKey::new(&self.issuer, public_key(&self.key)?, uses, &self.classes)
            .and_then(|entry| entry.with_key_id(&self.key_id))
            .and_then(|entry| entry.with_times(self.not_before, self.sign_until, self.expires))
            .map_err(in_words("trusted key"))?;
        match self.algorithm.as_str() {
            "Ed25519" => Ok(entry),
            "EdDSA" => entry.pinned_to_eddsa().map_err(in_words("trusted key")),
            other => Err(unknown("algorithm", other)),
        }
    }

    /// The entry as the vectors write it.
    pub(crate) fn describe(key: &TrustedKey) -> Self {
        Self {
            issuer: key.issuer().to_string(),
            key_id: key.key_id().to_vec(),
            key: key.public_key().to_cose_key(),
            algorithm: key.algorithm().to_string(),
            uses: key.uses().iter().map(|word| word.name().to_string()).collect(),
            classes: key.classes().map(str::to_string).collect(),
            not_before: key.not_before(),
            sign_until: key.sign_until(),
            expires: key.expires(),
        }
    }
}

fn permitted_use(word: &str) -> Result<Use> {
    [Use::Credential, Use::Pass, Use::Slip, Use::Status]
        .into_iter()
        .find(|known| known.name() == word)
        .ok_or_else(|| unknown("use", word))
}

pub(crate) fn trust(entries: &[Entry], list: Option<&RootedList>, skew: u64) -> Result<Trust> {
    let keys: Vec<TrustedKey> = entries.iter().map(Entry::build).collect::<Result<_>>()?;
    let trust = Trust::new(keys).map_err(in_words("trust"))?;
    let Some(signed) = list else { return Ok(trust) };
    let mut anchor =
        TrustAnchor::new(&signed.name, [public_key(&signed.root)?], 0).map_err(in_words("name"))?;
    let list =
        anchor.accept(&signed.list, signed.accepted, skew).map_err(in_words("trust list"))?;
    if list.trust().keys() != trust.keys() || list.expires() != signed.expires {
        return Err("trustList says something else than trust and expires".to_string());
    }
    Ok(list.trust().clone())
}

pub(crate) fn verifier(
    entries: &[Entry],
    list: Option<&RootedList>,
    status_lists: &[DatedList],
    rules: &Rules,
    tables: usize,
) -> Result<Verifier> {
    let trust = with_tables(trust(entries, list, rules.skew)?, tables);
    let mut lists = Vec::new();
    for signed in status_lists {
        let limits = StatusLimits::default();
        let list = StatusList::accept(
            &signed.list,
            &trust,
            signed.accepted,
            rules.skew,
            |_, _| None,
            limits,
        );
        lists.push(Arc::new(list.map_err(in_words("status list"))?));
    }
    let verifier = Verifier::new(trust, policy(rules)?).map_err(in_words("policy"))?;
    Ok(verifier.with_status_lists(lists))
}

/// The same verifier for a gate of this name.
pub(crate) fn verifier_at(gate: &str, verifier: &Arc<Verifier>) -> Result<Arc<Verifier>> {
    if verifier.policy().gate() == gate {
        return Ok(Arc::clone(verifier));
    }
    let policy = verifier.policy().clone().with_gate(gate);
    let other = Verifier::new(verifier.trust().clone(), policy).map_err(in_words("policy"))?;
    Ok(Arc::new(other.with_status_lists(verifier.status_lists().iter().cloned())))
}

thread_local! {
    /// Trust with tables that were built for a group before: most groups have the same keys, and
    /// tables take time.
    static BUILT: RefCell<Vec<(Trust, usize)>> = const { RefCell::new(Vec::new()) };
}

fn with_tables(trust: Trust, tables: usize) -> Trust {
    BUILT.with_borrow_mut(|built| {
        let same = |known: &Trust| {
            known.keys() == trust.keys()
                && (known.issued_at(), known.expires()) == (trust.issued_at(), trust.expires())
        };
        if let Some((known, _)) = built.iter().find(|(known, size)| *size == tables && same(known))
        {
            return known.clone();
        }
        let trust = trust.with_tables(tables);
        built.push((trust.clone(), tables));
        trust
    })
}

fn policy(rules: &Rules) -> Result<Policy> {
    let audience = match rules.audience.as_str() {
        "own" => AudiencePolicy::Own,
        "own-or-any" => AudiencePolicy::OwnOrAny,
        other => return Err(unknown("audience", other)),
    };
    let forms: Vec<Form> = rules.forms.iter().map(|word| form(word)).collect::<Result<_>>()?;
    let challenge = match rules.challenge.as_str() {
        "not-used" => ChallengePolicy::NotUsed,
        "required" => ChallengePolicy::Required,
        other => return Err(unknown("challenge", other)),
    };
    let acting = match rules.acting.as_str() {
        "refused" => ActingPolicy::Refused,
        "accepted" => ActingPolicy::Accepted,
        other => return Err(unknown("acting", other)),
    };
    let revocation = match &rules.revocation {
        LookUp::No(word) if word == "not-checked" => RevocationPolicy::NotChecked,
        LookUp::No(other) => return Err(unknown("revocation", other)),
        LookUp::Yes { max_age, grace } => {
            RevocationPolicy::Required { max_age: *max_age, grace: *grace }
        }
    };
    Ok(Policy::new(rules.gate.clone(), rules.classes.clone(), revocation)
        .with_audience(audience)
        .with_acting(acting)
        .dangerous_exempt_from_status(rules.status_exempt.clone())
        .with_forms(forms)
        .with_challenge(challenge)
        .with_window(rules.window)
        .with_skew(rules.skew)
        .with_max_credential_age(rules.max_credential_age))
}

fn form(word: &str) -> Result<Form> {
    [Form::Pass, Form::Presentation, Form::Slip]
        .into_iter()
        .find(|known| known.name() == word)
        .ok_or_else(|| unknown("form", word))
}

impl Question {
    pub(crate) fn build(&self) -> Result<Challenge> {
        Challenge::new(&self.gate, &self.nonce, self.expires).map_err(in_words("challenge"))
    }
}
