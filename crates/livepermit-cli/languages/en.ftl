# What visitors, guards and paper are told, in English.
#
# Each message has a name, and values in braces that the program fills in. A translation keeps the
# names and the values, and may change their order. `livepermit language show` writes this table
# with the instructions for all codes; `livepermit language check FILE` tells what a translation
# lacks. The format is that of Project Fluent: https://projectfluent.org

## The lights.

gate-green = GREEN
gate-yellow = YELLOW
gate-red = RED
gate-out-of-order = OUT OF ORDER
gate-neutral = SEEN ALREADY

## What to do. Each rejection has its own instruction: rejection-….

gate-let-in = Let in.
gate-let-in-and = Let in. { $cautions }
gate-show-your-code = Show your code
gate-hold-still = Hold still

## Details of a code that was accepted.

gate-permit = { $form } of { $class }, permit { $permit }
gate-shown-by = shown by { $who } as { $role } of { $subject }
gate-person = name { $name }
gate-check-number = check number { $number }
form-pass = pass
form-presentation = presentation
form-slip = slip

## Details of a code that was refused.

gate-phone-ahead = this phone's clock is { $span } ahead of the gate's
gate-stale = it was live until { $span } ago
gate-warms-up = the gate warms up, because its memory of used codes is new: codes and slips are accepted from { $until }, in { $span }
gate-memory-lost = the memory of used codes was lost: codes and slips are accepted again from { $until }, in { $span }
gate-memory-lost-for-good = the memory of used codes was lost, and an old server may go on: an operator ends the wait with `livepermit store go-on`
gate-forgotten = made at { $made }, and this gate remembers used codes only from { $from }
gate-phones-agree = phones or the shared memory say that it is { $theirs }, the gate has { $ours }
gate-free-in = free again in { $span }
gate-ago = { $span } ago
gate-ended = it ended at { $until }, { $span } ago
gate-begins = it begins at { $from }, in { $span }
gate-beyond-limit = { $found }, limit { $limit }
gate-clock-ahead = this gate's clock is { $span } ahead of several phones
gate-clock-behind = this gate's clock is { $span } behind several phones

## What lasts.

gate-store-failed = the memory of used codes does not answer: { $reason }
gate-store-unusable = the memory of used codes cannot be used: { $reason }
gate-list-waits = { $name } is not in use: { $code }, tried again at { $again }
gate-place = { $gate }, lane { $lane }, into { $zone }

## A hand scanner that is set up wrong.

gate-layout-cause = The scanner types for an American keyboard, and this computer takes it for a { $layout } one.
gate-layout-instruction = Gate out of order: set the scanner to a { $layout } keyboard, or this computer to an American one (US); best, set the scanner to act as a serial device (USB-COM).

## The scanner, the camera and the clock, and questions to visitors.

gate-unknown-layout-cause = The scanner types for an American keyboard, and this computer has another keyboard layout.
gate-unknown-layout-instruction = Gate out of order: set this computer to an American keyboard (US), or the scanner to the keyboard of this computer; best, set the scanner to act as a serial device (USB-COM).
gate-several-codes-cause = The scanner typed two codes without an end of line between them.
gate-several-codes-instruction = Gate out of order: set the scanner to send CR at the end of each code, and scan one code after the other.
gate-cut-line-cause = The code ends in the middle: the scanner sent only a part of it.
gate-cut-line-instruction = Gate out of order: set the scanner to send codes of any length in one piece, with CR at the end and without delays between characters; then scan again.
gate-case-changed = the letters arrived with their case changed; if this stays, switch Caps Lock off, and set the scanner to leave upper and lower case as they are
gate-scanner-faulty = the last { $count } codes did not arrive as they are: { $cause }
gate-scanner-case-changed = the letters of { $count } codes in a row arrived with their case changed
gate-frames-wrong = the camera's frames cannot be right: { $reason }
gate-frames-missing = no whole frame comes from the camera: look whether it sends
gate-clock-unproven = the code says { $theirs }, this gate's clock { $ours }; no code was accepted since the start, so the gate's clock may be wrong: compare it
gate-let-in-before = a code of this permit was let in { $span } ago at { $gate }, lane { $lane }
gate-let-in-at = let in { $ago } at lane { $lane }
gate-memory-ahead = this gate remembers this permit from { $moment }, and that is still to come: the gate's clock is behind, or a clock was ahead when that code was used, as in a rehearsal
gate-type-digits = Type these digits into your app
gate-scan-question = Scan this code with your app, then show your code. { $span }
gate-window-too-small = This window is too small for the question: { $columns } columns and { $rows } rows are needed

## How the gate is.

gate-trust-list = trust list { $name }
gate-status-list = status list { $name }
gate-list-ageing = { $list } is { $age } old, too old in { $left }{ $why }
gate-list-too-old = { $list } is too old since { $at }{ $why }
gate-list-expiring = { $list } ends in { $left }, at { $at }{ $why }
gate-list-expired = { $list } ended at { $at }{ $why }
gate-not-fetched-since = { $url } is not fetched since { $since }: { $reason }
gate-store-caution = the memory of used codes: { $text }
gate-state-not-written = the state folder cannot be written: { $reason }
gate-log-not-written = the log cannot be written; lost lines: { $lost }
gate-health-in-order = { $place }: in order, runs since { $since } (livepermit { $version })
gate-health-out-of-order = { $place }: OUT OF ORDER, runs since { $since } (livepermit { $version })
gate-health-ended = { $place }: ended at { $at }
gate-health-warning = warning: { $text }
gate-health-clock = clock: { $clock }
gate-health-clock-ahead = clock: { $clock }, { $span } ahead of several phones
gate-health-clock-behind = clock: { $clock }, { $span } behind several phones
gate-health-list = { $list }: made { $age } ago, { $ends }
gate-health-too-old-in = too old in { $span }
gate-health-too-old = too old for { $span }
gate-health-ends-in = ends in { $span }
gate-health-ended-ago = ended { $span } ago
gate-health-fetched = { $url }: fetched { $ago } ago, asked again in { $next }
gate-health-not-fetched = { $url }: not fetched since { $since }: { $reason }; asked again in { $next }
gate-health-not-fetched-yet = { $url }: asked now
gate-health-store = memory of used codes: in order
gate-health-no-answer = last scan: none since the start
gate-health-last = last scan: { $ago } ago, { $light } { $code }; { $answers } since the start
gate-health-frames = camera: { $second } frames a second, { $total } since the start
gate-health-queue = { $lines } line(s) wait for an answer

## Spans of time and dates.

span-seconds = { $n } s
span-minutes = { $n } min
span-hours = { $n } h
span-day = { $n } day
span-days = { $n } days
span-years = about { $n } years
span-two = { $large } { $small }
date = { $year }-{ $month }-{ $day }
date-month = { $year }-{ $month }
date-time = { $date } { $time }

## The printed slip.

slip-title = Permit, printed
slip-name = Name
slip-born = Born
slip-permit = Permit
slip-class = Class
slip-issuer = Issued by
slip-valid-from = Valid from
slip-valid-until = Valid until before
slip-check-number = Check number
slip-seal = Place for the seal
slip-check-document = Printed: check the identity document.
slip-can-be-copied = This code can be copied. It counts only together with the identity document of the person named here, at gates that accept slips, and until it is withdrawn.
slip-printing = Before you print: actual size (100 %), black on white matt paper, 300 dots per inch or more. The code with its white border must be { $millimetres } mm wide. Keep it flat, with no fold through the code, and under no shiny film. This box is not printed.
