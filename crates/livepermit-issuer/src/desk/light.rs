//! How a case stands to its deadline: a colour, a sign and words, for people who see no colours.

use super::seen::Standing;
use super::texts::Texts;
use crate::pages::filled;

/// A light.
pub(super) struct Light {
    pub(super) class: &'static str,
    pub(super) sign: char,
    pub(super) words: String,
}

/// The light of a case; `None` for one that is settled.
pub(super) fn light(d: &Texts, standing: &Standing) -> Option<Light> {
    let days = standing.days;
    let count = |one: &'static str, many: &'static str| match days {
        1 => one.to_owned(),
        _ => filled(many, days),
    };
    let (class, sign, words) = match standing.standing.as_str() {
        "settled" => return None,
        "calm" => ("calm", '●', count(d.light_left_one, d.light_left)),
        "soon" => ("soon", '◆', count(d.light_left_one, d.light_left)),
        "today" => ("today", '▲', d.light_today.to_owned()),
        "over" => ("over", '■', count(d.light_over_one, d.light_over)),
        _ => ("soon", '?', d.light_unknown.to_owned()),
    };
    Some(Light { class, sign, words })
}
