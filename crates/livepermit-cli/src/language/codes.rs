//! The instruction of each code. The library has them in English; the tables of other languages
//! have them under the names `rejection-…` and `caution-…`.

use livepermit::RejectionCode;
use livepermit::verify::Caution;
use livepermit_gate::GateCaution;

use super::Language;

/// What the person at the gate should do about a rejection.
pub(crate) fn instruction(language: &Language, code: RejectionCode) -> String {
    let name = format!("rejection-{}", code.as_str());
    language.find(&name, &[]).unwrap_or_else(|| code.instruction().to_owned())
}

/// What the person at the gate should do about a caution.
pub(crate) fn caution(language: &Language, caution: GateCaution) -> String {
    let name = format!("caution-{}", caution.code());
    language.find(&name, &[]).unwrap_or_else(|| caution.instruction().to_owned())
}

/// The English instructions, as (title, (name, text)).
pub(crate) fn english() -> Vec<(&'static str, Vec<(String, &'static str)>)> {
    let rejections = RejectionCode::ALL
        .iter()
        .map(|code| (format!("rejection-{}", code.as_str()), code.instruction()));
    let own = [GateCaution::ReplayNotChecked, GateCaution::ClockJumped];
    let cautions = Caution::ALL
        .into_iter()
        .map(GateCaution::Verified)
        .chain(own)
        .map(|caution| (format!("caution-{}", caution.code()), caution.instruction()));
    vec![
        ("What to do about each rejection.", rejections.collect()),
        ("What to do beside letting in.", cautions.collect()),
    ]
}
