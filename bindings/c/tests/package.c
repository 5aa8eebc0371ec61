#include "package.h"

#include <stdio.h>
#include <stdlib.h>

void check(bool is_so, const char *what, const char *file, int line)
{
  if (!is_so) {
    fprintf(stderr, "%s:%d: not so: %s\n", file, line, what);
    exit(1);
  }
}

void good(lp_result result, const char *what, const char *file, int line, const lp_error *error)
{
  if (result != LP_OK) {
    fprintf(stderr, "%s:%d: %s: %u %s: %s. %s\n", file, line, what, result, error->code,
            error->reason, error->instruction);
    exit(1);
  }
}

static lp_texts classes(void)
{
  static lp_text class = { CLASS, sizeof(CLASS) - 1 };
  lp_texts all = { &class, 1 };
  return all;
}

void meet(people *all)
{
  lp_error error;
  uint8_t bytes[2048];
  lp_buffer buffer = LP_BUFFER(bytes);
  lp_public_key key;
  GOOD(lp_secret_key_generate_ed25519(&all->issuer_key, &error));
  GOOD(lp_secret_key_public(all->issuer_key, &key, &buffer, &error));
  memcpy(all->key, key.cose_key.data, key.cose_key.length);
  all->key_length = key.cose_key.length;
  lp_bytes cose = { all->key, all->key_length };
  GOOD(lp_issuer_new(lp_str("bj.example"), cose, &all->issuer, &error));
  lp_trusted_key trusted = { 0 };
  trusted.issuer = lp_str("bj.example");
  trusted.key = cose;
  trusted.algorithm = LP_ALGORITHM_ED25519;
  trusted.uses = LP_USE_CREDENTIAL | LP_USE_PASS;
  trusted.classes = classes();
  GOOD(lp_trust_new(&trusted, 1, &all->trust, &error));
}

void part(people *all)
{
  lp_trust_free(all->trust);
  lp_issuer_free(all->issuer);
  lp_secret_key_free(all->issuer_key);
}

lp_policy usual_policy(void)
{
  lp_error error;
  lp_policy policy;
  GOOD(lp_policy_default(lp_str("gate-3"), classes(), &policy, &error));
  policy.revocation = LP_REVOCATION_NOT_CHECKED;
  return policy;
}

lp_gate *usual_gate(const people *all, const lp_store *store)
{
  lp_error error;
  lp_policy policy = usual_policy();
  lp_gate_settings settings;
  lp_gate *gate = NULL;
  GOOD(lp_gate_settings_default(&policy, &settings, &error));
  GOOD(lp_gate_new(&settings, all->trust, NULL, 0, store, &gate, &error));
  return gate;
}

lp_store *usual_store(void)
{
  lp_error error;
  lp_retention retention;
  lp_store *store = NULL;
  GOOD(lp_retention_default(&retention, &error));
  GOOD(lp_store_in_memory_for_the_first_time(1000, retention, &store, &error));
  return store;
}

static void keep_text(lp_text from, char *text, size_t size)
{
  CHECK(from.length < size);
  memcpy(text, from.data, from.length + 1);
}

lp_prepared_token *prepare_pass(const people *all, const char *subject, int64_t now)
{
  lp_error error;
  lp_permit permit;
  lp_text anyone = { NULL, 0 };
  lp_prepared_token *prepared = NULL;
  GOOD(lp_permit_default(lp_str(subject), lp_str(CLASS), &permit, &error));
  GOOD(lp_issuer_prepare_pass(all->issuer, &permit, anyone, now, &prepared, &error));
  return prepared;
}

void make_pass(const people *all, const char *subject, int64_t now, char *text, size_t size)
{
  lp_error error;
  uint8_t bytes[8192];
  lp_buffer buffer = LP_BUFFER(bytes);
  lp_token token;
  lp_prepared_token *prepared = prepare_pass(all, subject, now);
  GOOD(lp_prepared_token_sign(prepared, all->issuer_key, &token, &buffer, &error));
  keep_text(token.qr_text, text, size);
  lp_prepared_token_free(prepared);
}

void make_presentation(const people *all, const char *subject, bool is_p256, int64_t now,
                       char *text, size_t size)
{
  lp_error error;
  uint8_t bytes[8192], held_bytes[8192];
  lp_buffer buffer = LP_BUFFER(bytes), held_buffer = LP_BUFFER(held_bytes);
  lp_secret_key *device = NULL;
  lp_public_key key;
  lp_permit permit;
  lp_validity validity;
  lp_prepared_token *prepared = NULL;
  lp_token token;
  lp_holder *holder = NULL;
  lp_held_credential held;
  GOOD(is_p256 ? lp_secret_key_generate_p256(&device, &error)
               : lp_secret_key_generate_ed25519(&device, &error));
  GOOD(lp_secret_key_public(device, &key, &buffer, &error));
  GOOD(lp_permit_default(lp_str(subject), lp_str(CLASS), &permit, &error));
  GOOD(lp_validity_default(&validity, &error));
  GOOD(lp_holder_new(key.cose_key, &holder, &error));
  GOOD(lp_issuer_prepare_credential(all->issuer, &permit, key.cose_key, validity, now, &prepared,
                                    &error));
  GOOD(lp_prepared_token_sign(prepared, all->issuer_key, &token, &buffer, &error));
  GOOD(lp_holder_accept(holder, token.bytes, all->trust, now, &held, &held_buffer, &error));
  CHECK(!strcmp(held.subject.data, subject));
  lp_prepared_token_free(prepared);
  lp_text anyone = { NULL, 0 };
  lp_bytes no_nonce = { NULL, 0 };
  GOOD(lp_holder_prepare(holder, LP_RECIPIENT_ANYONE, anyone, no_nonce, now, &prepared, &error));
  GOOD(lp_prepared_token_sign(prepared, device, &token, &buffer, &error));
  keep_text(token.qr_text, text, size);
  lp_prepared_token_free(prepared);
  lp_holder_free(holder);
  lp_secret_key_free(device);
}
