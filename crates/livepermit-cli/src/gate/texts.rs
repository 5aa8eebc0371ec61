//! What a gate that runs says to its operator. What visitors and guards are told is in `messages`.

use crate::shared::table::texts;

texts! { "gate.run":
    // Details of a code that was refused.
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
    store_unusable(reason, instruction) =>
        "the memory of used codes cannot be used: {reason}",
        "{instruction}";
    store_caution(text) =>
        "the memory of used codes: {text}",
        "the gate goes on; change the setting, or leave it and know what can be lost";
    scanner_faulty(count, cause) =>
        "the last {count} codes did not arrive as they are: {cause}",
        "the next code that arrives whole puts the gate in order again";
    scanner_case_changed(count) =>
        "the letters of {count} codes in a row arrived with their case changed",
        "switch Caps Lock off, and set the scanner to leave upper and lower case as they are";
    scanner_in_order() => "codes arrive whole again";

    // Questions.
    question_digits(digits, span) => "challenge {digits} (for {span}): Say these digits.";
    question_code(text, span) => "challenge {text} (for {span}): Show this as a QR code.";
    question_refused(error) =>
        "the gate cannot ask: {error}",
        "check the gate's clock, and leave out --challenge to go on without questions";
    list_soon(text) =>
        "{text}",
        "see that a newer list is published and that this gate gets the list";
    list_over(text) =>
        "{text}",
        "publish a newer list, and see that this gate gets the list";
    metrics_beyond_this_machine(address) =>
        "--metrics {address} is not on this machine alone",
        "name a loopback address, as in --metrics 127.0.0.1:9464, and let a proxy of your own \
         publish it; or add --dangerous-metrics-anywhere";
    metrics_not_served(address, error) =>
        "no metrics can be served at {address}: {error}",
        "name a free port with --metrics";


    // The start, and what goes on.
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
    list_fetched_again(url) => "{url} is fetched again";
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
    state_written_again() => "the state folder is written again";
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
