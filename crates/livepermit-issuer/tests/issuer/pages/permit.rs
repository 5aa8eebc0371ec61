//! What is asked of a permit that is there.

use livepermit_issuer::domain::{Permit, PermitState, RequestKind, StaffId};
use livepermit_issuer::store::Store as _;

use super::apply::{cases, receipt, sent};
use super::browser::{Form, PNG, open, page, world};
use super::every_page::check;
use crate::place::{Place, on_both};
use crate::wallets::http::Answer;
use crate::wallets::world::World;
use livepermit_testkit::html::Page;

on_both! {
    each_kind_becomes_its_case,
    a_change_has_the_new_data,
    one_answer_whatever_does_not_fit,
    tries_are_bounded_and_come_back,
    permits_that_are_over_or_too_young,
    a_wallet_asks_for_a_permit_that_is_there,
}

const HOUR: i64 = 60 * 60;

async fn permit(world: &World) -> Permit {
    let permit = world.permit().await;
    world.load(permit).await
}

async fn form(world: &World, kind: &str, permit: &Permit) -> Form {
    let mut form = Form::of(&page(world, &format!("/apply/{kind}?lang=en")).await);
    form.set("permit_number", permit.number().as_str());
    form.set("holder_number", "110101199003071234");
    form.set("holder_born", "1990-03-07");
    form
}

async fn approved(world: &World) {
    let case = cases(world).await.pop().unwrap();
    if case.request().kind().needs_check() {
        world.checked(case.id()).await;
    } else {
        let mut change = world.service().store().begin().await.unwrap();
        let office = livepermit_issuer::domain::OfficeId::new("haidian").unwrap();
        let officer = StaffId::new("officer-7").unwrap();
        let assign = |case: &mut livepermit_issuer::domain::Case, moment: &_| {
            case.assign(office, officer, moment)
        };
        let service = world.service();
        service.change_case(&mut change, case.id(), None, "officer-7", assign).await.unwrap();
        change.commit().await.unwrap();
    }
    let mut change = world.service().store().begin().await.unwrap();
    let officer = StaffId::new("officer-7").unwrap();
    world.service().approve(&mut change, case.id(), None, officer).await.unwrap();
    change.commit().await.unwrap();
}

async fn each_kind_becomes_its_case(place: Place) {
    let world = world(place).await;
    let permit = permit(&world).await;
    // The endorsement comes when it is time.
    world.turn(330 * 24 * HOUR);
    for kind in ["endorsement", "new-device", "cancellation"] {
        let mut form = form(&world, kind, &permit).await;
        form.set("permit_number", &permit.number().as_str().to_lowercase().replace('-', " "));
        receipt(&form.hand_in(&world).await);
        let case = cases(&world).await.pop().unwrap();
        assert_eq!(case.request().kind().to_string(), kind);
        assert_eq!(case.request().permit(), Some(permit.id()));
        assert_eq!(case.applicant(), permit.holder());
        approved(&world).await;
    }
    let after = world.load(permit.id()).await;
    assert_eq!(after.endorsements().len(), 1);
    assert!(matches!(after.recorded_state(), PermitState::Cancelled(_)));
    open(&world, "/apply/new", &[]).await.good(404);
    open(&world, "/apply/other", &[]).await.good(404);
}

async fn a_change_has_the_new_data(place: Place) {
    let world = world(place).await;
    let permit = permit(&world).await;
    let mut form = form(&world, "change", &permit).await;
    let empty = form.hand_in(&world).await.good(422);
    let fields = ["name", "born", "document_kind", "document_number", "address"];
    assert_eq!(Page::read(empty.body()).problems(), fields);
    for (name, value) in [
        ("name", "王大明"),
        ("born", "1990-03-07"),
        ("document_kind", "passport"),
        ("document_number", "E7654321"),
        ("address", "朝阳区示例街2号"),
    ] {
        form.set(name, value);
    }
    form.choose("identity", PNG);
    receipt(&form.hand_in(&world).await);
    approved(&world).await;
    let after = world.load(permit.id()).await;
    let holder = after.holder().person().unwrap();
    assert_eq!((holder.name(), &*holder.document().number), ("王大明", "E7654321"));
}

fn refusal(answer: &Answer) -> String {
    assert_eq!(answer.status, 422, "{answer:?}");
    let page = Page::read(answer.body());
    check(&page, "en");
    assert_eq!(page.problems(), ["permit_number"]);
    page.class("problem")[0].to_owned()
}

async fn one_answer_whatever_does_not_fit(place: Place) {
    let world = world(place).await;
    let permit = permit(&world).await;
    let good = form(&world, "new-device", &permit).await;
    let mut bodies = Vec::new();
    for (field, value) in [
        ("permit_number", "0000-000-000"),
        ("holder_number", "110101199003071235"),
        ("holder_born", "1990-03-08"),
    ] {
        let mut form = good.clone();
        form.set(field, value);
        let answer = form.hand_in(&world).await;
        assert!(refusal(&answer).starts_with("These three do not fit together"));
        bodies.push(answer.body().replace(value, "").replace(good.get(field), ""));
    }
    // Sign by sign the same, but for what was typed.
    let typed = ["0000-000-000", permit.number().as_str(), "110101199003071234", "1990-03-07"];
    let plain =
        |body: &String| typed.iter().fold(body.clone(), |body, typed| body.replace(typed, ""));
    let plain: Vec<_> = bodies.iter().map(plain).collect();
    assert!(plain.iter().all(|body| *body == plain[0]), "{plain:#?}");
    // A try that fits is not counted, and forgets those before.
    receipt(&good.hand_in(&world).await);
}

async fn tries_are_bounded_and_come_back(place: Place) {
    let world = world(place).await;
    let permit = permit(&world).await;
    let good = form(&world, "new-device", &permit).await;
    let mut wrong = good.clone();
    wrong.set("holder_number", "x1");
    for _ in 0..5 {
        assert!(refusal(&wrong.hand_in(&world).await).starts_with("These three do not fit"));
    }
    // Also the right one waits: nobody learns that it is right.
    for form in [&wrong, &good] {
        assert!(refusal(&form.hand_in(&world).await).starts_with("There were too many tries"));
    }
    // A number that no permit has is counted as well.
    let mut unknown = wrong.clone();
    unknown.set("permit_number", "0000-000-000");
    for _ in 0..5 {
        assert!(refusal(&unknown.hand_in(&world).await).starts_with("These three do not fit"));
    }
    assert!(refusal(&unknown.hand_in(&world).await).starts_with("There were too many tries"));
    assert_eq!(cases(&world).await.len(), 1, "the case of the permit itself");
    // Nobody is kept out for long, whatever others try meanwhile.
    world.turn(HOUR);
    let good = form(&world, "new-device", &permit).await;
    receipt(&good.hand_in(&world).await);
}

async fn permits_that_are_over_or_too_young(place: Place) {
    let world = world(place).await;
    let permit = permit(&world).await;
    let answer = form(&world, "endorsement", &permit).await.hand_in(&world).await;
    assert!(refusal(&answer).starts_with("The permit can be endorsed from "), "{answer:?}");
    world.turn(367 * 24 * HOUR);
    for kind in ["endorsement", "new-device", "cancellation"] {
        let answer = form(&world, kind, &permit).await.hand_in(&world).await;
        assert!(refusal(&answer).starts_with("This permit is over"), "{answer:?}");
    }
}

async fn a_wallet_asks_for_a_permit_that_is_there(place: Place) {
    let world = world(place).await;
    let permit = permit(&world).await;
    let address = sent(&world).await;
    let first = page(&world, &address).await;
    let link = first.all("a").filter_map(|link| link.get("href"));
    let link = link.into_iter().find(|address| address.contains("/apply/new-device")).unwrap();
    let mut form = Form::of(&page(&world, link).await);
    form.set("permit_number", permit.number().as_str());
    form.set("holder_number", "110101199003071234");
    form.set("holder_born", "1990-03-07");
    let page = receipt(&form.hand_in(&world).await);
    let back = page.id("back").unwrap().get("href").unwrap().to_owned();
    open(&world, &back, &[]).await.good(303);
    let case = cases(&world).await.pop().unwrap();
    assert_eq!(case.request().kind(), RequestKind::NewDevice);
}
