//! What `demo` says to people.

use crate::shared::table::texts;

texts! { "demo":
    no_temporary_folder(error) =>
        "cannot make a temporary folder: {error}",
        "free some space, or point TMPDIR to another place";
    no_terminal_to_show() =>
        "there is no terminal to show a live code in, so the demo runs in simulated time (--once)";
    time_out_of_range() =>
        "the demo plays between 1970 and 2106",
        "give another --at, or none";
    defect(error) =>
        "the demo failed: {error}",
        "report it: this is a defect of livepermit";
    terminal_unusable(error) =>
        "cannot use this terminal: {error}",
        "run `livepermit demo --once`";

    // The steps in simulated time.
    phone_screenshot(name) => "{name} phone: a screenshot of its live code";
    phone_last_second(name) => "{name} phone: the same file in the last live second";
    phone_second_later(name) => "{name} phone: the same file a second later";
    phone_altered(name) => "{name} phone: another permit number written into it";
    phone_redated(name) => "{name} phone: today's date written on a stale code";
    phone_clock_ahead(name) => "{name} phone: its clock put an hour ahead";
    phone_credential(name) => "{name} phone: a copy of its credential, without its key";
    display_gives_way(count) => "display: code {count} when it gives way";
    display_comes(count) => "display: code {count} when it comes";
    pass_screenshot() => "pass: a screenshot of it";
    pass_last_second() => "pass: the same file in the last live second";
    pass_second_later() => "pass: the same file a second later";
    pass_at_slow_gate(seconds) => "pass: the same file at a gate whose clock is {seconds} s behind";
    pass_altered() => "pass: another permit number written into it";
    pass_ahead() => "pass: dated an hour ahead";
    stranger() => "a pass signed by a key nobody trusts";

    // Around the steps.
    simulated(start, pictures) => "Simulated time from {start}; {pictures}.";
    how_it_is_verified() => "Each code is drawn as a PNG, read back from the file and verified.";
    wrong_verdict(expected) => "WRONG: should be {expected}";
    all_right(verdicts) => "All {verdicts} verdicts are as they should be.";
    some_wrong(wrong, verdicts) => "{wrong} of {verdicts} verdicts are WRONG.";
    pictures_kept(folder) => "pictures in {folder} (kept)";
    pictures_removed(folder) => "pictures in {folder} (removed at the end; --keep keeps them)";

    // The live demo.
    window_too_small(columns, lines, width, height) =>
        "This window has {columns} x {lines} cells, the code needs {width} x {height}. Make the \
         window larger or its letters smaller, or look at the picture of the code, which is \
         written again with each code:";
    forger_comes() => "soon a forger comes: with another permit number written into the code";
    another_comes() => "soon another comes: with the phone's clock put an hour ahead";
    wait_for_stale() => "wait until the screenshot goes stale";
    that_is_all() => "That is all. The code stays live for as long as you look.";
    no_code(subject) => "{subject}: no code to show at the moment  q leaves";
    not_all_right() => "Some verdicts were not what they should have been.";
}
