// Groups of type Admit.
#include "setup.h"

static lp_store *store_of(const json_t *of)
{
  lp_error error = { 0 };
  lp_retention retention = { number(of, "largestWindow"), number(of, "largestSkew"),
                             number(of, "clockDifference"), number(of, "longestCoolDown"),
                             maybe_number(of, "oldMaster") };
  lp_store *store = NULL;
  lp_optional lost = maybe_number(of, "lostAt");
  int64_t capacity = number(of, "capacity");
  if (lost.is_present) {
    MUST(lp_store_in_memory(capacity, retention, lost.value, &store, &error));
  } else {
    MUST(lp_store_in_memory_for_the_first_time(capacity, retention, &store, &error));
  }
  return store;
}

static lp_gate *gate_of(const json_t *lane, const json_t *policy, const setup *with,
                        const lp_store *store)
{
  lp_error error = { 0 };
  lp_policy of = rules(policy, lp_field(lane, "gate"));
  lp_gate_settings settings = { 0 };
  MUST(lp_gate_settings_default(&of, &settings, &error));
  settings.lane = lp_field(lane, "lane");
  settings.zone = lp_field(lane, "zone");
  settings.passage = is(lane, "passage", "leave") ? LP_PASSAGE_LEAVE : LP_PASSAGE_ENTER;
  settings.debounce = number(lane, "debounce");
  const json_t *cool_down = maybe(lane, "coolDown");
  if (json_is_integer(cool_down)) {
    settings.cool_down = LP_COOL_DOWN_SECONDS;
    settings.cool_down_seconds = json_integer_value(cool_down);
  } else if (is(lane, "coolDown", "none")) {
    settings.cool_down = LP_COOL_DOWN_DANGEROUS_NONE;
  }
  settings.store_failure = is(lane, "storeFailure", "admit") ? LP_STORE_FAILURE_DANGEROUS_ADMIT
                                                             : LP_STORE_FAILURE_REFUSE;
  settings.clock_jump = number(lane, "clockJump");
  lp_clock_state clock = { maybe_number(lane, "floor").value, maybe_number(lane, "lastAdmission") };
  settings.clock = &clock;
  settings.short_retention = true;
  lp_gate *gate = NULL;
  MUST(lp_gate_new(&settings, with->trust, (const lp_status_list *const *)with->lists,
                   with->list_count, store, &gate, &error));
  return gate;
}

static void in_halves(const lp_gate *gate, const lp_store *store, lp_text code, int64_t now,
                      bool is_away, lp_admission *admission)
{
  lp_error error = { 0 };
  lp_pending *pending = NULL;
  lp_attempt attempt = { 0 };
  lp_rejection *stopped = keep(sizeof(lp_rejection));
  MUST(lp_gate_begin(gate, code, now, &pending, &attempt, stopped, room(), &error));
  if (!pending) {
    admission->kind = LP_REFUSED;
    admission->rejection = stopped;
    return;
  }
  lp_store_answer answer = { LP_ANSWER_NONE, 0, lp_str("away") };
  if (!is_away) {
    MUST(lp_store_admit(store, &attempt, &answer, room(), &error));
  }
  MUST(lp_gate_finish(gate, pending, &answer, now, admission, room(), &error));
  // A second time it is finished before.
  lp_admission again = { 0 };
  if (lp_gate_finish(gate, pending, &answer, now, &again, room(), &error) != LP_FAILED) {
    fail("a code was finished twice");
  }
  same_text("the second time", error.code, "finished-before");
  lp_pending_free(pending);
}

static void run_step(const lp_gate *gate, const lp_store *store, const json_t *step)
{
  lp_error error = { 0 };
  int64_t now = number(step, "now");
  const json_t *asked = maybe(step, "ask");
  if (asked) {
    lp_challenge question = challenge(asked);
    bool is_open = lp_gate_open_challenge(gate, &question, now, &error) == LP_OK;
    if (is_open != is_valid(step)) {
      fail("the challenge: %s", error.code);
    }
    return;
  }
  lp_text code = lp_field(step, "show");
  bool is_away = json_is_true(maybe(step, "storeUnreachable"));
  lp_admission admission = { 0 };
  // Both ways must give the same, so steps go by turns.
  if (is_away || code.length % 2 == 0) {
    in_halves(gate, store, code, now, is_away, &admission);
  } else {
    MUST(lp_gate_admit(gate, code, now, &admission, room(), &error));
  }
  if (admission.kind == LP_ACCEPTED && is_valid(step)) {
    same_text("subject", admission.verified->subject.data, text(step, "subject"));
    json_t *cautions = json_array();
    for (size_t at = 0; at < admission.cautions.count; at++) {
      json_array_append_new(cautions, string(admission.cautions.items[at].code));
    }
    same_json("cautions", cautions, maybe(step, "cautions"));
  } else if (admission.kind == LP_REFUSED && !is_valid(step)) {
    refused(step, admission.rejection);
  } else if (!failure()) {
    fail("the admission is %u", admission.kind);
  }
}

void run_admit(const json_t *group, const json_t *test)
{
  setup with;
  set_up(group, &with);
  lp_store *store = store_of(field(group, "store"));
  const json_t *lanes = field(group, "lanes");
  size_t count = json_array_size(lanes), at;
  lp_gate **gates = keep(count * sizeof(lp_gate *));
  for (at = 0; at < count; at++) {
    gates[at] = gate_of(json_array_get(lanes, at), field(group, "policy"), &with, store);
  }
  json_t *step;
  json_array_foreach(field(test, "steps"), at, step)
  {
    run_step(gates[number(step, "lane")], store, step);
  }
  for (at = 0; at < count; at++) {
    lp_gate_free(gates[at]);
  }
  lp_store_free(store);
  tear_down(&with);
}
