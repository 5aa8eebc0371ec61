//! Where a line ends that comes in several pieces.

use super::find::{self, Extent};
use super::{layout, undo};

/// What the text so far says about its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ending {
    /// The text is a whole token, or cannot become a token: a pause ends the line.
    AtPause,
    /// The text can be the beginning of a token: more may come after a pause. Wait for more, but
    /// not for ever.
    MayGoOn,
    /// The text is the beginning of a token: not even a line end is its end, because no token has a
    /// line end in it. Wait for more, but not for ever.
    GoesOn,
}

/// A shorter text is too short to tell what it begins.
const TOO_SHORT: usize = 8;

/// Says whether a line may go on after this text. A slow scanner pauses in the middle of a code,
/// and some scanners cut a long code into lines.
#[must_use]
pub fn ending(text: &str) -> Ending {
    let trimmed = undo::trim(text);
    if trimmed.chars().count() < TOO_SHORT {
        return Ending::MayGoOn;
    }
    let mut may_go_on = false;
    for form in undo::forms(text) {
        for (form, is_certain) in [(Some(form.clone()), true), (undo::cases(&form).pop(), false)] {
            let Some(form) = form else { continue };
            match find::last_extent(&form) {
                Some(Extent::Whole(_)) => return Ending::AtPause,
                Some(Extent::Short) if is_certain => return Ending::GoesOn,
                Some(_) => may_go_on = true,
                None => {}
            }
        }
    }
    if may_go_on || layout::begins(text) { Ending::MayGoOn } else { Ending::AtPause }
}
