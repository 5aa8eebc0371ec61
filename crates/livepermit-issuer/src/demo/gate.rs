//! A gate of the story: it fetches the lists over HTTP by the steps of the library, and judges what
//! phones show.

use std::collections::BTreeMap;
use std::sync::Arc;

use livepermit_gate::fetch::{Came, Fetch, FetchRules, ListUrl, Next};
use livepermit_gate::issue::Token;
use livepermit_gate::status::{StatusLimits, StatusList, StatusState};
use livepermit_gate::trust::TrustAnchor;
use livepermit_gate::verify::ActingPolicy;
use livepermit_gate::{
    Form, Gate, MemoryReplay, Policy, PublicKey, RevocationPolicy, Timestamp, Trust, Verifier,
};

use super::failure::DemoError;
use super::web::Web;

/// How old a status list may be, in seconds.
const OLDEST: u64 = 3_600;
/// By how much clocks may differ, in seconds.
const SKEW: u64 = 5;

/// A gate.
pub(super) struct DemoGate {
    web: Web,
    public: String,
    policy: Policy,
    gate: Gate,
    anchor: TrustAnchor,
    trust_fetch: Fetch,
    trust: Option<Trust>,
    lists: BTreeMap<String, Fetch>,
    held: BTreeMap<String, Arc<StatusList>>,
}

impl DemoGate {
    /// A gate that trusts the lists of this root key.
    pub(super) fn new(
        public: &str,
        root: &PublicKey,
        class: &str,
        now: Timestamp,
    ) -> Result<Self, DemoError> {
        let failed = DemoError::refused("the gate");
        let anchor = TrustAnchor::new(super::office::TRUST_LIST, [root.clone()], 1);
        let anchor = anchor.map_err(|error| failed(&error))?;
        let revocation = RevocationPolicy::Required { max_age: OLDEST, grace: 0 };
        let policy = Policy::new("gate-3", [class], revocation)
            .with_forms([Form::Pass, Form::Presentation, Form::Slip])
            .with_acting(ActingPolicy::Accepted);
        let trust_url = plain(&format!("{public}/trust"))?;
        let empty = Trust::new([]).map_err(|error| failed(&error))?;
        let verifier = Verifier::new(empty, policy.clone()).map_err(|error| failed(&error))?;
        let gate = Gate::at("gate-3")
            .verifying(Arc::new(verifier))
            .store(MemoryReplay::new(1_000, Default::default()))
            .build()
            .map_err(|error| failed(&error))?;
        Ok(Self {
            web: Web::new(),
            public: public.to_owned(),
            policy,
            gate,
            anchor,
            trust_fetch: Fetch::new(trust_url, FetchRules::default(), now),
            trust: None,
            lists: BTreeMap::new(),
            held: BTreeMap::new(),
        })
    }

    /// Asks for the lists that are due.
    pub(super) fn fetch(&mut self, now: Timestamp) -> Result<(), DemoError> {
        let mut news = false;
        if let Some(bytes) = round(&self.web, &mut self.trust_fetch, now)? {
            let list = self.anchor.accept(&bytes, now, SKEW);
            let list = list.map_err(|error| DemoError::refused("the trust list")(&error))?;
            self.trust = Some(list.trust().clone());
            news = true;
        }
        for address in self.addresses()? {
            let url = plain(&address)?;
            let new = || Fetch::new(url, FetchRules::default(), now);
            self.lists.entry(address).or_insert_with(new);
        }
        let Some(trust) = &self.trust else { return Ok(()) };
        for (address, fetch) in &mut self.lists {
            let Some(bytes) = round(&self.web, fetch, now)? else { continue };
            let known = |_: &str, _: &str| -> Option<StatusState> {
                self.held.get(address).map(|held| held.state())
            };
            let limits = StatusLimits::default();
            let list = StatusList::accept(&bytes, trust, now, SKEW, known, limits);
            let list = list.map_err(|error| DemoError::refused("a status list")(&error))?;
            self.held.insert(address.clone(), Arc::new(list));
            news = true;
        }
        if news {
            let failed = DemoError::refused("the gate's lists");
            let verifier = Verifier::new(trust.clone(), self.policy.clone())
                .map_err(|error| failed(&error))?
                .with_status_lists(self.held.values().cloned());
            self.gate.replace_verifier(Arc::new(verifier)).map_err(|error| failed(&error))?;
        }
        Ok(())
    }

    /// The addresses of all status lists.
    fn addresses(&self) -> Result<Vec<String>, DemoError> {
        let answer = self.web.get(&format!("{}/status", self.public), &[])?;
        let json = answer.good("the addresses of status lists", 200)?.json();
        let lists = json["status_lists"].as_array().cloned().unwrap_or_default();
        Ok(lists.iter().filter_map(|list| list.as_str().map(str::to_owned)).collect())
    }

    /// Judges a code: `admitted`, or the stable code of the refusal.
    pub(super) fn judge(&self, shown: &Token, now: Timestamp) -> String {
        match self.gate.admit(&*shown.to_qr_text(), now) {
            Ok(_) => "admitted".to_owned(),
            Err(refused) => refused.code().as_str().to_owned(),
        }
    }
}

/// The service of the story speaks without TLS, on the machine itself.
fn plain(address: &str) -> Result<ListUrl, DemoError> {
    ListUrl::dangerous_parse_plain(address)
        .map_err(|error| DemoError::refused("the address of a list")(&error))
}

/// Asks if a question is due, and tells what new list came.
fn round(web: &Web, fetch: &mut Fetch, now: Timestamp) -> Result<Option<Vec<u8>>, DemoError> {
    let Some(ask) = fetch.ask(now) else { return Ok(None) };
    let known = ask.if_none_match.as_deref().map(|etag| ("if-none-match", etag));
    let answer = web.get(&ask.url, known.as_slice())?;
    let header = |name: &str| answer.header(name);
    let came = Came::from_http(answer.status, header, answer.body.clone(), now);
    match fetch.came(came, now, rand::random()) {
        Next::New(bytes) => Ok(Some(bytes)),
        Next::Unchanged => Ok(None),
        other => {
            Err(DemoError::Refused { what: "the gate asked for a list", why: format!("{other:?}") })
        }
    }
}
