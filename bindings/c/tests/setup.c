#include "setup.h"

static const struct {
  const char *name;
  uint32_t value;
} USES[] = { { "credential", LP_USE_CREDENTIAL },
             { "pass", LP_USE_PASS },
             { "slip", LP_USE_SLIP },
             { "status", LP_USE_STATUS } };

const char *algorithm_name(lp_algorithm algorithm)
{
  switch (algorithm) {
  case LP_ALGORITHM_ED25519:
    return "Ed25519";
  case LP_ALGORITHM_EDDSA:
    return "EdDSA";
  default:
    return "ESP256";
  }
}

lp_trusted_key *trusted_keys(const json_t *list, size_t *count)
{
  *count = json_array_size(list);
  lp_trusted_key *keys = keep(*count * sizeof(lp_trusted_key));
  for (size_t at = 0; at < *count; at++) {
    const json_t *entry = json_array_get(list, at);
    lp_texts uses = texts(entry, "uses");
    keys[at].issuer = lp_field(entry, "issuer");
    keys[at].key = bytes(entry, "key");
    keys[at].key_id = bytes(entry, "keyId");
    keys[at].algorithm =
        is(entry, "algorithm", "EdDSA") ? LP_ALGORITHM_EDDSA : LP_ALGORITHM_ED25519;
    for (size_t use = 0; use < uses.count; use++) {
      for (size_t known = 0; known < 4; known++) {
        if (!strcmp(uses.items[use].data, USES[known].name)) {
          keys[at].uses |= USES[known].value;
        }
      }
    }
    keys[at].classes = texts(entry, "classes");
    keys[at].not_before = maybe_number(entry, "notBefore");
    keys[at].sign_until = maybe_number(entry, "signUntil");
    keys[at].expires = maybe_number(entry, "expires");
  }
  return keys;
}

json_t *describe_keys(const lp_trust *trust)
{
  lp_error error = { 0 };
  lp_trusted_keys keys = { 0 };
  lp_buffer *buffer = room();
  lp_result result = lp_trust_keys(trust, &keys, buffer, &error);
  if (result == LP_BUFFER_TOO_SMALL) {
    buffer->data = keep(buffer->capacity = buffer->used);
    result = lp_trust_keys(trust, &keys, buffer, &error);
  }
  must("lp_trust_keys", result, &error);
  return describe_trusted(keys);
}

json_t *describe_trusted(lp_trusted_keys keys)
{
  json_t *out = json_array();
  for (size_t at = 0; at < keys.count; at++) {
    const lp_trusted_key *key = &keys.items[at];
    json_t *uses = json_array();
    for (size_t known = 0; known < 4; known++) {
      if (key->uses & USES[known].value) {
        json_array_append_new(uses, json_string(USES[known].name));
      }
    }
    json_t *classes = json_array();
    for (size_t known = 0; known < key->classes.count; known++) {
      json_array_append_new(classes, string(key->classes.items[known]));
    }
    json_array_append_new(
        out, json_pack("{s:o, s:o, s:o, s:s, s:o, s:o, s:I, s:I, s:I}", "issuer",
                       string(key->issuer), "keyId", hex(key->key_id), "key", hex(key->key),
                       "algorithm", algorithm_name(key->algorithm), "uses", uses, "classes",
                       classes, "notBefore", (json_int_t)key->not_before.value, "signUntil",
                       (json_int_t)key->sign_until.value, "expires",
                       (json_int_t)key->expires.value));
  }
  return out;
}

lp_byte_strings keys_of(const json_t *list)
{
  size_t count = json_array_size(list);
  lp_bytes *items = keep(count * sizeof(lp_bytes));
  for (size_t at = 0; at < count; at++) {
    items[at] = unhex(json_string_value(json_array_get(list, at)));
  }
  lp_byte_strings out = { items, count };
  return out;
}

// From a signed list where there is one.
static lp_trust *trust_of(const json_t *group)
{
  lp_error error = { 0 };
  size_t count;
  lp_trusted_key *keys = trusted_keys(maybe(group, "trust"), &count);
  lp_trust *named = NULL;
  MUST(lp_trust_new(keys, count, &named, &error));
  const json_t *list = maybe(group, "trustList");
  if (!list) {
    return named;
  }
  lp_bytes root = bytes(list, "root");
  lp_byte_strings roots = { &root, 1 };
  lp_trust_anchor *anchor = NULL;
  lp_trust *trust = NULL;
  lp_trust_list facts = { 0 };
  MUST(lp_trust_anchor_new(lp_field(list, "name"), roots, 0, NULL, &anchor, &error));
  MUST(lp_trust_anchor_accept(anchor, bytes(list, "list"), number(list, "accepted"),
                              number(field(group, "policy"), "skew"), &trust, &facts, room(),
                              &error));
  if (facts.expires != number(list, "expires")) {
    fail("the list expires at another time");
  }
  json_t *wanted = describe_keys(named);
  same_json("the keys of the list", describe_keys(trust), wanted);
  json_decref(wanted);
  lp_trust_anchor_free(anchor);
  lp_trust_free(named);
  return trust;
}

void set_up(const json_t *group, setup *out)
{
  lp_error error = { 0 };
  out->trust = trust_of(group);
  const json_t *lists = maybe(group, "statusLists");
  out->list_count = json_array_size(lists);
  out->lists = keep(out->list_count * sizeof(lp_status_list *));
  for (size_t at = 0; at < out->list_count; at++) {
    const json_t *list = json_array_get(lists, at);
    MUST(lp_status_list_accept(bytes(list, "list"), out->trust, number(list, "accepted"),
                               number(field(group, "policy"), "skew"), NULL, 0, NULL,
                               &out->lists[at], &error));
  }
}

void tear_down(setup *out)
{
  for (size_t at = 0; at < out->list_count; at++) {
    lp_status_list_free(out->lists[at]);
  }
  lp_trust_free(out->trust);
}

lp_policy rules(const json_t *of, lp_text gate)
{
  lp_error error = { 0 };
  lp_policy policy = { 0 };
  MUST(lp_policy_default(gate, texts(of, "classes"), &policy, &error));
  const json_t *look_up = maybe(of, "revocation");
  policy.revocation = LP_REVOCATION_NOT_CHECKED;
  if (json_is_object(look_up)) {
    policy.revocation = LP_REVOCATION_REQUIRED;
    policy.status_max_age = number(look_up, "maxAge");
    policy.status_grace = number(look_up, "grace");
  }
  policy.audience = is(of, "audience", "own") ? LP_AUDIENCE_OWN : LP_AUDIENCE_OWN_OR_ANY;
  policy.challenge =
      is(of, "challenge", "required") ? LP_CHALLENGE_REQUIRED : LP_CHALLENGE_NOT_USED;
  policy.acting = is(of, "acting", "accepted") ? LP_ACTING_ACCEPTED : LP_ACTING_REFUSED;
  policy.forms = 0;
  lp_texts forms = texts(of, "forms");
  for (size_t at = 0; at < forms.count; at++) {
    const char *form = forms.items[at].data;
    policy.forms |= !strcmp(form, "pass")           ? LP_FORM_PASS
                    : !strcmp(form, "presentation") ? LP_FORM_PRESENTATION
                                                    : LP_FORM_SLIP;
  }
  policy.dangerous_status_exempt = texts(of, "statusExempt");
  policy.window = number(of, "window");
  policy.skew = number(of, "skew");
  policy.max_credential_age = number(of, "maxCredentialAge");
  return policy;
}

lp_challenge challenge(const json_t *of)
{
  lp_challenge out = { lp_field(of, "gate"), bytes(of, "nonce"), number(of, "expires") };
  return out;
}
