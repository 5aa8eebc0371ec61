//! The story: what happens, and what is to come of it.

use std::time::Instant;

use jiff::{SignedDuration, ToSpan as _};
use livepermit::issue::Token;
use serde_json::{Value, json};

use super::failure::DemoError;
use super::gate::DemoGate;
use super::key::PhoneKey;
use super::office::DemoOffice;
use super::officer::Officer;
use super::people::{self, Someone};
use super::phone::{Fetched, Phone, now};

/// A step of the story, as the table at its end has it.
#[derive(Clone, Debug)]
pub struct Scene {
    /// The day of the story, from 0.
    pub day: i64,
    /// What happened.
    pub what: String,
    /// What was to come of it.
    pub expected: String,
    /// What came.
    pub seen: String,
}

impl Scene {
    /// Whether what came is what was to come.
    #[must_use]
    pub fn is_right(&self) -> bool {
        self.expected == self.seen
    }
}

/// Everybody, and what has happened so far.
pub(super) struct Story<'o> {
    office: &'o DemoOffice,
    gate: DemoGate,
    began: jiff::Timestamp,
    tell: fn(&Scene),
    scenes: Vec<Scene>,
}

impl<'o> Story<'o> {
    pub(super) fn new(office: &'o DemoOffice, tell: fn(&Scene)) -> Result<Self, DemoError> {
        let gate = DemoGate::new(&office.public, &office.root, &office.class, now(&office.clock)?)?;
        Ok(Self { office, gate, began: office.clock.now(), tell, scenes: Vec::new() })
    }

    /// Plays the whole story.
    pub(super) fn play(mut self) -> Result<Vec<Scene>, DemoError> {
        let (mut phone, permit) = self.online_application()?;
        self.live_code(&mut phone)?;
        self.change(&mut phone, &permit)?;
        let mut phone = self.new_phone(phone, &permit)?;
        self.endorsement(&mut phone, &permit)?;
        self.guardian()?;
        self.slip()?;
        self.cancellation(&phone, &permit)?;
        self.log()?;
        Ok(self.scenes)
    }

    /// A phone applies on a page; an officer looks on site on day 6; on day 7 the permit is there.
    fn online_application(&mut self) -> Result<(Phone, String), DemoError> {
        let someone = people::applicant();
        let mut phone = self.phone(PhoneKey::p256()?)?;
        let (address, verifier) = phone.authorization()?;
        let code = {
            let class = super::office::CLASS;
            super::browser::apply(&self.office.public, &address, class, &someone)?
        };
        phone.came_back(&code, &verifier)?;
        let Fetched::Later(transaction) = phone.fetch(&self.office.issuers)? else {
            return Err(DemoError::Refused {
                what: "the phone asked before the decision",
                why: "there was a credential".to_owned(),
            });
        };
        self.scene("a phone applies online", "deferred", "deferred".to_owned());

        let officer = self.log_in()?;
        let queue = officer.get("/cases?state=submitted")?.json();
        let case = text(&queue["cases"][0]["id"]);
        let standing = text(&queue["cases"][0]["standing"]["standing"]);
        self.scene("the case is in the queue of the office", "calm", standing);
        officer.decide(&format!("/cases/{case}"), "/assign", &self.me(), 200)?;

        self.days(6);
        let officer = self.log_in()?;
        let found = json!({ "finding": "as-stated" });
        let checked = officer.decide(&format!("/cases/{case}"), "/checks", &found, 200)?.json();
        self.scene("an officer looks on site", "checked", text(&checked["state"]));
        let waits = phone.fetch_deferred(&transaction, &self.office.issuers)?;
        self.scene("the phone asks before the decision", "not yet", yet(waits));

        self.days(1);
        let officer = self.log_in()?;
        let done = officer.decide(&format!("/cases/{case}"), "/approve", &json!({}), 200)?.json();
        let permit = text(&done["permit"]["id"]);
        let came = phone.fetch_deferred(&transaction, &self.office.issuers)?;
        self.scene("the office approves: the phone enrols", "a credential", yet(came));
        Ok((phone, permit))
    }

    /// The phone shows codes at a gate that fetched the lists.
    fn live_code(&mut self, phone: &mut Phone) -> Result<(), DemoError> {
        self.publish()?;
        let code = phone.shows()?;
        self.at_the_gate("the phone shows its live code", "admitted", &code)?;
        self.seconds(20);
        self.at_the_gate("somebody shows a copy 20 s later", "already-used", &code)?;
        self.seconds(40);
        self.at_the_gate("somebody shows a screenshot a minute later", "stale", &code)?;
        self.days(1);
        let old = phone.shows().err().map(|_| "nothing to show");
        let old = old.unwrap_or("a code").to_owned();
        self.scene("the phone was offline for a day", "nothing to show", old);
        phone.renew(&self.office.issuers)?;
        let code = phone.shows()?;
        self.at_the_gate("it fetches the credential of today", "admitted", &code)
    }

    /// The holder moves: other data, the same phone.
    fn change(&mut self, phone: &mut Phone, permit: &str) -> Result<(), DemoError> {
        let moved = people::applicant_with_new_document();
        self.approved(json!({
            "kind": "change", "permit": permit, "applicant": moved.json(),
        }))?;
        phone.renew(&self.office.issuers)?;
        let code = phone.shows()?;
        self.at_the_gate("the holder's data has changed", "admitted", &code)
    }

    /// A new phone takes the place of the old one.
    fn new_phone(&mut self, old: Phone, permit: &str) -> Result<Phone, DemoError> {
        self.approved(json!({
            "kind": "new-device", "permit": permit, "applicant": people::applicant().json(),
        }))?;
        let mut new = self.phone(PhoneKey::ed25519())?;
        self.offer_to(&mut new, permit, json!({}))?;
        self.publish()?;
        let code = new.shows()?;
        self.at_the_gate("the new phone shows the permit", "admitted", &code)?;
        let code = old.shows()?;
        self.at_the_gate("the old phone shows it too", "revoked", &code)?;
        Ok(new)
    }

    /// Eleven months later the permit is endorsed for another year.
    fn endorsement(&mut self, phone: &mut Phone, permit: &str) -> Result<(), DemoError> {
        self.days(330);
        self.approved(json!({
            "kind": "endorsement", "permit": permit,
            "applicant": people::applicant_with_new_document().json(),
        }))?;
        self.days(60);
        phone.renew(&self.office.issuers)?;
        self.publish()?;
        let code = phone.shows()?;
        self.at_the_gate("in its second year the phone shows the permit", "admitted", &code)
    }

    /// A guardian shows the permit of a child.
    fn guardian(&mut self) -> Result<(), DemoError> {
        let officer = self.log_in()?;
        let paper = format!("{:032x}", rand::random::<u128>());
        let today = self.office.today();
        let child = people::child(today);
        let submitted = officer.post(
            "/cases",
            None,
            &json!({
                "kind": "new",
                "class": "residence",
                "applicant": child.json(),
                "mandate": {
                    "kind": "guardian",
                    "person": people::guardian().json(),
                    "evidence": [paper],
                    "consent_on": today.to_string(),
                },
            }),
            201,
        )?;
        let case = text(&submitted.json()["id"]);
        officer.attach(&case, "mandate", &paper, people::PAPER.as_bytes())?;
        let permit = self.decided(&case)?;
        let known = officer_permit(&self.log_in()?, &permit)?;
        let guardian = text(&known["representatives"][0]["id"]);
        let mut phone = self.phone(PhoneKey::p256()?)?;
        self.offer_to(&mut phone, &permit, json!({ "representative": guardian }))?;
        self.publish()?;
        let code = phone.shows()?;
        self.at_the_gate("a guardian shows a child's permit", "admitted", &code)
    }

    /// Somebody without a phone has a slip, and loses it.
    fn slip(&mut self) -> Result<(), DemoError> {
        let permit = self.approved(json!({
            "kind": "new", "class": "residence", "applicant": people::grandmother().json(),
        }))?;
        let officer = self.log_in()?;
        let until = self.office.today().saturating_add(30.days());
        let body = json!({ "until": until.to_string() });
        let printed = officer.decide(&format!("/permits/{permit}"), "/slips", &body, 201)?.json();
        let failed = DemoError::refused("the slip");
        let slip = Token::from_text(&text(&printed["token"])).map_err(|error| failed(&error))?;
        self.publish()?;
        self.at_the_gate("somebody without a phone shows a slip", "admitted", &slip)?;
        let path = format!("/slips/{}/close", text(&printed["id"]));
        let lost = json!({ "why": "lost" });
        officer.decide(&format!("/permits/{permit}"), &path, &lost, 200)?;
        self.publish()?;
        self.at_the_gate("the slip was lost: who found it shows it", "revoked", &slip)
    }

    /// Untrue data: the permit is cancelled, and the phone is refused.
    fn cancellation(&mut self, phone: &Phone, permit: &str) -> Result<(), DemoError> {
        let officer = self.log_in()?;
        let why = json!({ "ground": "untrue" });
        officer.decide(&format!("/permits/{permit}"), "/cancel", &why, 200)?;
        self.publish()?;
        let code = phone.shows()?;
        self.at_the_gate("the permit was cancelled for untrue data", "revoked", &code)
    }

    /// The log of all that is whole.
    fn log(&mut self) -> Result<(), DemoError> {
        let log = self.log_in()?.get("/audit/verify")?.json();
        let whole = if log["whole"] == json!(true) { "whole" } else { "broken" };
        self.scene("the log of who did what is checked", "whole", whole.to_owned());
        Ok(())
    }

    /// Takes an application at the counter, and does all until it is approved. The permit's id.
    fn approved(&mut self, application: Value) -> Result<String, DemoError> {
        let officer = self.log_in()?;
        let submitted = officer.post("/cases", None, &application, 201)?;
        let case = text(&submitted.json()["id"]);
        self.decided(&case)
    }

    fn decided(&mut self, case: &str) -> Result<String, DemoError> {
        let officer = self.log_in()?;
        let path = format!("/cases/{case}");
        officer.decide(&path, "/assign", &self.me(), 200)?;
        officer.decide(&path, "/checks", &json!({ "finding": "as-stated" }), 200)?;
        let done = officer.decide(&path, "/approve", &json!({}), 200)?.json();
        Ok(text(&done["permit"]["id"]))
    }

    /// The office shows a code and says digits; the phone takes both, and enrols.
    fn offer_to(&self, phone: &mut Phone, permit: &str, body: Value) -> Result<(), DemoError> {
        let officer = self.log_in()?;
        let offer = officer.decide(&format!("/permits/{permit}"), "/offers", &body, 201)?.json();
        phone.take(&text(&offer["code"]), &text(&offer["tx_code"]))?;
        match phone.fetch(&self.office.issuers)? {
            Fetched::Credential => Ok(()),
            Fetched::Later(_) => Err(DemoError::Refused {
                what: "the phone took an offer",
                why: "the credential was deferred".to_owned(),
            }),
        }
    }

    fn phone(&self, key: PhoneKey) -> Result<Phone, DemoError> {
        Phone::new(&self.office.public, &self.office.clock, key)
    }

    /// Each login uses a one-time code; a code serves once, so the clock goes on by its step.
    fn log_in(&self) -> Result<Officer, DemoError> {
        self.seconds(31);
        self.office.log_in()
    }

    fn me(&self) -> Value {
        json!({ "office": super::office::OFFICE, "officer": super::office::OFFICER })
    }

    /// The lists are signed and fetched: what a running service and gate do within a minute.
    fn publish(&mut self) -> Result<(), DemoError> {
        self.office.publish()?;
        self.seconds(120);
        self.gate.fetch(now(&self.office.clock)?)
    }

    fn at_the_gate(&mut self, what: &str, expected: &str, shown: &Token) -> Result<(), DemoError> {
        // A gate asks for lists that are due whoever stands before it.
        let now = now(&self.office.clock)?;
        self.gate.fetch(now)?;
        self.scene(what, expected, self.gate.judge(shown, now));
        Ok(())
    }

    fn scene(&mut self, what: &str, expected: &str, seen: String) {
        let day = self.office.clock.now().duration_since(self.began).as_hours() / 24;
        let (what, expected) = (what.to_owned(), expected.to_owned());
        let scene = Scene { day, what, expected, seen };
        (self.tell)(&scene);
        self.scenes.push(scene);
    }

    fn days(&self, days: i64) {
        self.office.clock.turn(SignedDuration::from_hours(24 * days));
    }

    fn seconds(&self, seconds: i64) {
        self.office.clock.turn(SignedDuration::from_secs(seconds));
    }
}

fn officer_permit(officer: &Officer, permit: &str) -> Result<Value, DemoError> {
    Ok(officer.get(&format!("/permits/{permit}"))?.json())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn yet(came: bool) -> String {
    if came { "a credential" } else { "not yet" }.to_owned()
}

/// How long the story took by the clock of the machine.
pub(super) fn timed<T>(play: impl FnOnce() -> T) -> (T, std::time::Duration) {
    let begun = Instant::now();
    (play(), begun.elapsed())
}

impl Someone {
    /// As the offices' port reads a person.
    pub(super) fn json(&self) -> Value {
        json!({
            "name": self.name,
            "born": self.born.to_string(),
            "document": { "kind": self.kind, "number": self.number },
        })
    }
}
