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

    // Lists that soon are of no use.
    trust_list(name) => "trust list {name}";
    status_list(name) => "status list {name}";
    list_ageing(list, age, left, why) =>
        "{list} is {age} old, too old in {left}{why}",
        "see that a newer list is published and that this gate gets the list";
    list_too_old(list, at, why) =>
        "{list} is too old since {at}{why}",
        "publish a newer list, and see that this gate gets the list";
    list_expiring(list, left, at, why) =>
        "{list} ends in {left}, at {at}{why}",
        "see that a newer list is published and that this gate gets the list";
    list_expired(list, at, why) =>
        "{list} ended at {at}{why}",
        "publish a newer list, and see that this gate gets the list";
    not_fetched_since(url, since, reason) => "{url} is not fetched since {since}: {reason}";

    // How the gate is.
    health_in_order(place, since, version) =>
        "{place}: in order, runs since {since} (livepermit {version})";
    health_out_of_order(place, since, version) =>
        "{place}: OUT OF ORDER, runs since {since} (livepermit {version})";
    health_ended(place, at) => "{place}: ended at {at}";
    health_warning(text) => "warning: {text}";
    health_clock(clock) => "clock: {clock}";
    health_clock_ahead(clock, span) => "clock: {clock}, {span} ahead of several phones";
    health_clock_behind(clock, span) => "clock: {clock}, {span} behind several phones";
    health_list(list, age, ends) => "{list}: made {age} ago, {ends}";
    health_too_old_in(span) => "too old in {span}";
    health_too_old(span) => "too old for {span}";
    health_ends_in(span) => "ends in {span}";
    health_ended_ago(span) => "ended {span} ago";
    health_fetched(url, ago, next) => "{url}: fetched {ago} ago, asked again in {next}";
    health_not_fetched(url, since, reason, next) =>
        "{url}: not fetched since {since}: {reason}; asked again in {next}";
    health_not_fetched_yet(url) => "{url}: asked now";
    health_store() => "memory of used codes: in order";
    health_no_answer() => "last scan: none since the start";
    health_last(ago, light, code, answers) =>
        "last scan: {ago} ago, {light} {code}; {answers} since the start";
    health_frames(second, total) => "camera: {second} frames a second, {total} since the start";
    health_queue(lines) => "{lines} line(s) wait for an answer";
    metrics_beyond_this_machine(address) =>
        "--metrics {address} is not on this machine alone",
        "name a loopback address, as in --metrics 127.0.0.1:9464, and let a proxy of your own \
         publish it; or add --dangerous-metrics-anywhere";
    metrics_not_served(address, error) =>
        "no metrics can be served at {address}: {error}",
        "name a free port with --metrics";

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
    frame_lost(number, error) => "frame {number}: {error}";
    line_without_time() =>
        "a line has no time",
        "with --dangerous-timed-lines a line is @TIME, a space and the code";
    line_with_wrong_time(error) =>
        "{error}",
        "with --dangerous-timed-lines a line is @TIME, a space and the code";
}
