//! Counts and times, as Markdown.

use core::fmt;
use std::time::Duration;

use livepermit_testkit::camera::{Frame, LEVELS};

use crate::reader::Answer;

/// Places of the readers in a row.
pub struct Readers {
    pub ours: usize,
    pub rxing: usize,
    pub rqrr: usize,
    pub zxing_cpp: usize,
    pub zbar: usize,
    pub rxing_hardest: usize,
}

pub const READERS: Readers =
    Readers { ours: 0, rxing: 1, rqrr: 2, zxing_cpp: 3, zbar: 4, rxing_hardest: 5 };
const NAMES: [&str; 6] = ["ours", "rxing", "rqrr", "zxing-cpp", "zbar", "rxing, hardest"];

/// One reader in one condition.
#[derive(Default, Clone)]
struct Cell {
    shown: [usize; LEVELS as usize],
    read: [usize; LEVELS as usize],
    /// Texts that nobody showed.
    wrong: usize,
    times: Vec<Duration>,
}

impl Cell {
    fn at(&self, part: usize, of: usize) -> Duration {
        let mut times = self.times.clone();
        times.sort_unstable();
        times
            .get((times.len() * part / of).min(times.len().saturating_sub(1)))
            .copied()
            .unwrap_or_default()
    }
}

/// One condition.
pub struct Row {
    name: String,
    cells: [Cell; NAMES.len()],
}

impl Row {
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), cells: Default::default() }
    }

    fn has_codes(&self) -> bool {
        self.cells[READERS.ours].shown.iter().sum::<usize>() > 0
    }

    pub fn add(&mut self, reader: usize, frame: &Frame, answer: &Answer, level: u32) {
        let cell = &mut self.cells[reader];
        let level = level as usize;
        cell.shown[level] += frame.texts.len();
        cell.read[level] += frame
            .texts
            .iter()
            .filter(|text| answer.texts.iter().any(|read| read == text.as_bytes()))
            .count();
        cell.wrong += answer
            .texts
            .iter()
            .filter(|read| !frame.texts.iter().any(|text| text.as_bytes() == *read))
            .count();
        cell.times.push(answer.time);
    }
}

/// All of them.
pub struct Table {
    title: String,
    peers: bool,
    rows: Vec<Row>,
}

impl Table {
    pub fn new(title: &str, peers: bool) -> Self {
        Self { title: title.to_owned(), peers, rows: Vec::new() }
    }

    pub fn push(&mut self, row: Row) {
        eprintln!("{}: {}", self.title, row.name);
        self.rows.push(row);
    }

    fn readers(&self) -> &[&'static str] {
        if self.peers { &NAMES } else { &NAMES[..1] }
    }

    /// The sum of the rows that `name` names.
    fn total(&self, name: &str, is_wanted: fn(&Row) -> bool) -> Row {
        let mut total = Row::new(name);
        for row in self.rows.iter().filter(|row| is_wanted(row)) {
            for (sum, cell) in total.cells.iter_mut().zip(&row.cells) {
                for level in 0..LEVELS as usize {
                    sum.shown[level] += cell.shown[level];
                    sum.read[level] += cell.read[level];
                }
                sum.wrong += cell.wrong;
                sum.times.extend(&cell.times);
            }
        }
        total
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let readers = self.readers();
        let heads = readers.iter().map(|name| format!(" {name} |")).collect::<String>();
        let line = "---:|".repeat(readers.len());
        let totals = [self.total("all with a code", Row::has_codes), self.total("all", |_| true)];
        let rows = || self.rows.iter().chain(&totals);

        writeln!(f, "### Codes read, {}\n", self.title)?;
        writeln!(
            f,
            "| condition | shown |{heads} ours by level | ours - best other |\n|---|---:|{line}---|---:|"
        )?;
        for row in self.rows.iter().chain(&totals[1..]).filter(|row| row.has_codes()) {
            let ours = &row.cells[0];
            write!(f, "| {} | {} |", row.name, ours.shown.iter().sum::<usize>())?;
            for cell in row.cells.iter().take(readers.len()) {
                let wrong =
                    if cell.wrong > 0 { format!(" ({} wrong)", cell.wrong) } else { String::new() };
                write!(f, " {}{wrong} |", cell.read.iter().sum::<usize>())?;
            }
            let levels: Vec<String> = ours
                .read
                .iter()
                .zip(ours.shown)
                .map(|(read, shown)| format!("{read}/{shown}"))
                .collect();
            let share = |cell: &Cell| {
                cell.read.iter().sum::<usize>() as f64 * 100.0
                    / cell.shown.iter().sum::<usize>().max(1) as f64
            };
            // Of those that were asked for all.
            let is_asked = |cell: &&Cell| !cell.times.is_empty() && cell.shown == ours.shown;
            let others = row.cells.iter().skip(1).filter(is_asked);
            let difference = others
                .map(share)
                .reduce(f64::max)
                .map_or("-".to_owned(), |best| format!("{:+.1}", share(ours) - best));
            writeln!(f, " {} | {difference} |", levels.join(" "))?;
        }

        writeln!(f, "\n### Milliseconds, {}: median / 95th / worst\n", self.title)?;
        writeln!(
            f,
            "| condition | frames |{heads} ours / rxing | ours / zxing-cpp |\n|---|---:|{line}---:|---:|"
        )?;
        for row in rows() {
            write!(f, "| {} | {} |", row.name, row.cells[0].times.len())?;
            let ms = |time: Duration| time.as_secs_f64() * 1e3;
            for cell in row.cells.iter().take(readers.len()) {
                if cell.times.is_empty() {
                    write!(f, " - |")?;
                    continue;
                }
                let (middle, high, worst) =
                    (ms(cell.at(1, 2)), ms(cell.at(95, 100)), ms(cell.at(1, 1)));
                write!(f, " {middle:.2} / {high:.2} / {worst:.2} |")?;
            }
            let ratio = |other: usize| {
                let cell = &row.cells[other];
                if cell.times.is_empty() {
                    return "-".to_owned();
                }
                format!("{:.2}", ms(row.cells[0].at(1, 2)) / ms(cell.at(1, 2)))
            };
            writeln!(f, " {} | {} |", ratio(READERS.rxing), ratio(READERS.zxing_cpp))?;
        }
        for row in self.rows.iter().filter(|row| row.cells.iter().any(|cell| cell.wrong > 0)) {
            let wrong: Vec<String> = NAMES
                .iter()
                .zip(&row.cells)
                .map(|(name, cell)| format!("{name} {}", cell.wrong))
                .collect();
            writeln!(f, "\nTexts nobody showed, {}: {}", row.name, wrong.join(", "))?;
        }
        Ok(())
    }
}
