//! What `challenge` says to people.

use crate::shared::table::texts;

texts! { "challenge":
    say_digits(digits) => "say: {digits}";
    open_until(time) => "it can be answered until {time}";
    how_to_check() =>
        "check the answer with `livepermit verify --challenge`, with this text, and make a new \
         question for the next visitor";
    print_name() => "print it; with `verify --audience own` codes made for other gates are refused";
    lifetime_refused(lifetime) =>
        "a question that lives {lifetime} s is not accepted",
        "give --lifetime at least one second, and spoken digits at most 30: they can be guessed";
}
