// Groups of type AcceptTrustList and AcceptStatusList.
#include "setup.h"

void taken_as_said(const json_t *test, lp_result result, json_t *facts, const lp_error *error)
{
  if (result == LP_OK && is_valid(test)) {
    same_json("accepted", facts, maybe(test, "accepted"));
    return;
  }
  json_decref(facts);
  if (result == LP_FAILED && !is_valid(test)) {
    same_text("code", error->code, text(test, "code"));
    same_malformed(test, &error->evidence);
  } else {
    fail("the result is %u %s", result, error->code);
  }
}

static json_t *state_of(const lp_trust_anchor *anchor)
{
  lp_error error = { 0 };
  bool is_known = false;
  lp_trust_state state = { 0 };
  MUST(lp_trust_anchor_state(anchor, &is_known, &state, room(), &error));
  json_t *out = json_pack("{s:b, s:I, s:o}", "known", is_known, "version",
                          (json_int_t)state.version, "roots", hex_list(state.roots));
  if (is_known) {
    put(out, "digest", hex(state.digest));
    put(out, "issuedAt", json_integer(state.issued_at));
  }
  return out;
}

void run_trust_list(const json_t *group, const json_t *test)
{
  lp_error error = { 0 };
  lp_trust_anchor *anchor = NULL;
  MUST(lp_trust_anchor_new(lp_field(group, "name"), keys_of(maybe(group, "roots")),
                           number(group, "lowestVersion"), NULL, &anchor, &error));
  int64_t skew = number(group, "skew");
  size_t at;
  json_t *held;
  lp_trust_list list = { 0 };
  lp_trust *trust = NULL;
  json_array_foreach(maybe(test, "held"), at, held)
  {
    MUST(lp_trust_anchor_accept(anchor, bytes(held, "list"), number(held, "accepted"), skew,
                                &trust, &list, room(), &error));
    lp_trust_free(trust);
    trust = NULL;
  }
  json_t *before = state_of(anchor);
  lp_result result = lp_trust_anchor_accept(anchor, bytes(test, "list"), number(test, "now"), skew,
                                            &trust, &list, room(), &error);
  json_t *facts = NULL;
  if (result == LP_OK) {
    json_t *state = state_of(anchor);
    facts = json_pack("{s:I, s:I, s:I, s:o, s:I, s:O}", "version", (json_int_t)list.version,
                      "issuedAt", (json_int_t)list.issued_at, "expires", (json_int_t)list.expires,
                      "trust", describe_keys(trust), "skipped", (json_int_t)list.skipped_count,
                      "roots", json_object_get(state, "roots"));
    json_decref(state);
  } else {
    same_json("the state", state_of(anchor), before);
  }
  taken_as_said(test, result, facts, &error);
  json_decref(before);
  lp_trust_free(trust);
  lp_trust_anchor_free(anchor);
}

static json_t *describe(const lp_status_list *list)
{
  lp_error error = { 0 };
  lp_status_list_facts facts = { 0 };
  MUST(lp_status_list_describe(list, &facts, room(), &error));
  uint8_t values[64];
  int64_t count = facts.entries < 64 ? facts.entries : 64;
  for (int64_t index = 0; index < count; index++) {
    lp_optional value = { 0 };
    MUST(lp_status_list_get(list, (uint64_t)index, &value, &error));
    values[index] = (uint8_t)value.value;
  }
  lp_optional beyond = { true, 0 };
  MUST(lp_status_list_get(list, (uint64_t)facts.entries, &beyond, &error));
  if (beyond.is_present) {
    fail("there is an entry beyond the end");
  }
  lp_bytes first = { values, (size_t)count };
  json_t *out = json_pack("{s:o, s:o, s:I, s:I, s:I, s:o}", "issuer", string(facts.held.issuer),
                          "uri", string(facts.held.uri), "bits", (json_int_t)facts.bits,
                          "issuedAt", (json_int_t)facts.held.issued_at, "entries",
                          (json_int_t)facts.entries, "values", hex(first));
  if (facts.expires.is_present) {
    put(out, "expires", json_integer(facts.expires.value));
  }
  return out;
}

void run_status_list(const json_t *group, const json_t *test)
{
  lp_error error = { 0 };
  size_t count;
  lp_trusted_key *keys = trusted_keys(maybe(group, "trust"), &count);
  lp_trust *trust = NULL;
  MUST(lp_trust_new(keys, count, &trust, &error));
  const json_t *most = field(group, "limits");
  lp_status_limits limits = { number(most, "listBytes"), number(most, "inflatedBytes") };
  int64_t skew = number(group, "skew");
  lp_status_list_facts facts = { 0 };
  size_t held_count = 0, at;
  json_t *held;
  lp_status_list *list = NULL;
  json_array_foreach(maybe(test, "held"), at, held)
  {
    MUST(lp_status_list_accept(bytes(held, "list"), trust, number(held, "accepted"), skew,
                               &facts.held, held_count, &limits, &list, &error));
    MUST(lp_status_list_describe(list, &facts, room(), &error));
    lp_status_list_free(list);
    list = NULL;
    held_count = 1;
  }
  lp_result result = lp_status_list_accept(bytes(test, "list"), trust, number(test, "now"), skew,
                                           &facts.held, held_count, &limits, &list, &error);
  taken_as_said(test, result, result == LP_OK ? describe(list) : NULL, &error);
  lp_status_list_free(list);
  lp_trust_free(trust);
}
