//! A way through the states as a numbered story in plain words.

use core::fmt;
use core::fmt::Write as _;

use livepermit_gate::replay::Answer;

use crate::asking::apply;
use crate::history::Violation;
use crate::scenario::Scenario;
use crate::server::Places;
use crate::step::{Event, Fate, Step};
use crate::store::name;
use crate::time::{NEVER, NOW, Time};
use crate::world::World;

/// The shortest way to a broken promise: one line for each step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    lines: Vec<String>,
    end: String,
}

impl Story {
    /// The steps, without numbers.
    #[must_use]
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// What is wrong at the end.
    #[must_use]
    pub fn end(&self) -> &str {
        &self.end
    }
}

impl fmt::Display for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, line) in self.lines.iter().enumerate() {
            writeln!(f, "{:>3}. {line}", number + 1)?;
        }
        write!(f, "     So: {}", self.end)
    }
}

/// Tells a way, by going it again.
pub(crate) fn tell(scenario: &Scenario, way: &[Step]) -> Story {
    let places = Places::new();
    let mut world = World::new(scenario);
    world.tidy(scenario);
    let mut seconds = 0;
    let mut lines = Vec::new();
    let mut end = String::new();
    for step in way {
        let teller = Teller { scenario, world: &world, seconds };
        let mut line = format!("At {seconds} s: ");
        let mut after = world.clone();
        let event = apply(scenario, &places, &mut after, *step);
        teller.step(&mut line, *step, &event);
        if *step == Step::Second {
            seconds += 1;
        }
        if let Some(violation) = event.violation {
            end = ending(violation);
        }
        lines.push(line);
        world = after;
    }
    Story { lines, end }
}

fn ending(violation: Violation) -> String {
    match violation {
        Violation::CodeTwice => "one code opened two doors.".to_owned(),
        Violation::TooSoon { after, owed } => {
            format!("the permit entered twice within {after} s; its cool-down is {owed} s.")
        }
        Violation::OutOfOrder => "nothing was wrong, and the store is out of order.".to_owned(),
        Violation::NotLetIn => "an honest visitor was not let in.".to_owned(),
        Violation::OutOfOrderTooLong => {
            "the store is out of order for longer than its rules say.".to_owned()
        }
    }
}

struct Teller<'a> {
    scenario: &'a Scenario,
    world: &'a World,
    seconds: i32,
}

impl Teller<'_> {
    fn step(&self, line: &mut String, step: Step, event: &Event) {
        // Writing to a text does not fail.
        let _ = match step {
            Step::Second => write!(line, "a second passes."),
            Step::Show { gate, permit, moment, server, fate } => {
                let what = self.what(permit, moment);
                let gate_name = name(gate);
                let out =
                    self.scenario.gates.get(usize::from(gate)).is_some_and(|gate| gate.leaves);
                let way = if out { "on the way out" } else { "on the way in" };
                let _ = write!(
                    line,
                    "gate {gate_name} is shown {what}, {way}, and asks {}.",
                    self.server(server)
                );
                self.loss(line, event);
                self.answer(line, event, fate)
            }
            Step::KeepAlive { gate, server } => {
                let _ = write!(
                    line,
                    "gate {} asks {} without a visitor.",
                    name(gate),
                    self.server(server)
                );
                self.loss(line, event);
                if event.old_answer { write!(line, " The gate drops the answer.") } else { Ok(()) }
            }
            Step::Arrive { flight } => {
                let gate =
                    self.world.flights.get(usize::from(flight)).map_or(0, |flight| flight.gate);
                let _ = write!(line, "the answer to gate {} arrives.", name(gate));
                self.answer(line, event, Fate::Arrives)
            }
            Step::Failover { lacks, .. } => {
                write!(line, "a replica that lacks {} becomes the master.", writes(lacks))
            }
            Step::Restart { lacks } => {
                write!(line, "the server starts again without {}.", writes(lacks))
            }
            Step::Flush => write!(line, "the server is emptied."),
            Step::Exchange => {
                write!(line, "another server takes its place, with a store of its own.")
            }
            Step::Delete { permit } => {
                write!(line, "the record of {} is deleted.", owner(permit))
            }
            Step::PutBack { lacks, gates } => {
                let with = if gates { ", together with what the gates keep," } else { "" };
                write!(line, "the server's memory{with} is put back to before {}.", writes(lacks))
            }
            Step::GateRestart { gate, forgets } => {
                let what = if forgets { "without its witness" } else { "with its witness" };
                write!(line, "gate {} starts again {what}.", name(gate))
            }
            Step::ChangeSettings => {
                write!(line, "an operator lowers the longest cool-down, which counts as a loss.")
            }
            Step::GoOn => write!(line, "the operator says: go on, cool-downs are lost."),
        };
    }

    fn what(&self, permit: u8, moment: Time) -> String {
        if moment == NEVER {
            return format!("the slip of {}", owner(permit));
        }
        let second = self.seconds + i32::from(moment) - i32::from(NOW);
        format!("the code of second {second} of {}", owner(permit))
    }

    fn server(&self, server: u8) -> &'static str {
        if usize::from(server) + 1 == self.world.servers.len() {
            "the server"
        } else {
            "the old master"
        }
    }

    fn loss(&self, line: &mut String, event: &Event) {
        if let Some(loss) = event.loss {
            let _ = write!(line, " It notices a loss ({}).", loss.code());
        }
    }

    fn answer(&self, line: &mut String, event: &Event, fate: Fate) -> fmt::Result {
        let answer = match event.answer {
            Some(Answer::Admitted) => "admitted",
            Some(Answer::AlreadyAcceptedHere { .. }) => "already accepted here",
            Some(Answer::AlreadyUsed { .. }) => "already used",
            Some(Answer::Superseded { .. }) => "superseded",
            Some(Answer::CoolingDown { .. }) => "cooling down",
            Some(Answer::Forgotten { .. }) => "forgotten",
            Some(Answer::ClockApart { .. }) => "clocks apart",
            _ => "nothing",
        };
        let then = match fate {
            Fate::Late => "the answer is in flight or lost",
            Fate::Unconfirmed => "the replicas do not confirm it, so the door stays shut",
            Fate::Arrives if event.opened => "the door opens",
            Fate::Arrives if event.old_answer => {
                "the gate drops the old answer, the door stays shut"
            }
            Fate::Arrives => "the door stays shut",
        };
        write!(line, " Answer: {answer}; {then}.")
    }
}

fn owner(permit: u8) -> &'static str {
    match permit {
        0 => "Ann",
        _ => "Ben",
    }
}

fn writes(count: u8) -> String {
    match count {
        0 => "no write".to_owned(),
        1 => "the last write".to_owned(),
        _ => format!("the last {count} writes"),
    }
}
