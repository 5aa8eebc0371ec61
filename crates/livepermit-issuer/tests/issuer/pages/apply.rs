//! The application for a new permit, with a wallet and without.

use livepermit_issuer::domain::{Case, Channel, RequestKind};
use livepermit_issuer::store::{Loaded, Store as _};
use sha2::{Digest as _, Sha256};

use super::browser::{Form, PNG, open, page, post, with_path, world};
use crate::place::{Place, on_both};
use crate::wallets::http::Answer;
use crate::wallets::wallet::{Wallet, form};
use crate::wallets::world::{CLIENT, REDIRECT, World};
use livepermit_testkit::html::Page;
use livepermit_testkit::jwt::{Key, base64url};

on_both! {
    without_a_wallet,
    with_a_wallet_until_the_credential,
    a_form_serves_once,
    two_presses_at_once_make_one_case,
    what_is_wrong_is_said_and_what_was_typed_stays,
    names_with_signs_of_html_are_text,
    forms_of_strangers_and_old_forms_are_refused,
    nobody_goes_back_with_a_ticket_of_somebody_else,
    a_wallets_request_that_has_ended,
    a_register_that_is_away_is_our_fault,
}

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// The cases, in the order in which they came.
pub(super) async fn cases(world: &World) -> Vec<Case> {
    let store = world.service().store();
    let lines = store.audit_behind(0, 1000).await.unwrap();
    let mut cases = Vec::new();
    for line in lines {
        if let (Some(id), "case-submitted") = (line.subject.strip_prefix("case:"), &*line.action) {
            let case: Option<Loaded<Case>> = store.load(id).await.unwrap();
            cases.push(case.unwrap().document);
        }
    }
    cases
}

pub(super) async fn filled(world: &World, address: &str) -> Form {
    let mut form = Form::of(&page(world, address).await);
    form.fill();
    form
}

/// A browser that comes from a wallet: the address of the form.
pub(super) async fn sent(world: &World) -> String {
    let challenge = base64url(&Sha256::digest(VERIFIER));
    let asked = form(&[
        ("response_type", "code"),
        ("client_id", CLIENT),
        ("redirect_uri", REDIRECT),
        ("scope", "permit"),
        ("state", "a&b"),
        ("code_challenge_method", "S256"),
        ("code_challenge", &challenge),
    ]);
    let answer = open(world, &format!("{}/authorize?{asked}", world.path), &[]).await.good(303);
    answer.header("location").unwrap().to_owned()
}

pub(super) fn receipt(answer: &Answer) -> Page {
    assert_eq!(answer.status, 200, "{answer:?}");
    let page = Page::read(answer.body());
    assert_eq!(page.one("h1").text, "Your application was handed in");
    page
}

pub(super) fn code(page: &Page) -> String {
    page.id("code").unwrap().text.clone()
}

fn back(page: &Page) -> String {
    page.id("back").unwrap().get("href").unwrap().to_owned()
}

async fn without_a_wallet(place: Place) {
    let world = world(place).await;
    let answer = filled(&world, "/apply").await.hand_in(&world).await;
    let page = receipt(&answer);
    assert_eq!(code(&page).len(), 26 + 6);
    assert!(page.id("back").is_none());
    assert!(page.class("lead")[0].starts_with("The office decides by "), "{page:?}");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let cases = cases(&world).await;
    let case = cases.first().unwrap();
    assert_eq!((cases.len(), case.channel()), (1, Channel::Website));
    assert_eq!(case.request().kind(), RequestKind::New);
    let person = case.applicant().person().unwrap();
    assert_eq!((person.name(), &*person.born().to_string()), ("王小明", "1990-03-07"));
    assert_eq!(person.document().number, "110101199003071234");
}

async fn with_a_wallet_until_the_credential(place: Place) {
    let world = with_path(place, "/permits").await;
    let address = sent(&world).await;
    assert!(address.starts_with(&format!("{}/apply?request=", world.issuer)), "{address}");
    let answer = filled(&world, &address).await.hand_in(&world).await;
    let page = receipt(&answer);
    let gone = open(&world, &back(&page), &[]).await.good(303);
    let address = gone.header("location").unwrap();
    let query = address.strip_prefix(&format!("{REDIRECT}?code=")).unwrap();
    let (code, rest) = query.split_once('&').unwrap();
    assert!(rest.starts_with("state=a%26b&iss="), "{address}");
    // Once.
    open(&world, &back(&page), &[]).await.good(410);

    let mut wallet = Wallet::new(&world, Key::p256(1), Key::p256(2));
    wallet.redeem(code, VERIFIER).await;
    wallet.fetch().await.good(202);
    let cases = cases(&world).await;
    let case = cases.first().unwrap();
    assert_eq!((cases.len(), case.channel()), (1, Channel::App));
    world.approve(case.id()).await;
    wallet.check(&wallet.fetch().await);
}

async fn a_form_serves_once(place: Place) {
    let world = world(place).await;
    let mut form = filled(&world, "/apply").await;
    let first = receipt(&form.hand_in(&world).await);
    assert!(first.class("notice").is_empty());
    form.set("name", "somebody else");
    let again = receipt(&form.hand_in(&world).await);
    assert_eq!(code(&first), code(&again));
    assert!(again.class("notice")[0].contains("the change was not taken"));
    let other = receipt(&filled(&world, "/apply").await.hand_in(&world).await);
    assert_ne!(code(&first), code(&other));
    assert_eq!(cases(&world).await.len(), 2);
}

async fn two_presses_at_once_make_one_case(place: Place) {
    let world = world(place).await;
    let form = filled(&world, "/apply").await;
    let (one, other) = tokio::join!(form.hand_in(&world), form.hand_in(&world));
    assert_eq!(code(&receipt(&one)), code(&receipt(&other)));
    assert_eq!(cases(&world).await.len(), 1);
}

async fn what_is_wrong_is_said_and_what_was_typed_stays(place: Place) {
    let world = world(place).await;
    let good = filled(&world, "/apply?lang=en").await;
    let long = "x".repeat(201);
    for (field, value, problem) in [
        ("class", "", "Choose the kind of permit."),
        ("class", "diplomat", "Choose the kind of permit."),
        ("name", " ", "Type the full name."),
        ("name", &*long, "The name may have 200 letters and no control characters."),
        ("name", "a\u{7}b", "The name may have 200 letters and no control characters."),
        ("born", "", "Type the date of birth."),
        ("born", "1990-02-30", "The date of birth is no date: write it like 1990-03-07."),
        ("born", "2999-01-01", "The date of birth is later than today."),
        ("document_kind", "", "Choose the kind of identity document."),
        ("document_number", "", "Type the number of the identity document."),
        ("address", "", "Type your address."),
        ("address", "a\u{7}b", "The address may have 300 letters and no control characters."),
    ] {
        let mut form = good.clone();
        form.set(field, value);
        let answer = form.hand_in(&world).await.good(422);
        let page = Page::read(answer.body());
        assert_eq!(page.problems(), [field], "{value}");
        assert_eq!(page.class("problem"), [problem]);
        let input = page.id(field).unwrap();
        assert_eq!(input.get("aria-invalid"), Some("true"));
        assert!(input.get("aria-describedby").unwrap().ends_with(&format!("{field}-problem")));
        assert!(page.one("title").text.starts_with("Error: "));
        // The same form goes on, with what was typed.
        let mut again = Form::of(&page);
        let typed = if field == "class" { "" } else { value.trim() };
        assert_eq!(again.get(field), typed);
        again.set(field, good.get(field));
        assert_eq!(again.fields, good.fields);
    }
    // All at once, in the order of the form.
    let empty = Form::of(&page(&world, "/apply").await);
    let answer = empty.hand_in(&world).await.good(422);
    let fields =
        ["class", "name", "born", "document_kind", "document_number", "address", "identity"];
    assert_eq!(Page::read(answer.body()).problems(), fields);
    assert!(cases(&world).await.is_empty());
    receipt(&good.hand_in(&world).await);
    let case = cases(&world).await.pop().unwrap();
    assert_eq!(case.address().unwrap().as_str(), "海淀区示例路1号");
}

async fn names_with_signs_of_html_are_text(place: Place) {
    let world = world(place).await;
    let name = r#"<script>alert(1)</script>"'&amp;><img src=x onerror=alert(1)>"#;
    let mut form = filled(&world, "/apply").await;
    form.set("name", name);
    form.set("born", "\" autofocus onfocus=\"alert(1)");
    let answer = form.hand_in(&world).await.good(422);
    assert!(!answer.body().contains("<script"), "{answer:?}");
    assert!(!answer.body().contains("\" autofocus"), "{answer:?}");
    let mut again = Form::of(&Page::read(answer.body()));
    assert_eq!(again.get("name"), name);
    again.choose("identity", PNG);
    again.set("born", "1990-03-07");
    receipt(&again.hand_in(&world).await);
    assert_eq!(cases(&world).await[0].applicant().person().unwrap().name(), name);
}

async fn forms_of_strangers_and_old_forms_are_refused(place: Place) {
    let world = world(place).await;
    let good = filled(&world, "/apply").await;
    for site in ["cross-site", "same-site"] {
        let headers = [("Sec-Fetch-Site", site)];
        post(&world, &good.action, &headers, &good.body()).await.good(400);
    }
    for token in ["", "x", &good.get("token").replace(|c: char| c.is_ascii_digit(), "A")] {
        let mut form = good.clone();
        form.set("token", token);
        let answer = form.hand_in(&world).await.good(422);
        let page = Page::read(answer.body());
        assert!(page.class("notice")[0].starts_with("This page was open for too long."));
        assert_eq!(Form::of(&page).get("name"), "王小明");
    }
    // Another body than that of the form.
    let more = |name: &str, value: &str| {
        let mut form = good.clone();
        form.fields.push((name.to_owned(), value.to_owned()));
        form
    };
    for form in [more("name", "twice"), more("x", &"x".repeat(5000))] {
        form.hand_in(&world).await.good(400);
    }
    post(&world, "/apply", &[], b"no form").await.good(400);
    assert!(cases(&world).await.is_empty());
    world.turn(60 * 60);
    let answer = good.hand_in(&world).await.good(422);
    let mut renewed = Form::of(&Page::read(answer.body()));
    assert_ne!(renewed.get("token"), good.get("token"));
    let headers = [("Sec-Fetch-Site", "same-origin")];
    renewed.choose("identity", PNG);
    receipt(&post(&world, &renewed.action, &headers, &renewed.body()).await);
}

async fn nobody_goes_back_with_a_ticket_of_somebody_else(place: Place) {
    let world = world(place).await;
    // Who sends a victim to the form of his own wallet knows the request, and not the ticket.
    let mine = sent(&world).await;
    let theirs = sent(&world).await;
    let page = receipt(&filled(&world, &theirs).await.hand_in(&world).await);
    let ticket = back(&page);
    let (_, ticket) = ticket.split_once("ticket=").unwrap();
    let request = |address: &str| address.split_once("request=").unwrap().1.to_owned();
    for wrong in [
        format!("/apply/back?request={}", request(&theirs)),
        format!("/apply/back?request={}&ticket={ticket}", request(&mine)),
        format!("/apply/back?ticket={ticket}"),
        format!("/apply/back?request={}&ticket={}A", request(&theirs), ticket),
        "/apply/back".to_owned(),
    ] {
        open(&world, &wrong, &[]).await.good(410);
    }
    world.turn(60 * 60);
    open(&world, &back(&page), &[]).await.good(410);
}

async fn a_wallets_request_that_has_ended(place: Place) {
    let world = world(place).await;
    let address = sent(&world).await;
    world.turn(24 * 60 * 60 - 60);
    let form = filled(&world, &address).await;
    world.turn(60);
    let answer = open(&world, &address, &[]).await.good(410);
    assert_eq!(Page::read(answer.body()).one("h1").text, "Begin again in the wallet");
    // What was typed is not lost: it goes on without the wallet.
    let answer = form.hand_in(&world).await.good(410);
    let page = Page::read(answer.body());
    assert!(page.class("notice")[0].starts_with("The wallet’s request has ended."));
    let mut form = Form::of(&page);
    assert_eq!(form.action, "/apply");
    form.choose("identity", PNG);
    receipt(&form.hand_in(&world).await);
    assert_eq!(cases(&world).await[0].channel(), Channel::Website);
    open(&world, "/apply?request=x", &[]).await.good(410);
}

async fn a_register_that_is_away_is_our_fault(place: Place) {
    let world = world(place).await;
    let form = filled(&world, "/apply").await;
    world.service().store().close().await;
    let answer = form.hand_in(&world).await.good(503);
    let page = Page::read(answer.body());
    assert!(page.class("notice")[0].contains("It is not your fault"));
    assert!(page.problems().is_empty());
    assert_eq!(Form::of(&page).fields, form.fields);
    // What needs no register is shown.
    open(&world, "/", &[]).await.good(200);
    open(&world, "/apply", &[]).await.good(200);
    open(&world, "/apply?request=x", &[]).await.good(503);
}
