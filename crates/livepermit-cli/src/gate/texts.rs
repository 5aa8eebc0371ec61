//! What a gate that runs says to its operator. What visitors and guards are told is in `messages`.

use crate::shared::table::texts;

texts! { "gate.run":
    // Details of a code that was refused.
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
    frame_lost(number, error) => "frame {number}: {error}";
    line_without_time() =>
        "a line has no time",
        "with --dangerous-timed-lines a line is @TIME, a space and the code";
    line_with_wrong_time(error) =>
        "{error}",
        "with --dangerous-timed-lines a line is @TIME, a space and the code";
}
