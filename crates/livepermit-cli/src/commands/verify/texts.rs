//! What `verify` says to people.

use crate::shared::table::texts;

texts! { "verify":
    question_refused(error) =>
        "{error}",
        "make the question with `livepermit challenge --gate` and this gate's name";
    clock_below_floor(now, floor) =>
        "clock-below-floor: it is {now}, and a list held is dated {floor}",
        "set this machine's clock: it was set back";
    name_asks_nothing() =>
        "this gate's code is a name and asks nothing",
        "leave out --challenge; with --audience own only codes made for this gate are accepted";
    not_a_gate_code(rejection) =>
        "this is not a gate's code: {rejection}",
        "give the text that `livepermit challenge` printed, LPC1: and all, in quotes";
}
