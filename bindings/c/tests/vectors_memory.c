// Groups of type Memory: a store and its gates, kept by the test, as the vectors write them.
#include "setup.h"

typedef struct run {
  lp_retention retention;
  lp_store_clock clock;
  json_t *stores; // by name: incarnation, state, records by permit
  json_t *gates;  // by name: witness
  json_t *late;   // by label: answers on their way
} run;

// From JSON to values of the library.

static lp_sighting sighting(const json_t *held)
{
  lp_sighting out = { number(held, "at"), lp_field(held, "gate"), lp_field(held, "lane") };
  return out;
}

static const lp_record *record(const json_t *held)
{
  if (!held) {
    return NULL;
  }
  lp_record *out = keep(sizeof(lp_record));
  const json_t *newest = maybe(held, "newest");
  if (newest) {
    lp_newest *of = keep(sizeof(lp_newest));
    of->moment = number(newest, "moment");
    of->sighting = sighting(newest);
    out->newest = of;
  }
  const json_t *slip = maybe(held, "slip");
  if (slip) {
    lp_sighting *of = keep(sizeof(lp_sighting));
    *of = sighting(slip);
    out->slip = of;
  }
  const json_t *zones = maybe(held, "coolDowns");
  out->cool_down_count = json_array_size(zones);
  lp_cool_down *cool_downs = keep(out->cool_down_count * sizeof(lp_cool_down));
  for (size_t at = 0; at < out->cool_down_count; at++) {
    const json_t *zone = json_array_get(zones, at);
    cool_downs[at].zone = lp_field(zone, "zone");
    cool_downs[at].until = number(zone, "until");
    cool_downs[at].gate = lp_field(zone, "gate");
    cool_downs[at].generation = number(zone, "generation");
  }
  out->cool_downs = cool_downs;
  return out;
}

static const lp_store_state *state(const json_t *held)
{
  if (!held) {
    return NULL;
  }
  lp_store_state *out = keep(sizeof(lp_store_state));
  out->id = bytes(held, "store");
  out->incarnation = lp_field(held, "incarnation");
  out->generation = number(held, "generation");
  out->forgotten = number(held, "forgotten");
  out->lost = number(held, "lost");
  out->closed_until = number(held, "closedUntil");
  out->records = number(held, "records");
  json_t *admissions = (json_t *)field(held, "admissions");
  lp_gate_admissions *of = keep(json_object_size(admissions) * sizeof(lp_gate_admissions));
  const char *gate;
  json_t *count;
  json_object_foreach(admissions, gate, count)
  {
    of[out->admissions_count].gate = lp_str(gate);
    of[out->admissions_count++].count = json_integer_value(count);
  }
  out->admissions = of;
  return out;
}

static const lp_known *known(const json_t *held)
{
  if (!held) {
    return NULL;
  }
  lp_known *out = keep(sizeof(lp_known));
  out->store = bytes(held, "store");
  out->generation = number(held, "generation");
  out->incarnation = lp_field(held, "incarnation");
  return out;
}

static lp_witness witness(const json_t *held)
{
  lp_witness out = { known(maybe(held, "known")), number(held, "admissions") };
  return out;
}

// And back.

static json_t *json_sighting(const lp_sighting *of)
{
  return json_pack("{s:I, s:o, s:o}", "at", (json_int_t)of->at, "gate", string(of->gate), "lane",
                   string(of->lane));
}

static json_t *json_record(const lp_record *of)
{
  json_t *out = json_object();
  if (of->newest) {
    json_t *newest = json_sighting(&of->newest->sighting);
    put(newest, "moment", json_integer(of->newest->moment));
    put(out, "newest", newest);
  }
  if (of->slip) {
    put(out, "slip", json_sighting(of->slip));
  }
  json_t *cool_downs = json_array();
  for (size_t at = 0; at < of->cool_down_count; at++) {
    const lp_cool_down *zone = &of->cool_downs[at];
    json_array_append_new(cool_downs,
                          json_pack("{s:o, s:I, s:o, s:I}", "zone", string(zone->zone), "until",
                                    (json_int_t)zone->until, "gate", string(zone->gate),
                                    "generation", (json_int_t)zone->generation));
  }
  put(out, "coolDowns", cool_downs);
  return out;
}

// A gate without admissions need not be there.
static json_t *json_state(const lp_store_state *of)
{
  json_t *admissions = json_object();
  for (size_t at = 0; at < of->admissions_count; at++) {
    if (of->admissions[at].count) {
      put(admissions, of->admissions[at].gate.data, json_integer(of->admissions[at].count));
    }
  }
  return json_pack("{s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:o}", "store", hex(of->id), "incarnation",
                   string(of->incarnation), "generation", (json_int_t)of->generation, "forgotten",
                   (json_int_t)of->forgotten, "lost", (json_int_t)of->lost, "closedUntil",
                   (json_int_t)of->closed_until, "records", (json_int_t)of->records, "admissions",
                   admissions);
}

static json_t *json_witness(const lp_witness *of)
{
  json_t *out = json_object();
  if (of->known) {
    put(out, "known",
        json_pack("{s:o, s:I, s:o}", "store", hex(of->known->store), "generation",
                  (json_int_t)of->known->generation, "incarnation",
                  string(of->known->incarnation)));
  }
  put(out, "admissions", json_integer(of->admissions));
  return out;
}

static void has_state(const run *run, const char *store, const json_t *wanted)
{
  const json_t *found = maybe(maybe(run->stores, store), "state");
  if (found || wanted) {
    same_json("state", json_deep_copy(found), wanted);
  }
}

static void has_witness(const run *run, const char *gate, const json_t *step)
{
  json_t *found = json_deep_copy(field(run->gates, gate));
  same_json("witness", found, field(step, "witness"));
}

static lp_attempt attempt(const json_t *step, const json_t *held)
{
  int64_t now = number(step, "now");
  lp_attempt out = { bytes(held, "permit"),
                     maybe_number(held, "moment"),
                     // No rule of the memory looks at these two.
                     now,
                     now,
                     lp_field(step, "gate"),
                     lp_field(held, "lane"),
                     lp_field(held, "zone"),
                     is(held, "passage", "leave") ? LP_PASSAGE_LEAVE : LP_PASSAGE_ENTER,
                     now,
                     number(held, "debounce"),
                     number(held, "coolDown") };
  return out;
}

// An answer as the vectors tell it.
static json_t *json_answer(const lp_store_answer *answer)
{
  static const char *const codes[] = { 0,
                                       0,
                                       "already-accepted-here",
                                       "already-used",
                                       "superseded",
                                       "cooling-down",
                                       "forgotten",
                                       "clock-suspect" };
  if (answer->kind == LP_ANSWER_NOT_USED_BEFORE) {
    return json_pack("{s:s}", "result", "valid");
  }
  if (answer->kind >= sizeof(codes) / sizeof(*codes) || !codes[answer->kind]) {
    fail("no such answer is foreseen: %u", answer->kind);
    return json_object();
  }
  return json_pack("{s:s, s:s, s:I}", "result", "invalid", "code", codes[answer->kind], "names",
                   (json_int_t)answer->time);
}

// What a store does in one step.
static json_t *answer(run *run, const json_t *step, const char **loss)
{
  lp_error error = { 0 };
  json_t *store = json_object_get(run->stores, text(step, "ask"));
  const json_t *held = maybe(store, "state");
  json_t *records = json_object_get(store, "records");
  int64_t time = number(step, "time");
  lp_store_here here = { state(held),
                         maybe(step, "fresh") ? bytes(step, "fresh") : bytes(held, "store"),
                         lp_field(store, "incarnation"), time,
                         (int64_t)json_object_size(records) };
  lp_asked_by asked = { lp_field(step, "gate"), witness(field(run->gates, text(step, "gate"))),
                        number(step, "now") };
  lp_meeting meeting = { 0 };
  MUST(lp_memory_meet(&here, &asked, run->retention, &meeting, room(), &error));
  *loss = meeting.loss.data;
  lp_store_state now = meeting.state;
  json_t *given = json_pack("{s:s, s:o}", "gate", text(step, "gate"), "told",
                            json_pack("{s:s}", "result", "valid"));
  const json_t *tried = maybe(step, "attempt");
  if (tried) {
    lp_attempt of = attempt(step, tried);
    lp_standing standing = { 0 };
    MUST(lp_memory_standing(&now, time, run->clock, &standing, &error));
    const char *permit = text(tried, "permit");
    const json_t *before = maybe(records, permit);
    lp_decision decision = { 0 };
    MUST(lp_memory_decide(record(before), &of, &standing, run->retention, &decision, room(),
                          &error));
    if (decision.write) {
      put(records, permit, json_record(decision.write));
      lp_store_state after = { 0 };
      MUST(lp_memory_record_admission(&now, asked.gate, !before, &after, room(), &error));
      now = after;
    } else if (decision.answer) {
      put(given, "told", json_answer(decision.answer));
    } else {
      fail("nothing was decided");
    }
  }
  if (failure()) {
    return given;
  }
  lp_witness of = { 0 };
  lp_known told = { now.id, now.generation, now.incarnation };
  of.known = &told;
  put(store, "state", json_state(&now));
  of.admissions = json_integer_value(
      maybe(maybe(maybe(store, "state"), "admissions"), text(step, "gate")));
  put(given, "known", json_witness(&of));
  return given;
}

// What a gate makes of an answer.
static void arrive(run *run, const json_t *given, const json_t *step)
{
  lp_error error = { 0 };
  const char *gate = text(given, "gate");
  const json_t *told = field(given, "told");
  const json_t *says = maybe(given, "known");
  json_t *old = json_pack("{s:s, s:s}", "result", "invalid", "code", "store-unreachable");
  if (says) {
    lp_witness before = witness(field(run->gates, gate)), of = witness(says), after = { 0 };
    bool is_taken = false;
    MUST(lp_memory_take_answer(&before, of.known, of.admissions, &is_taken, &after, room(),
                               &error));
    if (is_taken) {
      put(run->gates, gate, json_witness(&after));
    } else {
      told = old;
    }
  }
  json_t *wanted = json_object();
  const char *const names[] = { "result", "code", "names" };
  for (int at = 0; at < 3; at++) {
    const json_t *value = maybe(step, names[at]);
    if (value) {
      json_object_set(wanted, names[at], (json_t *)value);
    }
  }
  same_json("answer", json_deep_copy(told), wanted);
  json_decref(wanted);
  json_decref(old);
  has_witness(run, gate, step);
}

static void ask(run *run, const json_t *step)
{
  lp_error error = { 0 };
  int64_t time = number(step, "time");
  bool apart = false;
  MUST(lp_memory_clocks_apart(number(step, "now"), time, run->retention, &apart, &error));
  const char *loss = NULL;
  json_t *given;
  if (run->clock == LP_CLOCK_OWN && apart) {
    lp_store_answer told = { LP_ANSWER_CLOCK_APART, time, { 0 } };
    given = json_pack("{s:s, s:o}", "gate", text(step, "gate"), "told", json_answer(&told));
  } else {
    given = answer(run, step, &loss);
  }
  const char *wanted = json_string_value(maybe(step, "loss"));
  same_text("loss", loss ? loss : "none", wanted ? wanted : "none");
  has_state(run, text(step, "ask"), maybe(step, "state"));
  if (maybe(step, "late")) {
    json_object_set(run->late, text(step, "late"), given);
    has_witness(run, text(step, "gate"), step);
  } else {
    arrive(run, given, step);
  }
  json_decref(given);
}

static void go_on(run *run, const json_t *step)
{
  lp_error error = { 0 };
  json_t *store = json_object_get(run->stores, text(step, "goOn"));
  lp_go_on word = is(step, "word", "cool-downs-lost") ? LP_GO_ON_COOL_DOWNS_LOST
                                                      : LP_GO_ON_NOTHING_WAS_ADMITTED;
  lp_store_state after = { 0 };
  MUST(lp_memory_go_on(state(field(store, "state")), word, number(step, "now"),
                       number(step, "time"), run->retention, &after, room(), &error));
  if (!failure()) {
    put(store, "state", json_state(&after));
  }
  has_state(run, text(step, "goOn"), maybe(step, "state"));
}

static void forget_old(run *run, const json_t *step)
{
  lp_error error = { 0 };
  json_t *store = json_object_get(run->stores, text(step, "forget"));
  json_t *records = json_object_get(store, "records");
  // Before 1970 nothing is over.
  int64_t cutoff = number(step, "time") - run->retention.clock_difference;
  cutoff = cutoff < 0 ? 0 : cutoff;
  const char *permit;
  json_t *held;
  void *next;
  json_object_foreach_safe(records, next, permit, held)
  {
    bool is_over = false;
    const lp_record *of = record(held);
    MUST(lp_memory_record_is_over(of, cutoff, run->retention, &is_over, &error));
    if (is_over) {
      lp_store_state after = { 0 };
      MUST(lp_memory_forget_record(state(field(store, "state")), of, &after, room(), &error));
      put(store, "state", json_state(&after));
      json_object_del(records, permit);
    }
  }
  size_t at, left = json_array_size(field(step, "left"));
  json_t *name;
  if (json_object_size(records) != left) {
    fail("%zu records are left, not %zu", json_object_size(records), left);
  }
  json_array_foreach(field(step, "left"), at, name)
  {
    field(records, json_string_value(name));
  }
  has_state(run, text(step, "forget"), maybe(step, "state"));
}

static void run_step(run *run, const json_t *step)
{
  if (maybe(step, "ask")) {
    ask(run, step);
  } else if (maybe(step, "arrive")) {
    json_t *given = json_incref(json_object_get(run->late, text(step, "arrive")));
    json_object_del(run->late, text(step, "arrive"));
    arrive(run, given, step);
    json_decref(given);
  } else if (maybe(step, "copy")) {
    const json_t *from = field(run->stores, text(step, "copy"));
    json_t *to = json_object_get(run->stores, text(step, "to"));
    json_object_del(to, "state");
    put(to, "state", json_deep_copy(maybe(from, "state")));
    put(to, "records", json_deep_copy(field(from, "records")));
  } else if (maybe(step, "start")) {
    json_t *store = json_object_get(run->stores, text(step, "start"));
    put(store, "incarnation", string(lp_field(step, "incarnation")));
  } else if (maybe(step, "goOn")) {
    go_on(run, step);
  } else {
    forget_old(run, step);
  }
}

void run_memory(const json_t *group, const json_t *test)
{
  const json_t *settings = field(group, "settings");
  run run = { { number(settings, "largestWindow"), number(settings, "largestSkew"),
                number(settings, "clockDifference"), number(settings, "longestCoolDown"),
                maybe_number(settings, "oldMaster") },
              is(group, "clock", "own") ? LP_CLOCK_OWN : LP_CLOCK_ASKERS,
              json_deep_copy(field(test, "stores")),
              json_deep_copy(field(test, "gates")),
              json_object() };
  const char *name;
  json_t *store, *held, *step;
  size_t at;
  json_object_foreach(run.stores, name, store)
  {
    json_t *records = json_object();
    json_array_foreach(field(store, "records"), at, held)
    {
      put(records, text(held, "permit"), json_deep_copy(held));
    }
    put(store, "records", records);
    if (json_object_get(store, "state") && !maybe(store, "state")) {
      json_object_del(store, "state");
    }
  }
  json_array_foreach(field(test, "steps"), at, step)
  {
    run_step(&run, step);
    if (failure()) {
      break;
    }
  }
  if (!failure() && json_object_size(run.late)) {
    fail("answers are still late");
  }
  json_decref(run.stores);
  json_decref(run.gates);
  json_decref(run.late);
}
