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
    memory_lost(until, span) =>
        "the memory of used codes was lost: codes and slips are accepted again from {until}, in \
         {span}";
    warms_up(until, span) =>
        "the gate warms up, because its memory of used codes is new: codes and slips are accepted \
         from {until}, in {span}";
    store_new(until, command) =>
        "the memory of used codes is new: the gate warms up, and nobody enters before {until}",
        "if you know that no code was used before, as in a new zone, go on at once with {command}";
    store_lost(reason, until, command) =>
        "the memory of used codes was lost: {reason}",
        "nobody enters before {until}; if you know that nothing is to be remembered, go on with \
         {command}";
    store_lost_for_good(reason, command) =>
        "the memory of used codes was lost: {reason}",
        "nobody enters until you end the wait with {command}";
    reason_unknown() => "another gate noticed the loss";
    store_remembers() => "the memory of used codes is in order again";
    store_failed(reason) =>
        "the memory of used codes does not answer: {reason}",
        "the gate is out of order until the memory answers";
    store_caution(text) =>
        "the memory of used codes: {text}",
        "the gate goes on; change the setting, or leave it and know what can be lost";
    memory_lost_for_good() =>
        "the memory of used codes was lost, and an old server may go on: an operator ends the \
         wait with `livepermit store go-on`";
    forgotten(made, from) =>
        "made at {made}, and this gate remembers used codes only from {from}";
    phones_agree(theirs, ours) => "phones agree that it is {theirs}, the gate has {ours}";
    free_in(span) => "free again in {span}";
    ago(span) => "{span} ago";
    beyond_limit(found, limit) => "{found}, limit {limit}";
    clock_ahead(span) => "this gate's clock is {span} ahead of several phones";
    clock_behind(span) => "this gate's clock is {span} behind several phones";

    list_waits(name, code, again) =>
        "{name} is not in use: {code}, tried again at {again}";

    // A hand scanner that is set up wrong.
    layout_cause(layout) =>
        "The scanner types for an American keyboard, and this computer takes it for a {layout} \
         one.";
    layout_instruction(layout) =>
        "Gate out of order: set the scanner to a {layout} keyboard, or this computer to an \
         American one (US); best, set the scanner to act as a serial device (USB-COM).";
    unknown_layout_cause() =>
        "The scanner types for an American keyboard, and this computer has another keyboard layout.";
    unknown_layout_instruction() =>
        "Gate out of order: set this computer to an American keyboard (US), or the scanner to the \
         keyboard of this computer; best, set the scanner to act as a serial device (USB-COM).";
    several_codes_cause() => "The scanner typed two codes without an end of line between them.";
    several_codes_instruction() =>
        "Gate out of order: set the scanner to send CR at the end of each code, and scan one code \
         after the other.";
    cut_line_cause() => "The code ends in the middle: the scanner sent only a part of it.";
    cut_line_instruction() =>
        "Gate out of order: set the scanner to send codes of any length in one piece, with CR at \
         the end and without delays between characters; then scan again.";
    case_changed() =>
        "the letters arrived with their case changed; if this stays, switch Caps Lock off, and set \
         the scanner to leave upper and lower case as they are";
    scanner_faulty(count, cause) =>
        "the last {count} codes did not arrive as they are: {cause}",
        "the next code that arrives whole puts the gate in order again";
    scanner_case_changed(count) =>
        "the letters of {count} codes in a row arrived with their case changed",
        "switch Caps Lock off, and set the scanner to leave upper and lower case as they are";
    scanner_in_order() => "codes arrive whole again";
    clock_unproven(theirs, ours) =>
        "the code says {theirs}, this gate's clock {ours}; no code was accepted since the start, so \
         the gate's clock may be wrong: compare it";
    let_in_at(ago, lane) => "let in {ago} at lane {lane}";
    let_in_before(span, gate, lane) => "a code of this permit was let in {span} ago at {gate}, lane {lane}";
    memory_ahead(moment) =>
        "this gate remembers this permit from {moment}, and that is still to come: the gate's clock \
         is behind, or a clock was ahead when that code was used, as in a rehearsal";
    memory_ahead_instruction() =>
        "Gate out of order for this permit: check the gate's clock. If the clock is right, start \
         the gate with a new --state folder, or let the holder in by hand until that time.";

    // Questions.
    type_digits() => "Type these digits into your app";
    scan_question(span) => "Scan this code with your app, then show your code. {span}";
    window_too_small(columns, rows) =>
        "This window is too small for the question: {columns} columns and {rows} rows are needed";
    question_digits(digits, span) => "challenge {digits} (for {span}): Say these digits.";
    question_code(text, span) => "challenge {text} (for {span}): Show this as a QR code.";
    question_refused(error) =>
        "the gate cannot ask: {error}",
        "check the gate's clock, and leave out --challenge to go on without questions";

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
    log_not_bounded(path) =>
        "--log-max bounds a file, and {path} is a device or a pipe",
        "name a file with --log, or leave out --log-max";
    log_readable(path) =>
        "every user of this machine can read the log {path}, or write in it; chmod 600 {path}";
    log_not_written(path, error) =>
        "the log {path} cannot be written: {error}; the gate goes on without it, free some space";
    log_written_again(path, lost) => "the log {path} is written again; {lost} line(s) are missing";
    log_not_reopened(path, error) =>
        "the log {path} cannot be opened again: {error}; the gate goes on with the file that it \
         has open";
    log_not_renamed(path, error) =>
        "the log {path} cannot be renamed: {error}; it grows beyond --log-max until it can";
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
    rows_do_not_fit(size, row, best) =>
        "the frames cannot be {size}: rows of {row} bytes do not fit each other, and rows of {best} \
         bytes do",
        "give the size and the pixel format that the camera sends, with --frames and --pix-fmt: \
         gray has one byte a pixel, yuyv422 two, rgb24 three, rgba four";
    frames_do_not_follow(size) =>
        "the frames cannot be {size}: each frame shows something else than the frame before",
        "give the size and the pixel format that the camera sends, with --frames and --pix-fmt; \
         ffmpeg says both when it starts";
    no_whole_frame() =>
        "no whole frame came for two seconds",
        "look whether the camera sends, and whether --frames and --pix-fmt are what it sends";
    frames_fit() => "the frames are right again";
    seen(frames, codes) => "{frames} frame(s) came, and {codes} code(s) were answered";
    frame_lost(number, error) => "frame {number}: {error}";
    line_without_time() =>
        "a line has no time",
        "with --dangerous-timed-lines a line is @TIME, a space and the code";
    line_with_wrong_time(error) =>
        "{error}",
        "with --dangerous-timed-lines a line is @TIME, a space and the code";
}
