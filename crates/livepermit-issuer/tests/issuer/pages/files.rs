//! Documents that applicants choose.

use livepermit_issuer::domain::{Case, DocumentKind, MediaType, Outcome, Request};
use livepermit_issuer::store::StaffStore as _;

use super::apply::{cases, filled, receipt};
use super::browser::{Form, PNG, page, post, world};
use crate::place::{Place, on_both};
use crate::wallets::world::World;
use livepermit_testkit::html::Page;

on_both! {
    documents_come_to_the_case_with_their_bytes,
    documents_that_are_not_taken,
    somebody_acts_for_the_applicant,
    what_is_wrong_with_somebody_who_acts,
    bodies_that_are_too_long,
}

async fn stored(world: &World, case: &Case, kind: DocumentKind) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for document in case.documents().iter().filter(|document| document.kind == kind) {
        let bytes = world.service().store().upload(document.id).await.unwrap();
        found.push(bytes.unwrap());
    }
    found
}

async fn documents_come_to_the_case_with_their_bytes(place: Place) {
    let world = world(place).await;
    let mut form = filled(&world, "/apply").await;
    let pdf = b"%PDF-1.7\n1 0 obj <</Type /Page>> endobj".as_slice();
    let jpeg = b"\xff\xd8\xff\xe0 picture \xff\xd9".as_slice();
    form.choose("identity", pdf);
    form.choose("residence", jpeg);
    receipt(&form.hand_in(&world).await);
    let cases = cases(&world).await;
    let case = cases.first().unwrap();
    assert_eq!(stored(&world, case, DocumentKind::Identity).await, [PNG, pdf]);
    assert_eq!(stored(&world, case, DocumentKind::Residence).await, [jpeg]);
    let types: Vec<_> = case.documents().iter().map(|document| document.media_type).collect();
    assert_eq!(types, [MediaType::Png, MediaType::Pdf, MediaType::Jpeg]);
    // Handed in again, nothing is added.
    receipt(&form.hand_in(&world).await);
    assert_eq!(super::apply::cases(&world).await[0].documents().len(), 3);
}

async fn documents_that_are_not_taken(place: Place) {
    let world = world(place).await;
    let mut good = filled(&world, "/apply?lang=en").await;
    good.files.clear();
    let large = [PNG, &vec![0; 10 * 1024 * 1024]].concat();
    let packed = b"%PDF-1.7\n1 0 obj <</Type/ObjStm/Filter/LZWDecode>> stream\nx endstream";
    let script = b"%PDF-1.4\n1 0 obj <</S /JavaScript /JS (app.alert(1))>> endobj";
    for (bytes, problem) in [
        (b"<svg onload='alert(1)'/>".as_slice(), "A file is neither a PDF"),
        (b"<html><script>alert(1)</script>", "A file is neither a PDF"),
        (script, "A PDF has programs"),
        (packed, "A PDF cannot be looked into"),
        (&large, "A file may have 10 MB"),
        (b"", "Choose a file: Identity document."),
    ] {
        let mut form = good.clone();
        form.files.push(("identity".to_owned(), "a.png".to_owned(), bytes.to_vec()));
        let answer = form.hand_in(&world).await.good(422);
        let page = Page::read(answer.body());
        assert_eq!(page.problems(), ["identity"], "{problem}");
        assert!(page.class("problem")[0].starts_with(problem), "{:?}", page.class("problem"));
        assert!(page.class("notice")[0].starts_with("Choose your files again"));
    }
    let mut many = good.clone();
    for _ in 0..21 {
        many.files.push(("other".to_owned(), "a.png".to_owned(), PNG.to_vec()));
    }
    many.files.push(("identity".to_owned(), "a.png".to_owned(), PNG.to_vec()));
    let answer = many.hand_in(&world).await.good(422);
    assert!(Page::read(answer.body()).class("problem")[0].starts_with("There are more than 20"));
    // Fields that the form does not have are left out.
    good.files.push(("identity".to_owned(), "a.png".to_owned(), PNG.to_vec()));
    good.files.push(("evil".to_owned(), "a.html".to_owned(), b"<html>".to_vec()));
    assert!(cases(&world).await.is_empty());
    receipt(&good.hand_in(&world).await);
    assert_eq!(cases(&world).await[0].documents().len(), 1);
}

/// A form for a child, with a guardian.
async fn for_a_child(world: &World) -> Form {
    let mut form = filled(world, "/apply?lang=en").await;
    let born = world.service().moment().today().year() - 8;
    for (name, value) in [
        ("born", &*format!("{born}-01-02")),
        ("acting", "guardian"),
        ("acting_name", "王妈妈"),
        ("acting_born", "1985-05-06"),
        ("acting_document_kind", "passport"),
        ("acting_document_number", "E12345678"),
        ("acting_consent", "yes"),
    ] {
        form.set(name, value);
    }
    form.choose("evidence", PNG);
    form
}

async fn somebody_acts_for_the_applicant(place: Place) {
    let world = world(place).await;
    let mut form = for_a_child(&world).await;
    form.choose("consent", PNG);
    receipt(&form.hand_in(&world).await);
    let case = cases(&world).await.remove(0);
    let Request::New { mandate: Some(mandate), .. } = case.request() else { panic!("{case:?}") };
    assert_eq!(mandate.person.name(), "王妈妈");
    assert_eq!(mandate.evidence, [case.documents()[1].id]);
    assert_eq!(mandate.consent.document, Some(case.documents()[2].id));
    // The officer can approve it: what the mandate names is there.
    let permit = world.load(world.approve(case.id()).await).await;
    assert_eq!(permit.representatives().len(), 1);
    let case = cases(&world).await.remove(0);
    assert!(matches!(case.decision().unwrap().outcome, Outcome::Approved { .. }));
}

async fn what_is_wrong_with_somebody_who_acts(place: Place) {
    let world = world(place).await;
    let good = for_a_child(&world).await;
    for (field, value) in [
        ("acting_name", ""),
        ("acting_born", "x"),
        ("acting_document_kind", ""),
        ("acting_document_number", ""),
        ("acting_until", "2020-01-01"),
        ("acting_until", "soon"),
        ("acting_consent", ""),
    ] {
        let mut form = good.clone();
        form.set(field, value);
        let answer = form.hand_in(&world).await.good(422);
        let page = Page::read(answer.body());
        assert_eq!(page.problems(), [field]);
        let folded = page.all("details").find(|part| part.get("open").is_some());
        assert!(folded.is_some(), "the fields are shown");
    }
    let mut without = good.clone();
    without.files.retain(|(field, _, _)| field != "evidence");
    let answer = without.hand_in(&world).await.good(422);
    assert_eq!(Page::read(answer.body()).problems(), ["evidence"]);
    let mut grown = good.clone();
    grown.set("born", "1990-03-07");
    let answer = grown.hand_in(&world).await.good(422);
    assert_eq!(Page::read(answer.body()).problems(), ["acting"]);
    // Nobody acts: what was typed about somebody does not count.
    let mut nobody = good.clone();
    nobody.set("acting", "");
    nobody.set("acting_name", "");
    receipt(&nobody.hand_in(&world).await);
    let Request::New { mandate: None, .. } = cases(&world).await[0].request() else {
        panic!("somebody acts");
    };
    let plain = page(&world, "/apply").await;
    let folded = plain.all("details").all(|part| part.get("open").is_none());
    assert!(folded, "what most people leave alone is folded");
}

async fn bodies_that_are_too_long(place: Place) {
    let world = world(place).await;
    let mut form = filled(&world, "/apply").await;
    for _ in 0..6 {
        form.choose("other", &vec![0; 9 * 1024 * 1024]);
    }
    let answer = post(&world, &form.action, &[], &form.body()).await;
    // A browser that still sends may see the connection end instead of the answer.
    assert!(answer.status == 413, "{answer:?}");
    assert!(cases(&world).await.is_empty());
}
