//! What calls cost, and the table in the README that says so.

use std::path::Path;

use crate::pack::Outcome;

/// What a call costs: instructions, bytes of heap, bytes of stack, bytes of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cost {
    pub(crate) call: String,
    pub(crate) values: [u64; 4],
}

impl Cost {
    /// From `cost A CALL instructions=1 heap=2 stack=3 answer=4`.
    pub(crate) fn read(line: &str) -> Option<Self> {
        let words = line.strip_prefix("cost ")?;
        let (call, values) = words.split_once(" instructions=")?;
        let mut values = values.split(' ').map(|word| word.rsplit('=').next()?.parse().ok());
        let mut next = || values.next().flatten();
        Some(Self { call: call.into(), values: [next()?, next()?, next()?, next()?] })
    }

    /// A line of the table. Zero is what was not measured.
    fn line(&self) -> String {
        let cells = self.values.map(|value| if value == 0 { "–".into() } else { grouped(value) });
        format!("| {} | {} |", self.call, cells.join(" | "))
    }

    fn of_line(line: &str) -> Option<Self> {
        let mut cells = line.trim_matches(['|', ' ']).split(" | ");
        let call = cells.next()?.into();
        let mut value = || match cells.next()? {
            "–" => Some(0),
            digits => digits.replace(',', "").parse().ok(),
        };
        Some(Self { call, values: [value()?, value()?, value()?, value()?] })
    }
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
    groups.join(",")
}

const BEGIN: &str = "<!-- costs: written by ci/cortex-m with LIVEPERMIT_BLESS=1 -->\n";
const END: &str = "<!-- /costs -->";

/// Whether figures are written instead of compared.
pub(crate) fn is_blessed() -> bool {
    std::env::var_os("LIVEPERMIT_BLESS").is_some()
}

/// That the table in the README says what was measured, within a tenth.
pub(crate) fn hold(readme: &Path, costs: &[Cost]) -> Outcome {
    let text = std::fs::read_to_string(readme)?;
    let (before, rest) = text.split_once(BEGIN).ok_or("the README has no place for costs")?;
    let (table, after) = rest.split_once(END).ok_or("the README's table has no end")?;
    if is_blessed() {
        let mut table = String::from("| call | instructions | heap | stack | answer |\n");
        table.push_str("|---|---:|---:|---:|---:|\n");
        for cost in costs {
            table.push_str(&cost.line());
            table.push('\n');
        }
        return Ok(std::fs::write(readme, [before, BEGIN, &table, END, after].concat())?);
    }
    let said: Vec<Cost> = table.lines().skip(2).filter_map(Cost::of_line).collect();
    if said.len() != costs.len() {
        return Err(format!("the README tells {} costs of {}", said.len(), costs.len()).into());
    }
    for (said, cost) in said.iter().zip(costs) {
        let is_near = |(said, found): (&u64, &u64)| said.abs_diff(*found) * 10 <= *found;
        if said.call != cost.call || !said.values.iter().zip(&cost.values).all(is_near) {
            return Err(format!(
                "the README says\n{}\nmeasured was\n{}\nIf that is meant: LIVEPERMIT_BLESS=1 \
                 ci/cortex-m",
                said.line(),
                cost.line()
            )
            .into());
        }
    }
    Ok(())
}
