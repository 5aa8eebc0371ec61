// What a user of the C library does, and what goes wrong: test_package FOLDER
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "package.h"

static uint8_t bytes[LP_VERDICT_BYTES];

static void a_code_is_admitted_once(void)
{
  lp_error error;
  people all;
  meet(&all);
  lp_store *store = usual_store();
  lp_gate *gate = usual_gate(&all, store);
  char code[4096];
  for (int form = 0; form < 3; form++) {
    char subject[16];
    snprintf(subject, sizeof(subject), "BJ-%d", form);
    if (form == 0) {
      make_pass(&all, subject, NOW, code, sizeof(code));
    } else {
      make_presentation(&all, subject, form == 2, NOW, code, sizeof(code));
    }
    lp_buffer buffer = LP_BUFFER(bytes);
    lp_admission admission;
    GOOD(lp_gate_admit(gate, lp_str(code), NOW + 1, &admission, &buffer, &error));
    CHECK(admission.kind == LP_ACCEPTED);
    CHECK(!strcmp(admission.verified->subject.data, subject));
    CHECK(!admission.verified->subject.data[admission.verified->subject.length]);
    GOOD(lp_gate_admit(gate, lp_str(code), NOW + 10, &admission, &buffer, &error));
    CHECK(admission.kind == LP_REFUSED);
    CHECK(!strcmp(admission.rejection->code.data, "already-used"));
    CHECK(admission.rejection->evidence.kind == LP_EVIDENCE_TIMES);
    CHECK(admission.rejection->instruction.length > 10);
  }
  lp_gate_free(gate);
  lp_store_free(store);
  part(&all);
}

// Nothing may be used up when the caller cannot learn of the admission.
static void a_buffer_that_is_too_small_uses_no_code_up(void)
{
  lp_error error;
  people all;
  meet(&all);
  lp_store *store = usual_store();
  lp_gate *gate = usual_gate(&all, store);
  char code[4096];
  make_pass(&all, "BJ-1", NOW, code, sizeof(code));
  lp_admission admission;
  for (size_t capacity = 0; capacity < LP_VERDICT_BYTES; capacity += 1111) {
    lp_buffer small = { bytes, capacity, 0 };
    CHECK(lp_gate_admit(gate, lp_str(code), NOW, &admission, &small, &error) ==
          LP_BUFFER_TOO_SMALL);
    CHECK(small.used == LP_VERDICT_BYTES && !strcmp(error.code, "buffer-too-small"));
  }
  lp_buffer buffer = LP_BUFFER(bytes);
  CHECK(lp_gate_admit(gate, lp_str(code), NOW, NULL, &buffer, &error) == LP_FAILED);
  CHECK(!strcmp(error.code, "pointer-wrong"));
  GOOD(lp_gate_admit(gate, lp_str(code), NOW, &admission, &buffer, &error));
  CHECK(admission.kind == LP_ACCEPTED);
  lp_gate_free(gate);
  lp_store_free(store);
  part(&all);
}

// A result is the same at every address and in every size that suffices.
static void a_result_fits_or_says_what_it_needs(void)
{
  lp_error error;
  people all;
  meet(&all);
  char code[4096];
  make_presentation(&all, "BJ-1", true, NOW, code, sizeof(code));
  lp_policy policy = usual_policy();
  lp_verifier *verifier = NULL;
  GOOD(lp_verifier_new(all.trust, &policy, NULL, 0, &verifier, &error));
  for (size_t shift = 0; shift < 16; shift++) {
    lp_verdict verdict;
    lp_buffer none = { NULL, 0, 0 };
    CHECK(lp_verifier_verify(verifier, lp_str(code), NOW, NULL, &verdict, &none, &error) ==
          LP_BUFFER_TOO_SMALL);
    CHECK(none.used > 500 && none.used < LP_VERDICT_BYTES);
    // From the heap, so that a write behind the end is noticed.
    uint8_t *memory = malloc(none.used + shift);
    for (size_t capacity = 0; capacity < none.used; capacity += 61) {
      lp_buffer small = { memory + shift, capacity, 0 };
      lp_result result =
          lp_verifier_verify(verifier, lp_str(code), NOW, NULL, &verdict, &small, &error);
      CHECK(result == LP_BUFFER_TOO_SMALL ? small.used > capacity : result == LP_OK);
    }
    lp_buffer exact = { memory + shift, none.used, 0 };
    GOOD(lp_verifier_verify(verifier, lp_str(code), NOW, NULL, &verdict, &exact, &error));
    CHECK(exact.used <= none.used && !strcmp(verdict.verified->subject.data, "BJ-1"));
    CHECK(verdict.verified->credential && verdict.verified->credential->device_key.length > 40);
    free(memory);
  }
  lp_verifier_free(verifier);
  part(&all);
}

static void what_is_wrong_is_told(void)
{
  lp_error error;
  people all;
  meet(&all);
  lp_verifier *verifier = NULL;
  lp_verdict verdict;
  lp_buffer buffer = LP_BUFFER(bytes);
  lp_policy policy = usual_policy();
  policy.revocation = 0; // as lp_policy_default leaves it
  CHECK(lp_verifier_new(all.trust, &policy, NULL, 0, &verifier, &error) == LP_FAILED);
  CHECK(!strcmp(error.code, "value-unknown") && strstr(error.reason, "revocation"));
  policy = usual_policy();
  policy.window = -1;
  CHECK(lp_verifier_new(all.trust, &policy, NULL, 0, &verifier, &error) == LP_FAILED);
  CHECK(!strcmp(error.code, "number-negative") && error.evidence.found == -1);
  policy = usual_policy();
  policy.gate = lp_str("\xff");
  CHECK(lp_verifier_new(all.trust, &policy, NULL, 0, &verifier, &error) == LP_FAILED);
  CHECK(!strcmp(error.code, "text-not-utf8"));
  CHECK(lp_verifier_new(all.trust, NULL, NULL, 0, &verifier, NULL) == LP_FAILED);
  policy = usual_policy();
  GOOD(lp_verifier_new(all.trust, &policy, NULL, 0, &verifier, &error));
  // What a scanner reads need not be UTF-8: that is a code which is refused.
  GOOD(lp_verifier_verify(verifier, lp_str("LP1:\xff\xfe"), NOW, NULL, &verdict, &buffer, &error));
  CHECK(verdict.kind == LP_REFUSED && !strcmp(verdict.rejection->stage.data, "structure"));
  lp_text no_text = { NULL, 3 };
  CHECK(lp_verifier_verify(verifier, no_text, NOW, NULL, &verdict, &buffer, &error) == LP_FAILED);
  lp_text whole_memory = { "a", SIZE_MAX };
  CHECK(lp_verifier_verify(verifier, whole_memory, NOW, NULL, &verdict, &buffer, &error) ==
        LP_FAILED);
  CHECK(!strcmp(error.code, "length-wrong"));
  CHECK(lp_verifier_verify(verifier, lp_str(""), -1, NULL, &verdict, &buffer, &error) ==
        LP_FAILED);
  CHECK(!strcmp(error.code, "time-out-of-range"));
  GOOD(lp_verifier_verify(verifier, lp_str(""), 0, NULL, &verdict, &buffer, &error));
  CHECK(verdict.kind == LP_REFUSED);
  lp_verifier_free(verifier);
  part(&all);
  // As `free` of C.
  lp_verifier_free(NULL);
  lp_gate_free(NULL);
  lp_pending_free(NULL);
  lp_scanner_free(NULL);
}

static void signatures_of_keystores(void)
{
  lp_error error;
  people all;
  meet(&all);
  uint8_t signature[64] = { 0 };
  lp_bytes wrong = { signature, sizeof(signature) };
  lp_buffer buffer = LP_BUFFER(bytes);
  lp_token token;
  lp_prepared_token *prepared = prepare_pass(&all, "BJ-1", NOW);
  lp_bytes message, digest;
  GOOD(lp_prepared_token_message(prepared, &message, &buffer, &error));
  CHECK(message.length > 50);
  GOOD(lp_prepared_token_digest(prepared, &digest, &buffer, &error));
  CHECK(!digest.data); // Ed25519 takes no hash
  memset(signature, 1, sizeof(signature));
  CHECK(lp_prepared_token_attach(prepared, wrong, &token, &buffer, &error) == LP_FAILED);
  CHECK(!strcmp(error.code, "does-not-verify") && error.instruction[0]);
  wrong.length = 63;
  CHECK(lp_prepared_token_attach(prepared, wrong, &token, &buffer, &error) == LP_FAILED);
  CHECK(!strcmp(error.code, "signature-encoding"));
  lp_prepared_token_free(prepared);
  part(&all);
}

static void pictures_and_frames(void)
{
  lp_error error;
  people all;
  meet(&all);
  char code[4096];
  make_pass(&all, "BJ-1", NOW, code, sizeof(code));
  static uint8_t picture[65536], room[LP_SCAN_BYTES];
  lp_buffer buffer = LP_BUFFER(picture), events_buffer = LP_BUFFER(room);
  lp_text svg;
  lp_bytes png;
  GOOD(lp_draw_svg(lp_str(code), LP_CORRECTION_MEDIUM, 3000, 10000, &svg, &buffer, &error));
  CHECK(!strncmp(svg.data, "<svg", 4) || strstr(svg.data, "<svg"));
  GOOD(lp_draw_png(lp_str(code), LP_CORRECTION_MEDIUM, 4, &png, &buffer, &error));
  CHECK(png.data[1] == 'P' && png.data[2] == 'N' && png.data[3] == 'G');
  lp_qr_modules modules;
  GOOD(lp_draw_modules(lp_str(code), LP_CORRECTION_MEDIUM, &modules, &buffer, &error));
  CHECK(modules.width == 17 + 4 * modules.version);
  enum { PIXELS = 4, BORDER = 4 };
  size_t side = (size_t)(modules.width + 2 * BORDER) * PIXELS;
  uint8_t *luma = malloc(side * side);
  memset(luma, 255, side * side);
  for (size_t y = 0; y < (size_t)modules.width * PIXELS; y++) {
    for (size_t x = 0; x < (size_t)modules.width * PIXELS; x++) {
      if (modules.modules.data[y / PIXELS * (size_t)modules.width + x / PIXELS]) {
        luma[(y + BORDER * PIXELS) * side + x + BORDER * PIXELS] = 0;
      }
    }
  }
  lp_store *store = usual_store();
  lp_gate *gate = usual_gate(&all, store);
  lp_scanner *scanner = NULL;
  lp_scan_events events;
  lp_frame frame = { { luma, side * side }, (int64_t)side, (int64_t)side, (int64_t)side,
                     LP_PIXELS_LUMA };
  GOOD(lp_scanner_new(gate, &scanner, &error));
  GOOD(lp_scanner_scan(scanner, &frame, NOW, &events, &events_buffer, &error));
  CHECK(events.count == 1 && events.items[0].kind == LP_SCAN_ENTERED);
  CHECK(!strcmp(events.items[0].verified->subject.data, "BJ-1"));
  CHECK(events.items[0].corners[2].x > events.items[0].corners[0].x);
  GOOD(lp_scanner_scan(scanner, &frame, NOW + 1, &events, &events_buffer, &error));
  CHECK(events.count == 1 && events.items[0].kind == LP_SCAN_HELD);
  frame.pixels.length = 10;
  CHECK(lp_scanner_scan(scanner, &frame, NOW, &events, &events_buffer, &error) == LP_FAILED);
  lp_scanner_free(scanner);
  lp_gate_free(gate);
  lp_store_free(store);
  free(luma);
  part(&all);
}

static void lists_and_their_state(void)
{
  lp_error error;
  people all;
  meet(&all);
  static uint8_t room[65536], other_room[65536];
  lp_buffer buffer = LP_BUFFER(room), other = LP_BUFFER(other_room);
  lp_status_list_builder *builder = NULL;
  uint64_t index = 0;
  bool was_new = true;
  GOOD(lp_status_list_builder_new(lp_str("https://bj.example/s/1"), 1, 1000, &builder, &error));
  GOOD(lp_status_list_builder_allocate(builder, &index, &error));
  GOOD(lp_status_list_builder_mark_given(builder, index, &was_new, &error));
  CHECK(index < 1000 && !was_new);
  GOOD(lp_status_list_builder_set(builder, index, 1, &error));
  CHECK(lp_status_list_builder_set(builder, index, 2, &error) == LP_FAILED); // one bit
  lp_status_list_store stored;
  GOOD(lp_status_list_builder_store(builder, &stored, &buffer, &error));
  CHECK(stored.values.length == 125);
  lp_prepared_list *prepared = NULL;
  lp_bytes list;
  GOOD(lp_status_list_builder_prepare(builder, all.issuer, NOW, NOW + 86400, &prepared, &error));
  GOOD(lp_prepared_list_sign(prepared, all.issuer_key, &list, &buffer, &error));
  lp_status_list *accepted = NULL;
  // The key may not sign status lists.
  CHECK(lp_status_list_accept(list, all.trust, NOW, 5, NULL, 0, NULL, &accepted, &error) ==
        LP_FAILED);
  lp_trusted_keys keys;
  GOOD(lp_trust_keys(all.trust, &keys, &other, &error));
  lp_trusted_key key = keys.items[0];
  key.uses |= LP_USE_STATUS;
  lp_trust *trust = NULL;
  GOOD(lp_trust_new(&key, 1, &trust, &error));
  GOOD(lp_status_list_accept(list, trust, NOW, 5, NULL, 0, NULL, &accepted, &error));
  lp_optional value;
  GOOD(lp_status_list_get(accepted, index, &value, &error));
  CHECK(value.is_present && value.value == 1);
  lp_prepared_list_free(prepared);

  // A root signs the trust list, and the state of the anchor survives.
  lp_secret_key *root = NULL;
  uint8_t root_bytes[2048], state_bytes[2048], facts_bytes[2048];
  lp_buffer root_buffer = LP_BUFFER(root_bytes), state_buffer = LP_BUFFER(state_bytes),
            facts_buffer = LP_BUFFER(facts_bytes);
  lp_public_key root_key;
  GOOD(lp_secret_key_generate_ed25519(&root, &error));
  GOOD(lp_secret_key_public(root, &root_key, &root_buffer, &error));
  lp_byte_strings none = { NULL, 0 }, roots = { &root_key.cose_key, 1 };
  lp_bytes versions[2];
  static uint8_t version_bytes[2][4096];
  for (int version = 0; version < 2; version++) {
    lp_buffer version_buffer = LP_BUFFER(version_bytes[version]);
    GOOD(lp_prepare_trust_list(lp_str("china"), version + 1, &key, 1, none, root_key.cose_key,
                               NOW + version, NOW + 86400, &prepared, &error));
    GOOD(lp_prepared_list_sign(prepared, root, &versions[version], &version_buffer, &error));
    lp_prepared_list_free(prepared);
  }
  lp_trust_anchor *anchor = NULL;
  lp_trust *listed = NULL;
  lp_trust_list facts;
  bool is_known = true;
  lp_trust_state state;
  GOOD(lp_trust_anchor_new(lp_str("china"), roots, 1, NULL, &anchor, &error));
  GOOD(lp_trust_anchor_state(anchor, &is_known, &state, &state_buffer, &error));
  CHECK(!is_known);
  for (int again = 0; again < 2; again++) { // as after a buffer that was too small
    GOOD(lp_trust_anchor_accept(anchor, versions[1], NOW + 1, 5, &listed, &facts, &facts_buffer,
                                &error));
    CHECK(facts.version == 2 && facts.skipped_count == 0);
    lp_trust_free(listed);
  }
  GOOD(lp_trust_anchor_state(anchor, &is_known, &state, &state_buffer, &error));
  CHECK(is_known && state.version == 2 && state.roots.count == 1);
  lp_trust_anchor_free(anchor);
  GOOD(lp_trust_anchor_new(lp_str("china"), roots, 1, &state, &anchor, &error));
  CHECK(lp_trust_anchor_accept(anchor, versions[0], NOW + 2, 5, &listed, &facts, &facts_buffer,
                               &error) == LP_FAILED);
  CHECK(!strcmp(error.code, "list-older"));
  lp_trust_anchor_free(anchor);
  lp_secret_key_free(root);
  lp_status_list_free(accepted);
  lp_trust_free(trust);
  lp_status_list_builder_free(builder);
  part(&all);
}

static void challenges(void)
{
  lp_error error;
  people all;
  meet(&all);
  lp_store *store = usual_store();
  lp_gate *gate = usual_gate(&all, store);
  lp_buffer buffer = LP_BUFFER(bytes);
  static uint8_t text_bytes[4096];
  lp_buffer text_buffer = LP_BUFFER(text_bytes);
  lp_challenge asked;
  lp_text text;
  lp_gate_code code;
  GOOD(lp_gate_ask(gate, 60, NOW, &asked, &buffer, &error));
  CHECK(asked.nonce.length == 16 && asked.expires == NOW + 60);
  GOOD(lp_challenge_qr_text(&asked, &text, &text_buffer, &error));
  static uint8_t code_bytes[4096];
  lp_buffer code_buffer = LP_BUFFER(code_bytes);
  GOOD(lp_read_gate_code(text, &code, &code_buffer, &error));
  CHECK(code.kind == LP_GATE_CODE_QUESTION);
  CHECK(!memcmp(code.challenge.nonce.data, asked.nonce.data, 16));
  lp_gate_free(gate);
  lp_store_free(store);
  part(&all);
}

static void codes_on_time(void)
{
  lp_error error;
  lp_schedule *schedule = NULL;
  lp_schedule_step step;
  lp_arrival arrival = 0;
  lp_countdown countdown;
  GOOD(lp_schedule_new(NOW, NOW + 86400, 30, 10, &schedule, &error));
  GOOD(lp_schedule_at(schedule, NOW, 1000, &step, &error));
  CHECK(step.has_prepare && step.screen == LP_SCREEN_WAITING);
  GOOD(lp_schedule_prepared(schedule, step.prepare, 1005, &arrival, &error));
  CHECK(arrival == LP_ARRIVAL_ACCEPTED);
  int64_t first = step.prepare.number;
  GOOD(lp_schedule_at(schedule, NOW, 1010, &step, &error));
  CHECK(step.screen == LP_SCREEN_CODE && step.shown.number == first && step.wake > 1010);
  GOOD(lp_schedule_remaining(schedule, NOW, 1010, &countdown, &error));
  CHECK(countdown.is_present && countdown.refresh == 10000);
  lp_slot unknown = { 999, 0 };
  CHECK(lp_schedule_prepared(schedule, unknown, 1010, &arrival, &error) == LP_FAILED);
  CHECK(!strcmp(error.code, "slot-unknown"));
  GOOD(lp_schedule_at(schedule, NOW + 90000, 90001000, &step, &error));
  CHECK(step.screen == LP_SCREEN_ENDED && step.time == NOW + 86400);
  lp_schedule_free(schedule);
}

static void tables_of_codes(void)
{
  lp_error error;
  static uint8_t room[65536];
  lp_buffer buffer = LP_BUFFER(room);
  lp_code_table table;
  lp_cautions cautions;
  GOOD(lp_rejection_codes(&table, &buffer, &error));
  CHECK(table.count > 30 && table.items[0].stage.data);
  bool is_there = false;
  for (size_t at = 0; at < table.count; at++) {
    is_there |= !strcmp(table.items[at].code.data, "stale");
  }
  CHECK(is_there);
  GOOD(lp_list_rejection_codes(&table, &buffer, &error));
  CHECK(table.count > 5 && !table.items[0].stage.data);
  GOOD(lp_caution_codes(&cautions, &buffer, &error));
  CHECK(cautions.count > 3);
}

static void a_file_remembers(const char *folder)
{
  lp_error error;
  char path[1024], code[4096];
  snprintf(path, sizeof(path), "%s/used", folder);
  people all;
  meet(&all);
  make_pass(&all, "BJ-1", NOW, code, sizeof(code));
  lp_retention retention;
  GOOD(lp_retention_default(&retention, &error));
  for (int start = 0; start < 2; start++) {
    lp_store *store = NULL, *second = NULL;
    GOOD(lp_store_in_file(lp_str(path), 1000, retention, &store, &error));
    CHECK(lp_store_in_file(lp_str(path), 1000, retention, &second, &error) == LP_FAILED);
    CHECK(!strcmp(error.code, "store-in-use"));
    if (start == 0) {
      GOOD(lp_store_go_on(store, LP_GO_ON_NOTHING_WAS_ADMITTED, NOW, &error));
    }
    lp_gate *gate = usual_gate(&all, store);
    lp_admission admission;
    lp_buffer buffer = LP_BUFFER(bytes);
    GOOD(lp_gate_admit(gate, lp_str(code), NOW + 4 * start, &admission, &buffer, &error));
    CHECK(admission.kind == (start == 0 ? LP_ACCEPTED : LP_REFUSED));
    CHECK(start == 0 || !strcmp(admission.rejection->code.data, "already-used"));
    lp_clock_state clock;
    GOOD(lp_gate_clock_state(gate, &clock, &error));
    CHECK(start || clock.last_admission.value == NOW);
    lp_gate_free(gate);
    lp_store_free(store);
  }
  part(&all);
}

typedef struct race {
  const lp_gate *gate;
  const lp_verifier *verifier;
  const char *code;
  int admitted;
  int accepted;
} race;

static void *run_race(void *argument)
{
  race *of = argument;
  lp_error error;
  uint8_t *own = malloc(LP_VERDICT_BYTES);
  lp_buffer buffer = { own, LP_VERDICT_BYTES, 0 };
  for (int round = 0; round < 50; round++) {
    lp_admission admission;
    lp_verdict verdict;
    GOOD(lp_gate_admit(of->gate, lp_str(of->code), NOW, &admission, &buffer, &error));
    of->admitted += admission.kind == LP_ACCEPTED;
    GOOD(lp_verifier_verify(of->verifier, lp_str(of->code), NOW, NULL, &verdict, &buffer, &error));
    of->accepted += verdict.kind == LP_ACCEPTED;
  }
  free(own);
  return NULL;
}

static void eight_threads_admit_once(void)
{
  enum { THREADS = 8 };
  lp_error error;
  people all;
  meet(&all);
  lp_store *store = usual_store();
  lp_gate *gate = usual_gate(&all, store);
  lp_policy policy = usual_policy();
  lp_verifier *verifier = NULL;
  GOOD(lp_verifier_new(all.trust, &policy, NULL, 0, &verifier, &error));
  char code[4096];
  make_presentation(&all, "BJ-1", false, NOW, code, sizeof(code));
  pthread_t threads[THREADS];
  race races[THREADS];
  for (int at = 0; at < THREADS; at++) {
    race of = { gate, verifier, code, 0, 0 };
    races[at] = of;
    CHECK(!pthread_create(&threads[at], NULL, run_race, &races[at]));
  }
  int admitted = 0, accepted = 0;
  for (int at = 0; at < THREADS; at++) {
    CHECK(!pthread_join(threads[at], NULL));
    admitted += races[at].admitted;
    accepted += races[at].accepted;
  }
  CHECK(admitted == 1);
  CHECK(accepted == THREADS * 50);
  lp_verifier_free(verifier);
  lp_gate_free(gate);
  lp_store_free(store);
  part(&all);
}

#ifdef LIVEPERMIT_PANICS
static void a_defect_arrives_as_a_code(void)
{
  lp_error error;
  CHECK(lp_panic_for_tests(&error) == LP_INTERNAL);
  CHECK(!strcmp(error.code, "internal") && strstr(error.reason, "a defect that a test asked for"));
  CHECK(lp_panic_for_tests(NULL) == LP_INTERNAL);
  a_code_is_admitted_once();
}
#endif

int main(int count, char **words)
{
  if (count != 2) {
    fprintf(stderr, "test_package FOLDER\n");
    return 2;
  }
  a_code_is_admitted_once();
  a_buffer_that_is_too_small_uses_no_code_up();
  a_result_fits_or_says_what_it_needs();
  what_is_wrong_is_told();
  signatures_of_keystores();
  pictures_and_frames();
  lists_and_their_state();
  challenges();
  codes_on_time();
  tables_of_codes();
  a_file_remembers(words[1]);
  eight_threads_admit_once();
#ifdef LIVEPERMIT_PANICS
  a_defect_arrives_as_a_code();
#endif
  puts("what users do: 13 tests");
  return 0;
}
