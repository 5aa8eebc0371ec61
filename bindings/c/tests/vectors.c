// Every test vector through the C library: vectors FOLDER [FILE]
#include <stdio.h>

#include "setup.h"

// With the number of tests, so that a file that is left out is noticed.
static const struct {
  const char *name;
  int tests;
} FILES[] = { { "acting", 19 },        { "admission", 241 },  { "credential-and-presentation", 31 },
              { "gate-codes", 102 },   { "keys", 75 },        { "memory", 201 },
              { "pass", 113 },         { "rejections", 938 }, { "setups", 253 },
              { "slip", 60 },          { "status-lists", 379 }, { "status", 75 },
              { "trust-list-expiry", 6 }, { "trust-lists", 378 } };

static const struct {
  const char *type;
  run_test *run;
} TYPES[] = { { "VerifyToken", run_token },          { "Admit", run_admit },
              { "Memory", run_memory },              { "AcceptTrustList", run_trust_list },
              { "AcceptStatusList", run_status_list }, { "GateCode", run_gate_code },
              { "PublicKey", run_key },              { "AcceptSetup", run_setup } };

static run_test *runner(const char *type)
{
  for (size_t at = 0; at < sizeof(TYPES) / sizeof(*TYPES); at++) {
    if (!strcmp(TYPES[at].type, type)) {
      return TYPES[at].run;
    }
  }
  return NULL;
}

static int run_file(const char *folder, const char *name, int *failures)
{
  char path[1024];
  snprintf(path, sizeof(path), "%s/%s.json", folder, name);
  json_error_t wrong;
  json_t *file = json_load_file(path, JSON_ALLOW_NUL, &wrong);
  if (!file) {
    fprintf(stderr, "%s: %s\n", path, wrong.text);
    return 0;
  }
  int ran = 0;
  size_t at, of;
  json_t *group, *test;
  json_array_foreach(json_object_get(file, "testGroups"), at, group)
  {
    run_test *run = runner(text(group, "type"));
    json_array_foreach(json_object_get(group, "tests"), of, test)
    {
      if (run) {
        run(group, test);
        ran++;
      }
      if (failure()) {
        if (++*failures <= 5) {
          fprintf(stderr, "%s %lld: %s\n", name, number(test, "tcId") + 0LL, failure());
        }
        no_failure();
      }
      forget();
    }
  }
  json_decref(file);
  return ran;
}

int main(int count, char **words)
{
  if (count != 2 && count != 3) {
    fprintf(stderr, "vectors FOLDER [FILE]\n");
    return 2;
  }
  int failures = 0, total = 0;
  for (size_t at = 0; at < sizeof(FILES) / sizeof(*FILES); at++) {
    if (count == 3 && strcmp(words[2], FILES[at].name)) {
      continue;
    }
    int ran = run_file(words[1], FILES[at].name, &failures);
    if (ran != FILES[at].tests) {
      fprintf(stderr, "%s: %d tests ran, not %d\n", FILES[at].name, ran, FILES[at].tests);
      failures++;
    }
    total += ran;
  }
  printf("%d vectors, %d failures\n", total, failures);
  return failures != 0 || !total;
}
