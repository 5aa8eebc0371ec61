//! What a gate that runs says: to visitors, to who stands beside, and to its operator.

use crate::shared::table::texts;

texts! { "gate.run":
    // The lights.
    green() => "GREEN";
    yellow() => "YELLOW";
    red() => "RED";
    out_of_order() => "OUT OF ORDER";
    neutral() => "SEEN ALREADY";

    // What to do. A rejection brings its own instruction.
    let_in() => "Let in.";
    let_in_and(cautions) => "Let in. {cautions}";
    show_your_code() => "Show your code";
    hold_still() => "Hold still";

    // Details of a code that was accepted.
    permit(form, class, permit) => "{form} of {class}, permit {permit}";
    shown_by(who, role, subject) => "shown by {who} as {role} of {subject}";
    person(name) => "name {name}";
    check_number(number) => "check number {number}";

    // Details of a code that was refused.
    phone_ahead(span) => "this phone's clock is {span} ahead of the gate's";
    stale(span) => "it was live until {span} ago";
    forgotten(until, from) =>
        "live until {until}, and this gate remembers used codes only from {from}";
    phones_agree(theirs, ours) => "phones agree that it is {theirs}, the gate has {ours}";
    free_in(span) => "free again in {span}";
    ago(span) => "{span} ago";
    beyond_limit(found, limit) => "{found}, limit {limit}";
    clock_ahead(span) => "this gate's clock is {span} ahead of several phones";
    clock_behind(span) => "this gate's clock is {span} behind several phones";

    // A hand scanner that is set up wrong.
    layout_cause(layout) =>
        "The scanner types for an American keyboard, and this computer takes it for a {layout} \
         one.";
    layout_instruction(layout) =>
        "Gate out of order: set the scanner to a {layout} keyboard, or this computer to an \
         American one (US); best, set the scanner to act as a serial device (USB-COM).";
    case_cause() => "The letters of the code arrived with their case changed.";
    case_instruction() =>
        "Gate out of order: switch Caps Lock off, and set the scanner to leave upper and lower \
         case as they are.";

    // The start, and what goes on.
    place(gate, lane, zone) => "{gate}, lane {lane}, into {zone}";
    waiting(place) => "{place}: waiting for codes; end with Ctrl-C";
    full_screen_needs_terminal() =>
        "--full-screen needs a terminal: the answers must not go to a pipe or be JSON",
        "leave out --full-screen, or --json and the pipe behind the gate";
    terminal_gone(error) =>
        "the terminal is gone: {error}",
        "start the gate in another one";
    nobody_reads(error) =>
        "the answers cannot be written any more: {error}",
        "start the gate again, and the program that reads its answers; a code answered now is used";
    list_loaded(file) => "{file} is loaded";
    cannot_write_log(path, error) =>
        "cannot write the log {path}: {error}",
        "name a file that you may write to with --log";
    log_not_written(path, error) => "the log {path} cannot be written: {error}; free some space";
    device_unusable(path, error) =>
        "cannot set up the serial device {path}: {error}",
        "check its permissions";
    scanner_gone(error) =>
        "the scanner is gone: {error}",
        "plug it in and start the gate again; nothing that was used is forgotten";
    no_frame() =>
        "no frame came",
        "pipe the camera in, as in: ffmpeg -f v4l2 -i /dev/video0 -f rawvideo -pix_fmt gray -s \
         1280x720 - | livepermit gate ...";
    frame_lost(number, error) => "frame {number}: {error}";
    line_without_time() =>
        "a line has no time",
        "with --dangerous-timed-lines a line is @TIME, a space and the code";
    line_with_wrong_time(error) =>
        "{error}",
        "with --dangerous-timed-lines a line is @TIME, a space and the code";
}
