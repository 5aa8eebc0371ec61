// Groups of type VerifyToken, GateCode and PublicKey.
#include <stdio.h>

#include "setup.h"

static json_t *describe(const lp_verified *verified)
{
  static const char *const forms[] = { "", "pass", "credential", "", "presentation",
                                       "", "",     "",           "slip" };
  json_t *out = json_object();
  put(out, "form", json_string(forms[verified->form & 15]));
  put(out, "issuer", string(verified->issuer));
  put(out, "subject", string(verified->subject));
  put(out, "class", string(verified->permit_class));
  put(out, "keyId", hex(verified->key_id));
  put(out, "audience", string(verified->audience));
  put(out, "challengeAnswered", json_boolean(verified->challenge_answered));
  put(out, "issuedAt", json_integer(verified->issued_at));
  put(out, "liveUntil", json_integer(verified->live_until));
  put(out, "window", json_integer(verified->window));
  if (verified->credential) {
    put(out, "credential",
        json_pack("{s:I, s:I, s:o}", "notBefore", (json_int_t)verified->credential->not_before,
                  "expires", (json_int_t)verified->credential->expires, "deviceKey",
                  hex(verified->credential->device_key)));
  }
  if (verified->person) {
    json_t *person = json_object();
    put(person, "fullName", string(verified->person->full_name));
    put(person, "birthDate", string(verified->person->birth_date));
    put(out, "person", person);
  }
  if (verified->status) {
    char index[24];
    snprintf(index, sizeof(index), "%llu", (unsigned long long)verified->status->index);
    put(out, "status",
        json_pack("{s:o, s:s}", "uri", string(verified->status->uri), "index", index));
  }
  if (verified->acting) {
    put(out, "acting",
        json_pack("{s:o, s:o}", "role", string(verified->acting->role), "representative",
                  string(verified->acting->representative)));
  }
  put(out, "checkNumber", string(verified->check_number));
  put(out, "application", hex(verified->application));
  json_t *cautions = json_array();
  for (size_t at = 0; at < verified->cautions.count; at++) {
    json_array_append_new(cautions, string(verified->cautions.items[at].code));
  }
  put(out, "cautions", cautions);
  put(out, "permitId", hex(verified->permit_id));
  put(out, "keepUntil", json_integer(verified->keep_until));
  return out;
}

void same_malformed(const json_t *test, const lp_evidence *evidence)
{
  const json_t *wanted = maybe(test, "malformed");
  if (wanted && evidence->kind == LP_EVIDENCE_MALFORMED) {
    same_text("layer", evidence->layer, text(wanted, "layer"));
    same_text("flaw", evidence->flaw, text(wanted, "flaw"));
  }
}

void refused(const json_t *test, const lp_rejection *rejection)
{
  same_text("code", rejection->code.data, text(test, "code"));
  same_text("stage", rejection->stage.data, text(test, "stage"));
  same_malformed(test, &rejection->evidence);
}

static void check(const json_t *test, const lp_verdict *verdict)
{
  if (verdict->kind == LP_ACCEPTED && is_valid(test) && verdict->verified) {
    same_json("verdict", describe(verdict->verified), maybe(test, "verdict"));
  } else if (verdict->kind == LP_REFUSED && !is_valid(test) && verdict->rejection) {
    refused(test, verdict->rejection);
  } else {
    fail("the verdict is %u %s", verdict->kind,
         verdict->rejection ? verdict->rejection->reason.data : "");
  }
}

void run_token(const json_t *group, const json_t *test)
{
  lp_error error = { 0 };
  setup with;
  set_up(group, &with);
  const json_t *policy = field(group, "policy");
  lp_policy of = rules(policy, lp_field(policy, "gate"));
  lp_verifier *verifier = NULL;
  MUST(lp_verifier_new(with.trust, &of, (const lp_status_list *const *)with.lists, with.list_count,
                       &verifier, &error));
  const json_t *asked = maybe(test, "challenge");
  lp_challenge question = { 0 };
  if (asked) {
    question = challenge(asked);
  }
  const lp_challenge *answer = asked ? &question : NULL;
  int64_t now = number(test, "now");
  lp_verdict verdict = { 0 };
  int verdicts = 0;
  if (maybe(test, "text")) {
    MUST(lp_verifier_verify(verifier, lp_field(test, "text"), now, answer, &verdict, room(),
                            &error));
    check(test, &verdict);
    verdicts++;
  }
  if (maybe(test, "token")) {
    lp_bytes token = bytes(test, "token");
    MUST(lp_verifier_verify_bytes(verifier, token, now, answer, &verdict, room(), &error));
    check(test, &verdict);
    verdicts++;
    if (is_valid(test)) {
      lp_token read = { 0 };
      MUST(lp_read_token(token, &read, room(), &error));
      lp_text forms[] = { read.qr_text, read.link_text };
      for (int at = 0; at < 2 && !failure(); at++) {
        MUST(lp_verifier_verify(verifier, forms[at], now, answer, &verdict, room(), &error));
        check(test, &verdict);
      }
    }
  }
  if (!verdicts) {
    fail("there is neither token nor text");
  }
  lp_verifier_free(verifier);
  tear_down(&with);
}

void run_gate_code(const json_t *group, const json_t *test)
{
  (void)group;
  lp_error error = { 0 };
  lp_gate_code code = { 0 };
  lp_result result = lp_read_gate_code(lp_field(test, "text"), &code, room(), &error);
  if (!is_valid(test)) {
    if (result != LP_FAILED) {
      fail("the code is taken");
    }
    same_text("code", error.code, text(test, "code"));
    return;
  }
  must("lp_read_gate_code", result, &error);
  json_t *found = json_object();
  put(found, "gate", string(code.challenge.gate));
  lp_text again = { 0 };
  if (code.kind == LP_GATE_CODE_QUESTION) {
    put(found, "nonce", hex(code.challenge.nonce));
    put(found, "expires", json_integer(code.challenge.expires));
    MUST(lp_challenge_qr_text(&code.challenge, &again, room(), &error));
  } else {
    MUST(lp_gate_name_qr_text(code.challenge.gate, &again, room(), &error));
  }
  same_json("gate code", found, maybe(test, "gateCode"));
  same_text("text", again.data ? again.data : "", text(test, "text"));
}

void run_key(const json_t *group, const json_t *test)
{
  (void)group;
  lp_error error = { 0 };
  lp_public_key key = { 0 };
  lp_bytes cose = bytes(test, "coseKey");
  lp_result result = lp_public_key_from_cose_key(cose, &key, room(), &error);
  if (!is_valid(test)) {
    if (result != LP_FAILED) {
      fail("the key is taken");
    }
    return;
  }
  must("lp_public_key_from_cose_key", result, &error);
  const json_t *wanted = field(test, "key");
  same_bytes("again", key.cose_key, cose);
  same_text("algorithm", algorithm_name(key.algorithm), text(wanted, "algorithm"));
  same_bytes("point", key.point, bytes(wanted, "point"));
  same_bytes("thumbprint", key.thumbprint, bytes(wanted, "thumbprint"));
  lp_bytes key_id = { key.thumbprint.data, 8 };
  same_bytes("key id", key_id, bytes(wanted, "keyId"));
  same_bytes("spki", key.spki_der, bytes(wanted, "spki"));
  lp_public_key other = { 0 };
  MUST(lp_public_key_from_spki_der(bytes(wanted, "spki"), &other, room(), &error));
  same_bytes("from DER", other.cose_key, cose);
  MUST(lp_public_key_from_spki_pem(key.spki_pem, &other, room(), &error));
  same_bytes("from PEM", other.cose_key, cose);
  MUST(lp_public_key_from_point(bytes(wanted, "point"), &other, room(), &error));
  same_bytes("from a point", other.cose_key, cose);
  if (maybe(wanted, "private")) {
    lp_bytes secret = bytes(wanted, "private");
    lp_secret_key *owner = NULL;
    if (is(wanted, "algorithm", "Ed25519")) {
      MUST(lp_secret_key_from_ed25519_seed(secret, &owner, &error));
    } else {
      MUST(lp_secret_key_from_p256_scalar(secret, &owner, &error));
    }
    MUST(lp_secret_key_public(owner, &other, room(), &error));
    same_bytes("the public half", other.cose_key, cose);
    lp_secret_key_free(owner);
  }
}
