//! `seed --demo`: people whom nobody knows, so that an office can try the desk.

use std::path::Path;

use clap::Args;
use jiff::ToSpan as _;
use jiff::civil::Date;

use super::failure::Failure;
use crate::config::Config;
use crate::domain::{
    Address, Application, Case, CaseId, Channel, Check, Class, Finding, IdentityDocument,
    IdentityKind, Moment, OfficeId, Person, Reason, RefusalGround, Request, StaffId,
};
use crate::service::{Clock, Service};
use crate::store::{Database, Store as _};

/// Names as they are drawn from the beginning: every surname meets every given name.
const SURNAMES: [&str; 10] = ["赵", "钱", "孙", "李", "周", "吴", "郑", "王", "冯", "陈"];
const GIVEN: [&str; 10] =
    ["小雨", "志远", "桂兰", "晓东", "雅文", "建华", "思源", "丽娟", "子轩", "海燕"];

#[derive(Debug, Args)]
pub(super) struct Seed {
    /// Says that the people are made up: a register with them is never used for others
    #[arg(long, required = true)]
    demo: bool,
    /// How many people apply
    #[arg(long, value_name = "PEOPLE", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    people: u32,
    /// The office that has the cases
    #[arg(long, value_name = "OFFICE", default_value = "haidian")]
    office: String,
}

impl Seed {
    #[expect(clippy::print_stdout, reason = "a command tells what it did")]
    pub(super) async fn run(&self, config: &Path) -> Result<(), Failure> {
        let config = Config::read(config)?;
        let register = config.register().await?;
        let service = config.service(register, Clock::system()).await?;
        let lines = service.store().audit_behind(0, 1_000).await?;
        // Accounts of officers may be there; people may not.
        if lines.iter().any(|line| !line.subject.starts_with("staff:")) {
            return Err(Failure::of(
                "the register is in use: people that are made up go into an empty one alone",
            ));
        }
        let class = config.pages.classes.first().map(|names| names.class.clone());
        let class = class.ok_or_else(|| Failure::of("the setting `pages.classes` is empty"))?;
        let office = OfficeId::new(&*self.office).map_err(Failure::of)?;
        for number in 0..self.people {
            apply(&service, number, &class, &office).await?;
        }
        println!(
            "{} people have applied at {}: a fifth waits, a fifth is assigned, a fifth was looked \
             at, a fifth has a permit, a fifth was refused",
            self.people, self.office
        );
        Ok(())
    }
}

/// Somebody applies, and the case goes some way: as far as its number says.
async fn apply(
    service: &Service<Database>,
    number: u32,
    class: &Class,
    office: &OfficeId,
) -> Result<(), Failure> {
    let officer = || StaffId::new("seed").map_err(Failure::of);
    let application = application(number, CaseId::from_bytes(service.random()), class.clone())?;
    let (case, by) = (application.id, officer()?);
    let mut change = service.store().begin().await?;
    service.submit(&mut change, application).await?;
    let way = number % 5;
    let office = office.clone();
    if way > 0 {
        let rule = |case: &mut Case, moment: &Moment| {
            let mut events = case.assign(office, by.clone(), moment)?;
            if way > 1 {
                let (by, at) = (by.clone(), moment.now());
                let finding = if way < 4 { Finding::AsStated } else { Finding::NotAsStated };
                events.extend(case.record_check(Check { by, at, finding, note: None }, moment)?);
            }
            if way == 4 {
                let reason = Reason::new(RefusalGround::Untrue);
                events.extend(case.refuse(by.clone(), reason, moment)?);
            }
            Ok(events)
        };
        service.change_case(&mut change, case, None, "command:seed", rule).await?;
    }
    if way == 3 {
        service.approve(&mut change, case, None, officer()?).await?;
    }
    Ok(change.commit().await?)
}

fn application(number: u32, id: CaseId, class: Class) -> Result<Application, Failure> {
    let place = usize::try_from(number).unwrap_or_default();
    let pick = |of: &[&'static str; 10], place: usize| of.get(place % 10).copied();
    let surname = pick(&SURNAMES, place).unwrap_or_default();
    let given = pick(&GIVEN, place / 10 + place).unwrap_or_default();
    let born = Date::constant(1950, 1, 1).saturating_add((i64::from(number % 18_000)).days());
    // Of a region that there is not: nobody has such a number.
    let document = IdentityDocument {
        kind: IdentityKind::IdentityCard,
        number: format!("000000{}{:04}", born.strftime("%Y%m%d"), number % 10_000),
    };
    let applicant =
        Person::new(&format!("{surname}{given}"), born, document).map_err(Failure::of)?;
    let address = Address::new(&format!("示例路{}号", number + 1)).map_err(Failure::of)?;
    let channel = if number.is_multiple_of(2) { Channel::Website } else { Channel::App };
    let request = Request::New { class, mandate: None };
    Ok(Application { id, request, applicant, address: Some(address), channel })
}
