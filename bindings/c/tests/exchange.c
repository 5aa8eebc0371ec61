// Makes codes that programs in other languages admit, and admits theirs:
// exchange make FILE, exchange admit FILE, exchange cost FILE CALLS [ed25519|p256|pass]
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "check.h"
#include "package.h"

static const char *const KINDS[] = { "pass", "ed25519", "p256" };

static int make(const char *file)
{
  people all;
  meet(&all);
  int64_t now = (int64_t)time(NULL);
  json_t *codes = json_object();
  for (int kind = 0; kind < 3; kind++) {
    char code[4096];
    if (kind == 0) {
      make_pass(&all, KINDS[kind], now, code, sizeof(code));
    } else {
      make_presentation(&all, KINDS[kind], kind == 2, now, code, sizeof(code));
    }
    put(codes, KINDS[kind], json_string(code));
  }
  lp_bytes key = { all.key, all.key_length };
  json_t *made =
      json_pack("{s:o, s:I, s:o}", "issuerKey", hex(key), "now", (json_int_t)now, "codes", codes);
  int failed = json_dump_file(made, file, 0);
  json_decref(made);
  forget();
  part(&all);
  return failed != 0;
}

// Trust in the issuer of the file.
static lp_trust *trust_of(const json_t *made)
{
  lp_error error;
  lp_text class = lp_str(CLASS);
  lp_trusted_key key = { 0 };
  key.issuer = lp_str("bj.example");
  key.key = bytes(made, "issuerKey");
  key.algorithm = LP_ALGORITHM_ED25519;
  key.uses = LP_USE_CREDENTIAL | LP_USE_PASS;
  key.classes.items = &class;
  key.classes.count = 1;
  lp_trust *trust = NULL;
  GOOD(lp_trust_new(&key, 1, &trust, &error));
  return trust;
}

static int admit(const json_t *made)
{
  lp_error error;
  people all = { .trust = trust_of(made) };
  lp_store *store = usual_store();
  lp_gate *gate = usual_gate(&all, store);
  int64_t now = number(made, "now");
  json_t *codes = json_object_get(made, "codes"), *code;
  CHECK(json_object_size(codes) == 3);
  const char *name;
  json_object_foreach(codes, name, code)
  {
    lp_admission admission;
    lp_text text = { json_string_value(code), json_string_length(code) };
    GOOD(lp_gate_admit(gate, text, now + 1, &admission, room(), &error));
    CHECK(admission.kind == LP_ACCEPTED && !strcmp(admission.verified->subject.data, name));
    GOOD(lp_gate_admit(gate, text, now + 10, &admission, room(), &error));
    CHECK(admission.kind == LP_REFUSED);
    CHECK(!strcmp(admission.rejection->code.data, "already-used"));
  }
  lp_gate_free(gate);
  lp_store_free(store);
  lp_trust_free(all.trust);
  forget();
  return 0;
}

// KiB of memory that the process has.
static long resident(void)
{
  FILE *status = fopen("/proc/self/status", "r");
  char line[256];
  long kib = 0;
  while (status && fgets(line, sizeof(line), status)) {
    sscanf(line, "VmRSS: %ld", &kib);
  }
  if (status) {
    fclose(status);
  }
  return kib;
}

static int ascending(const void *one, const void *other)
{
  double a = *(const double *)one, b = *(const double *)other;
  return (a > b) - (a < b);
}

enum { TOGETHER = 200 };

static int cost(const json_t *made, const char *kind, long calls)
{
  lp_error error;
  people all = { .trust = trust_of(made) };
  lp_policy policy = usual_policy();
  lp_verifier *verifier = NULL;
  GOOD(lp_verifier_new(all.trust, &policy, NULL, 0, &verifier, &error));
  const json_t *code = maybe(maybe(made, "codes"), kind);
  lp_text text = { json_string_value(code), json_string_length(code) };
  int64_t now = number(made, "now");
  long batches = calls / TOGETHER, half = 0;
  CHECK(batches > 0);
  double *micros = malloc((size_t)batches * sizeof(double));
  static uint8_t bytes[LP_VERDICT_BYTES];
  lp_buffer buffer = LP_BUFFER(bytes);
  for (long batch = 0; batch < batches; batch++) {
    if (batch == batches / 2) {
      half = resident();
    }
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (int call = 0; call < TOGETHER; call++) {
      lp_verdict verdict;
      GOOD(lp_verifier_verify(verifier, text, now, NULL, &verdict, &buffer, &error));
      CHECK(verdict.kind == LP_ACCEPTED);
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    micros[batch] = ((double)(end.tv_sec - start.tv_sec) * 1e6 +
                     (double)(end.tv_nsec - start.tv_nsec) / 1e3) /
                    TOGETHER;
  }
  qsort(micros, (size_t)batches, sizeof(double), ascending);
  printf("%.1f %ld\n", micros[batches / 2], resident() - half);
  free(micros);
  lp_verifier_free(verifier);
  lp_trust_free(all.trust);
  forget();
  return 0;
}

int main(int count, char **words)
{
  if (count == 3 && !strcmp(words[1], "make")) {
    return make(words[2]);
  }
  json_error_t wrong;
  json_t *made = count >= 3 ? json_load_file(words[2], 0, &wrong) : NULL;
  int result = 2;
  if (made && count == 3 && !strcmp(words[1], "admit")) {
    result = admit(made);
  } else if (made && count >= 4 && !strcmp(words[1], "cost")) {
    result = cost(made, count > 4 ? words[4] : "ed25519", atol(words[3]));
  } else {
    fprintf(stderr, "exchange make FILE, admit FILE, or cost FILE CALLS [ed25519|p256|pass]\n");
  }
  json_decref(made);
  return result;
}
