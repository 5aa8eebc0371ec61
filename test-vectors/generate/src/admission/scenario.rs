//! Reads `test-vectors/scenarios/*.txt`; `test-vectors/README.md` has the grammar.

use livepermit::RejectionCode;
use livepermit_gate::GateCaution;

use super::super::cbor::{hex, unhex};
use super::super::json::{RevocationPolicy, Trusted};
use super::super::lists::{held, status_list, trust_list};
use super::super::token::GATE;
use super::group::{AdmitGroup, AdmitTest, Ask, CoolDown, Lane, Question, Show, Step};
use super::shown::{Nonces, key_of, nonce, number, pair, shown, time};

/// The groups of a file, or the number of a wrong line and what is wrong.
pub(crate) fn read(text: &'static str) -> Result<Vec<AdmitGroup>, (usize, String)> {
    let (mut groups, mut nonces) = (Vec::new(), Nonces::new());
    for (number, line) in (1..).zip(text.lines()) {
        read_line(&mut groups, &mut nonces, line).map_err(|what| (number, what))?;
    }
    complete(&groups).map_err(|what| (text.lines().count(), what))?;
    Ok(groups)
}

fn read_line(
    groups: &mut Vec<AdmitGroup>,
    nonces: &mut Nonces,
    line: &'static str,
) -> Result<(), String> {
    let words: Vec<_> = line.split_whitespace().collect();
    let [first, rest @ ..] = words.as_slice() else { return Ok(()) };
    if first.starts_with('#') {
        return Ok(());
    }
    if *first == "nonce" && groups.is_empty() {
        return named(nonces, line);
    }
    if let Some(title) = line.strip_prefix("== ") {
        complete(groups)?;
        groups.push(AdmitGroup::new(title));
        return Ok(());
    }
    let group = groups.last_mut().ok_or("no group has begun: `== TITLE`")?;
    if line.starts_with(' ') {
        for line in repeated(line)? {
            let step = step(group, nonces, &line.split_whitespace().collect::<Vec<_>>())?;
            group.tests.last_mut().ok_or("no test has begun: `FLAGS: COMMENT`")?.push(step);
        }
        return Ok(());
    }
    if let Some((flags, comment)) = line.split_once(": ") {
        if group.tests.last().is_some_and(|test| test.steps.is_empty()) {
            return Err("the test before has no step".to_string());
        }
        group.tests.push(AdmitTest::new(flags.split(", ").collect(), comment));
        return Ok(());
    }
    if !group.tests.is_empty() {
        return Err(format!("`{first}` stands behind a test, or a test has no `FLAGS: `"));
    }
    settings(group, first, rest)
}

/// Every group has a test, and every test has a step.
fn complete(groups: &[AdmitGroup]) -> Result<(), String> {
    match groups.last().map(|group| group.tests.last()) {
        Some(None) => Err("the group before has no test".to_string()),
        Some(Some(test)) if test.steps.is_empty() => Err("the test before has no step".to_string()),
        _ => Ok(()),
    }
}

/// `nonce NAME "TEXT"` or `nonce NAME HEX`.
fn named(nonces: &mut Nonces, line: &'static str) -> Result<(), String> {
    let rest = line.split_once(' ').map_or("", |(_, rest)| rest);
    let (name, value) = rest.split_once(' ').ok_or("not `nonce NAME VALUE`")?;
    let value = value.trim();
    let bytes = match value.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        Some(text) => text.as_bytes().to_vec(),
        None if value.len().is_multiple_of(2) && value.bytes().all(|b| b.is_ascii_hexdigit()) => {
            unhex(value)
        }
        None => return Err(format!("`{value}` is neither a text in quotes nor hex")),
    };
    match nonces.insert(name, bytes) {
        None => Ok(()),
        Some(_) => Err(format!("two nonces are named `{name}`")),
    }
}

/// The settings of one line, with the names of the vectors.
fn settings(group: &mut AdmitGroup, about: &str, words: &[&'static str]) -> Result<(), String> {
    let mut words = words.iter();
    if about == "lane" {
        let name = *words.next().ok_or("a lane has no name")?;
        // The lane of a group that names no lane.
        group.lanes.retain(|lane| !lane.name.is_empty());
        if group.lanes.iter().any(|lane| lane.name == name) {
            return Err(format!("two lanes are named `{name}`"));
        }
        group.lanes.push(Lane::new(name));
    }
    for word in words {
        let (name, value) = word.split_once('=').ok_or_else(|| format!("`{word}` has no `=`"))?;
        setting(group, about, name, value)?;
    }
    Ok(())
}

fn setting(
    group: &mut AdmitGroup,
    about: &str,
    name: &str,
    value: &'static str,
) -> Result<(), String> {
    let list = || value.split(',').collect();
    let (policy, store) = (&mut group.policy, &mut group.store);
    match (about, name, group.lanes.last_mut(), group.trust.first_mut()) {
        ("trust", "uses", _, Some(entry)) => entry.uses = list(),
        ("trust", "issuer", ..) => {
            let entry = Trusted::new(key_of(value)?).edit(|key| key.issuer = value);
            group.trust.push(entry);
        }
        ("policy", "acting", ..) => policy.acting = value,
        ("policy", "challenge", ..) => policy.challenge = value,
        ("policy", "forms", ..) => policy.forms = list(),
        ("policy", "window", ..) => policy.window = number(value)?,
        ("policy", "skew", ..) => policy.skew = number(value)?,
        ("policy", "revocation", ..) => {
            let (max_age, grace) = value.split_once(',').ok_or("not revocation=AGE,GRACE")?;
            let (max_age, grace) = (number(max_age)?, number(grace)?);
            policy.revocation = RevocationPolicy::Required { max_age, grace };
        }
        ("trustList", "expires", ..) => {
            group.trust_list = Some(trust_list(&group.trust, time(value)?));
        }
        // Eight entries of one bit, all valid.
        ("statusList", "uri", ..) => group.status_lists.push(held(&status_list(value, 1, &[0]))),
        ("store", "capacity", ..) => store.capacity = number(value)?,
        ("store", "largestWindow", ..) => store.largest_window = number(value)?,
        ("store", "largestSkew", ..) => store.largest_skew = number(value)?,
        ("store", "clockDifference", ..) => store.clock_difference = number(value)?,
        ("store", "longestCoolDown", ..) => store.longest_cool_down = number(value)?,
        ("store", "oldMaster", ..) => store.old_master = number(value)?,
        ("store", "lostAt", ..) => store.lost_at = Some(time(value)?),
        ("lane", "gate", Some(lane), _) => lane.gate = value,
        ("lane", "lane", Some(lane), _) => lane.lane = value,
        ("lane", "zone", Some(lane), _) => lane.zone = value,
        ("lane", "passage", Some(lane), _) => lane.passage = value,
        ("lane", "debounce", Some(lane), _) => lane.debounce = number(value)?,
        ("lane", "coolDown", Some(lane), _) if value == "none" => {
            lane.cool_down = CoolDown::Named(value);
        }
        ("lane", "coolDown", Some(lane), _) => lane.cool_down = CoolDown::Seconds(number(value)?),
        ("lane", "storeFailure", Some(lane), _) => lane.store_failure = value,
        ("lane", "floor", Some(lane), _) => lane.floor = Some(time(value)?),
        ("lane", "lastAdmission", Some(lane), _) => lane.last_admission = Some(time(value)?),
        _ => return Err(format!("no setting is named `{about} {name}=`")),
    }
    Ok(())
}

/// The line. If a word ends in `A..B`, one line for each number from A to B.
fn repeated(line: &str) -> Result<Vec<String>, String> {
    let Some(word) = line.split_whitespace().find(|word| word.contains("..")) else {
        return Ok(vec![line.to_string()]);
    };
    let range = word.split_once("..").and_then(|(begin, last)| {
        let prefix = begin.trim_end_matches(|c: char| c.is_ascii_digit());
        let first: u32 = begin.strip_prefix(prefix)?.parse().ok()?;
        Some((prefix, first..=last.parse().ok()?))
    });
    let (prefix, numbers) = range.ok_or_else(|| format!("`{word}` does not end in A..B"))?;
    Ok(numbers.map(|number| line.replacen(word, &format!("{prefix}{number}"), 1)).collect())
}

/// `TIME [LANE] [store-away] WHAT NAME=VALUE... OUTCOME`.
fn step(group: &AdmitGroup, nonces: &Nonces, words: &[&str]) -> Result<Step, String> {
    let [at, words @ ..] = words else { return Err("a step without words".to_string()) };
    let now = time(at)?;
    let (mut lane, mut store_unreachable, mut words) = (0, false, words);
    while let [mark, rest @ ..] = words
        && let Some(mark) = mark.strip_prefix('[').and_then(|mark| mark.strip_suffix(']'))
    {
        words = rest;
        if mark == "store-away" {
            store_unreachable = true;
            continue;
        }
        let found = group.lanes.iter().position(|lane| lane.name == mark);
        lane = found.ok_or_else(|| format!("no lane is named `{mark}`"))?;
    }
    if let ["ask", name, pairs @ .., outcome] = words {
        return ask(&nonce(nonces, name)?, pairs, outcome, (lane, now));
    }
    let [what, words @ ..] = words else { return Err("nothing is shown".to_string()) };
    let changes = words.iter().take_while(|word| word.contains('=')).count();
    let (changes, outcome) = words.split_at(changes);
    let shown = shown(what, changes, nonces)?;
    let mut show = Show {
        show: shown.text,
        lane,
        now,
        store_unreachable,
        result: "invalid",
        code: None,
        stage: None,
        subject: None,
        cautions: None,
    };
    match outcome {
        ["admitted", cautions @ ..] => {
            show.result = "valid";
            show.subject = Some(shown.subject);
            // Every admission of a group without lists has this caution.
            let looked_up = matches!(group.policy.revocation, RevocationPolicy::Required { .. });
            let first = (!looked_up).then_some("revocation-not-checked");
            let all = first.into_iter().chain(cautions.iter().copied()).map(caution);
            show.cautions = Some(all.collect::<Result<_, _>>()?);
        }
        [word] => {
            let code = RejectionCode::ALL.iter().find(|code| code.as_str() == *word);
            let code = code.ok_or_else(|| format!("`{word}` is no outcome"))?;
            (show.code, show.stage) = (Some(code.as_str()), Some(code.stage().name()));
        }
        _ => return Err("not one outcome: `admitted` with its cautions, or a code".to_string()),
    }
    Ok(Step::Show(Box::new(show)))
}

/// `ask NONCE until=TIME [gate=GATE] OUTCOME`.
fn ask(
    nonce: &[u8],
    pairs: &[&str],
    outcome: &str,
    (lane, now): (usize, u64),
) -> Result<Step, String> {
    let (mut expires, mut gate) = (None, GATE.to_string());
    for word in pairs {
        match pair(word)? {
            ("until", value) => expires = Some(time(value)?),
            ("gate", value) => gate = value.to_string(),
            (name, _) => return Err(format!("a question has no `{name}`")),
        }
    }
    let result = match outcome {
        "opened" => "valid",
        "refused" => "invalid",
        _ => return Err(format!("`{outcome}` is neither `opened` nor `refused`")),
    };
    let expires = expires.ok_or("a question needs until=")?;
    Ok(Step::Ask(Ask { ask: Question { gate, nonce: hex(nonce), expires }, lane, now, result }))
}

fn caution(name: &str) -> Result<&'static str, String> {
    let known = GateCaution::ALL.iter().find(|caution| caution.code() == name);
    known.map(|caution| caution.code()).ok_or_else(|| format!("`{name}` is no caution"))
}

#[cfg(test)]
mod tests {
    use super::read;

    /// The error for a file with six good lines followed by these lines.
    fn refused(lines: &'static str) -> (usize, String) {
        let begin =
            "nonce n \"sixteen bytes ok\"\n\n== a group\nlane in zone=yard\n\nUsed: a test\n";
        read(format!("{begin}{lines}").leak()).map(|groups| groups.len()).unwrap_err()
    }

    #[test]
    fn a_good_file_is_read() {
        let text = concat!(
            "# A file.\n== one\nlane a\nlane b passage=leave\n\n",
            "Used, Edge: in\n  0  code@-4  admitted\n+0\n",
        );
        let (line, what) = read(text).map(|groups| groups.len()).unwrap_err();
        assert_eq!(line, 8);
        assert_eq!(what, "`+0` stands behind a test, or a test has no `FLAGS: `");
        let groups = read(text.trim_end_matches("+0\n")).unwrap();
        assert_eq!(groups[0].lanes.len(), 2);
        assert_eq!(groups[0].tests[0].steps.len(), 1);
    }

    #[test]
    fn a_range_is_a_step_for_each_number() {
        let groups = read("== one\nClock: five\n  0  code@0 of=P-8..12  stale\n").unwrap();
        assert_eq!(groups[0].tests[0].steps.len(), 5);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        for (lines, line, part) in [
            ("", 6, "the test before has no step"),
            ("  0 code@-4 admitted\n== empty\n", 8, "the group before has no test"),
            ("  0 code@-4 admited\n", 7, "`admited` is no outcome"),
            ("  0 code@-4\n", 7, "not one outcome"),
            ("  0 code@-4 stale superseded\n", 7, "not one outcome"),
            ("  0 code@-4 admitted tired\n", 7, "`tired` is no caution"),
            ("  0 code@-4 admitted\n  now code@-4 stale\n", 8, "`now` is no time"),
            ("  0 [out] code@-4 admitted\n", 7, "no lane is named `out`"),
            ("  0 code@-4 to=n stale\n", 7, "`to` cannot be changed in a code"),
            ("  0 code stale\n", 7, "a slip has no time"),
            ("  0 coed@-4 stale\n", 7, "`coed` is no form"),
            ("  0 code@-4 of=P-a..3 stale\n", 7, "`of=P-a..3` does not end in A..B"),
            ("  0 answer@-4 admitted\n", 7, "an answer needs to="),
            ("  0 ask m until=+10 opened\n", 7, "no nonce is named `m`"),
            ("  0 ask n opened\n", 7, "a question needs until="),
            ("  0 ask n until=+10 admitted\n", 7, "`admitted` is neither"),
            ("  0 code@-4 stale\nlane out\n", 8, "`lane` stands behind a test"),
            (
                "  0 code@-4 stale\n== two\npolicy windw=3\n",
                9,
                "no setting is named `policy windw=`",
            ),
            ("  0 code@-4 stale\n== two\nlane a\nlane a\n", 10, "two lanes are named `a`"),
        ] {
            let (at, what) = refused(lines);
            assert_eq!(at, line, "{lines}: {what}");
            assert!(what.contains(part), "{lines}: {what}");
        }
    }
}
