//! Applicants look at their cases with codes.

use livepermit_issuer::domain::{CaseState, Reason, RefusalGround, StaffId};
use livepermit_issuer::store::Store as _;

use super::apply::{cases, code, filled, receipt};
use super::browser::{Form, page, world};
use super::every_page::check;
use crate::place::{Place, on_both};
use crate::wallets::http::Answer;
use crate::wallets::world::World;
use livepermit_testkit::html::Page;

on_both! {
    a_case_from_its_beginning_to_the_permit,
    the_deadline_has_a_sign_and_words,
    a_refusal_says_why,
    an_application_is_taken_back_once,
    codes_that_are_not_there,
    a_register_that_is_away,
}

const DAY: i64 = 24 * 60 * 60;

async fn applied(world: &World) -> String {
    code(&receipt(&filled(world, "/apply").await.hand_in(world).await))
}

pub(super) async fn look(world: &World, address: &str, code: &str) -> Answer {
    let mut form = Form::of(&page(world, address).await);
    form.set("code", code);
    form.hand_in(world).await
}

async fn shown(world: &World, code: &str) -> Page {
    let page = Page::read(look(world, "/state?lang=en", code).await.good(200).body());
    check(&page, "en");
    page
}

/// What stands behind a name.
fn row(page: &Page, name: &str) -> String {
    let rows = page.all("div").find(|row| row.text.starts_with(name));
    rows.unwrap_or_else(|| panic!("no {name}: {page:?}")).text.replace(name, "")
}

async fn a_case_from_its_beginning_to_the_permit(place: Place) {
    let world = world(place).await;
    let code = applied(&world).await;
    let case = cases(&world).await[0].id();
    let first = shown(&world, &code).await;
    assert_eq!(first.one("h1").text, "Application for a permit");
    assert_eq!(row(&first, "State"), "Handed in: no officer has it yet");
    // Nobody with the code learns who applied.
    assert!(!format!("{first:?}").contains("王小明"));
    world.checked(case).await;
    let checked = shown(&world, &code.to_lowercase().replace('-', " ")).await;
    assert_eq!(row(&checked, "State"), "An officer has checked on site: the decision comes next");
    let done = {
        let mut change = world.service().store().begin().await.unwrap();
        let officer = StaffId::new("officer-7").unwrap();
        let done = world.service().approve(&mut change, case, None, officer).await.unwrap();
        change.commit().await.unwrap();
        done.1.document
    };
    let approved = shown(&world, &code).await;
    assert_eq!(row(&approved, "State"), "Approved");
    let number = format!("Number of the permit: {}", done.number());
    assert!(approved.all("p").any(|text| text.text == number), "{approved:?}");
    let last = done.ends().yesterday().unwrap().strftime("%A %-d %B %Y");
    let last = format!("The last day of the permit is {last}.");
    assert!(approved.all("p").any(|text| text.text == last), "{approved:?}");
    assert!(approved.class("light").is_empty(), "the deadline stands still");
    assert!(approved.all("form").next().is_none(), "nothing is to be taken back");
    let chinese = Page::read(look(&world, "/state?lang=zh", &code).await.good(200).body());
    check(&chinese, "zh-Hans");
    assert!(chinese.one("h1").text.contains("申请"));
}

async fn the_deadline_has_a_sign_and_words(place: Place) {
    let world = world(place).await;
    let code = applied(&world).await;
    let due = cases(&world).await[0].due().unwrap();
    let today = || world.service().moment().today();
    let mut seen = Vec::new();
    for _ in 0..20 {
        let page = shown(&world, &code).await;
        let light = page.class("light")[0].to_owned();
        let days = (due - today()).get_days();
        let class = match days {
            ..0 => "over",
            0 => "today",
            _ if light.contains(" 1 ") || light.contains(" 2 ") => "soon",
            _ => "calm",
        };
        assert_eq!(page.class(class), [&*light], "{days} {light}");
        let words = match class {
            "over" => "late",
            "today" => "The office decides today",
            _ => "left",
        };
        assert!(light.contains(words), "{light}");
        if seen.last().is_none_or(|(last, _)| *last != class) {
            seen.push((class, light.chars().next().unwrap()));
        }
        world.turn(DAY);
    }
    assert_eq!(seen, [("calm", '●'), ("soon", '◆'), ("today", '▲'), ("over", '■')]);
}

async fn a_refusal_says_why(place: Place) {
    let world = world(place).await;
    let code = applied(&world).await;
    let case = cases(&world).await[0].id();
    world.checked(case).await;
    let mut change = world.service().store().begin().await.unwrap();
    let note = Some("The lease is <b>not signed</b>.".to_owned());
    let reason = Reason { ground: RefusalGround::Incomplete, note };
    let officer = StaffId::new("officer-7").unwrap();
    let service = world.service();
    let done = service
        .change_case(&mut change, case, None, "officer-7", |case, moment| {
            case.refuse(officer, reason, moment)
        })
        .await;
    done.unwrap();
    change.commit().await.unwrap();
    let page = shown(&world, &code).await;
    assert_eq!(row(&page, "State"), "Refused");
    let texts: Vec<_> = page.all("p").map(|text| &*text.text).collect();
    assert!(texts.contains(&"Documents are missing, and were not brought later."), "{texts:?}");
    assert!(texts.contains(&"The office says: The lease is <b>not signed</b>."), "{texts:?}");
}

async fn an_application_is_taken_back_once(place: Place) {
    let world = world(place).await;
    let code = applied(&world).await;
    let form = Form::of(&shown(&world, &code).await);
    assert_eq!(form.action, "/state/withdraw?lang=en");
    for _ in 0..2 {
        let page = Page::read(form.hand_in(&world).await.good(200).body());
        assert_eq!(row(&page, "State"), "You took it back");
        assert!(page.all("form").next().is_none());
    }
    assert!(matches!(cases(&world).await[0].state(), CaseState::Withdrawn { .. }));
    let lines = world.service().store().audit_behind(0, 100).await.unwrap();
    let withdrawn = lines.iter().filter(|line| line.action == "case-withdrawn");
    assert_eq!(withdrawn.map(|line| &*line.actor).collect::<Vec<_>>(), ["applicant"]);
}

async fn codes_that_are_not_there(place: Place) {
    let world = world(place).await;
    let code = applied(&world).await;
    let last = if code.ends_with('0') { '1' } else { '0' };
    let other = format!("{}{last}", code.get(..code.len() - 1).unwrap());
    for (typed, problem) in [
        ("", "Type the code."),
        ("<script>", "A code has 26 digits and letters: compare it with what you wrote down."),
        (&other, "No application has this code: compare it with what you wrote down."),
    ] {
        let answer = look(&world, "/state?lang=en", typed).await.good(422);
        let page = Page::read(answer.body());
        check(&page, "en");
        assert_eq!(page.class("problem"), [problem]);
        assert_eq!(Form::of(&page).get("code"), typed);
    }
    // Nor is anything taken back with them.
    let mut form = Form::of(&shown(&world, &code).await);
    form.set("code", &other);
    form.hand_in(&world).await.good(422);
    let large = vec![b'x'; 128 * 1024];
    super::browser::post(&world, "/state", &[], &large).await.good(413);
    assert!(matches!(cases(&world).await[0].state(), CaseState::Submitted));
    // A code ends.
    world.turn(366 * DAY);
    look(&world, "/state", &code).await.good(422);
}

async fn a_register_that_is_away(place: Place) {
    let world = world(place).await;
    let code = applied(&world).await;
    world.service().store().close().await;
    let answer = look(&world, "/state?lang=en", &code).await.good(503);
    assert_eq!(answer.header("retry-after"), Some("60"));
    assert!(answer.body().contains("It is not your fault."));
}
