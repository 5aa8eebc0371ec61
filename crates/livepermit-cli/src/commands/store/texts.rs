//! What `store` says to people.

use crate::shared::table::texts;

texts! { "store":
    in_order() => "in order: codes and slips are accepted";
    waits(until, span) => "out of order until {until}, in {span}: nobody enters";
    waits_for_operator() => "out of order until you say go-on: nobody enters";
    loss(reason) => "last loss: {reason}";
    limits(window, skew, difference, cool_down) =>
        "limits: window {window}, skew {skew}, clocks {difference} apart, cool-down {cool_down}";
    caution(code, text) => "caution {code}: {text}";
}
