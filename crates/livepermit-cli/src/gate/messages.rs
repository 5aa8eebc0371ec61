//! What visitors and guards are told, in their language. The texts stand in `languages/`.

use crate::language::messages;

messages! { "gate":
    // The lights.
    green();
    yellow();
    red();
    out_of_order();
    neutral();

    // What to do.
    let_in();
    let_in_and(cautions);
    show_your_code();
    hold_still();

    // Details of a code that was accepted.
    permit(form, class, permit);
    shown_by(who, role, subject);
    person(name);
    check_number(number);

    // Details of a code that was refused.
    phone_ahead(span);
    stale(span);
    memory_lost(until, span);
    memory_lost_for_good();
    warms_up(until, span);
    forgotten(made, from);
    phones_agree(theirs, ours);
    free_in(span);
    ago(span);
    ended(until, span);
    begins(from, span);
    beyond_limit(found, limit);
    clock_ahead(span);
    clock_behind(span);

    // What lasts.
    store_failed(reason);
    store_unusable(reason);
    list_waits(name, code, again);
    place(gate, lane, zone);

    // A hand scanner that is set up wrong.
    layout_cause(layout);
    layout_instruction(layout);

    // The scanner, the camera and the clock, and questions to visitors.
    unknown_layout_cause();
    unknown_layout_instruction();
    several_codes_cause();
    several_codes_instruction();
    cut_line_cause();
    cut_line_instruction();
    case_changed();
    scanner_faulty(count, cause);
    scanner_case_changed(count);
    frames_wrong(reason);
    frames_missing();
    clock_unproven(theirs, ours);
    let_in_at(ago, lane);
    let_in_before(span, gate, lane);
    memory_ahead(moment);
    type_digits();
    scan_question(span);
    window_too_small(columns, rows);

    // How the gate is.
    trust_list(name);
    status_list(name);
    list_ageing(list, age, left, why);
    list_too_old(list, at, why);
    list_expiring(list, left, at, why);
    list_expired(list, at, why);
    not_fetched_since(url, since, reason);
    store_caution(text);
    state_not_written(reason);
    log_not_written(lost);
    health_in_order(place, since, version);
    health_out_of_order(place, since, version);
    health_ended(place, at);
    health_warning(text);
    health_clock(clock);
    health_clock_ahead(clock, span);
    health_clock_behind(clock, span);
    health_list(list, age, ends);
    health_too_old_in(span);
    health_too_old(span);
    health_ends_in(span);
    health_ended_ago(span);
    health_fetched(url, ago, next);
    health_not_fetched(url, since, reason, next);
    health_not_fetched_yet(url);
    health_store();
    health_no_answer();
    health_last(ago, light, code, answers);
    health_frames(second, total);
    health_queue(lines);
}
