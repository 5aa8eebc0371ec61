// Groups of type AcceptSetup.
#include "setup.h"

static json_t *describe_texts(lp_texts texts)
{
  json_t *out = json_array();
  for (size_t at = 0; at < texts.count; at++) {
    json_array_append_new(out, string(texts.items[at]));
  }
  return out;
}

static json_t *describe_forms(lp_forms forms)
{
  static const struct {
    lp_forms form;
    const char *name;
  } known[] = { { LP_FORM_PASS, "pass" },
                { LP_FORM_CREDENTIAL, "credential" },
                { LP_FORM_PRESENTATION, "presentation" },
                { LP_FORM_SLIP, "slip" } };
  json_t *out = json_array();
  for (size_t at = 0; at < sizeof(known) / sizeof(*known); at++) {
    if (forms & known[at].form) {
      json_array_append_new(out, json_string(known[at].name));
    }
  }
  return out;
}

static json_t *describe_policy(const lp_policy *policy)
{
  json_t *look_up = json_string("not-checked");
  if (policy->revocation == LP_REVOCATION_REQUIRED) {
    json_decref(look_up);
    look_up = json_pack("{s:I, s:I}", "maxAge", (json_int_t)policy->status_max_age, "grace",
                        (json_int_t)policy->status_grace);
  }
  json_t *out = json_pack(
      "{s:o, s:s, s:o, s:o, s:s, s:I, s:I, s:I, s:s, s:o}", "gate", string(policy->gate),
      "audience", policy->audience == LP_AUDIENCE_OWN ? "own" : "own-or-any", "classes",
      describe_texts(policy->classes), "forms", describe_forms(policy->forms), "challenge",
      policy->challenge == LP_CHALLENGE_REQUIRED ? "required" : "not-used", "window",
      (json_int_t)policy->window, "skew", (json_int_t)policy->skew, "maxCredentialAge",
      (json_int_t)policy->max_credential_age, "acting",
      policy->acting == LP_ACTING_ACCEPTED ? "accepted" : "refused", "revocation", look_up);
  if (policy->dangerous_status_exempt.count) {
    put(out, "statusExempt", describe_texts(policy->dangerous_status_exempt));
  }
  return out;
}

static json_t *describe_cool_down(const lp_gate_settings *settings)
{
  switch (settings->cool_down) {
  case LP_COOL_DOWN_SECONDS:
    return json_integer(settings->cool_down_seconds);
  case LP_COOL_DOWN_DANGEROUS_NONE:
    return json_string("none");
  default:
    return json_string("window");
  }
}

// The digits without the spaces between groups.
static json_t *check_number(lp_bytes setup)
{
  lp_error error = { 0 };
  lp_text spaced = { 0 };
  MUST(lp_setup_check_number(setup, &spaced, room(), &error));
  char *digits = keep(spaced.length + 1), *next = digits;
  for (size_t at = 0; at < spaced.length; at++) {
    if (spaced.data[at] != ' ') {
      *next++ = spaced.data[at];
    }
  }
  return json_string(digits);
}

static json_t *describe(const lp_gate_setup *setup)
{
  const lp_gate_settings *rules = &setup->settings;
  const lp_retention *kept = &setup->retention;
  json_t *retention = json_pack(
      "{s:I, s:I, s:I, s:I, s:o}", "largestWindow", (json_int_t)kept->largest_window,
      "largestSkew", (json_int_t)kept->largest_skew, "clockDifference",
      (json_int_t)kept->clock_difference, "longestCoolDown", (json_int_t)kept->longest_cool_down,
      "oldMaster",
      kept->old_master.is_present ? json_integer(kept->old_master.value)
                                  : json_string("unbounded"));
  json_t *out = json_pack(
      "{s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:s, s:I, s:o, s:o, s:o}", "version",
      (json_int_t)setup->version, "issuedAt", (json_int_t)setup->issued_at, "operator",
      hex(setup->operator_key), "checkNumber", check_number(setup->bytes), "lane",
      string(rules->lane), "zone", string(rules->zone), "policy", describe_policy(&rules->policy),
      "passage", rules->passage == LP_PASSAGE_LEAVE ? "leave" : "enter", "debounce",
      (json_int_t)rules->debounce, "coolDown", describe_cool_down(rules), "statusLists",
      describe_texts(setup->status_lists), "settings", retention);
  const lp_setup_trust_list *list = setup->trust_list;
  if (list) {
    put(out, "trustList",
        json_pack("{s:o, s:I, s:o, s:o}", "name", string(list->name), "lowestVersion",
                  (json_int_t)list->lowest_version, "roots", hex_list(list->roots),
                  "address", string(list->address)));
  } else {
    put(out, "trust", describe_trusted(setup->keys));
  }
  if (setup->relay_address.data) {
    put(out, "relay", json_pack("{s:o, s:o}", "address", string(setup->relay_address), "key",
                                hex(setup->relay_key)));
  }
  return out;
}

static lp_result accept(const json_t *group, const json_t *test, lp_gate_setup *setup,
                        lp_error *error)
{
  lp_unverified_setup read = { 0 };
  lp_result result = maybe(test, "text")
                         ? lp_setup_read(lp_field(test, "text"), &read, room(), error)
                         : lp_setup_read_bytes(bytes(test, "setup"), &read, room(), error);
  if (result != LP_OK) {
    return result;
  }
  int64_t now = number(test, "now"), skew = number(group, "skew");
  if (maybe(test, "held")) {
    return lp_setup_accept_next(read.bytes, bytes(test, "held"), now, skew, setup, room(), error);
  }
  lp_text compared = lp_field(test, "compared");
  return lp_setup_accept_first(read.bytes, compared, now, skew, setup, room(), error);
}

// The test with forms in the order of C, in which they are bits.
static json_t *ordered(const json_t *test)
{
  json_t *out = json_deep_copy(test);
  json_t *policy = json_object_get(json_object_get(out, "accepted"), "policy");
  if (policy) {
    put(policy, "forms", describe_forms(rules(policy, lp_field(policy, "gate")).forms));
  }
  return out;
}

void run_setup(const json_t *group, const json_t *test)
{
  lp_error error = { 0 };
  lp_gate_setup setup = { 0 };
  lp_result result = accept(group, test, &setup, &error);
  json_t *facts = NULL;
  if (result == LP_OK) {
    lp_error ignored = { 0 };
    lp_gate_setup stored = { 0 };
    must("lp_setup_stored", lp_setup_stored(setup.bytes, &stored, room(), &ignored), &ignored);
    facts = describe(&setup);
    same_json("from the storage", describe(&stored), facts);
  }
  json_t *wanted = ordered(test);
  taken_as_said(wanted, result, facts, &error);
  json_decref(wanted);
}
