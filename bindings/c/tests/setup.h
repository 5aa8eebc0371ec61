// Keys, policies and lists from the fields of a group.
#ifndef SETUP_H
#define SETUP_H

#include "check.h"

typedef struct setup {
  lp_trust *trust;
  lp_status_list **lists;
  size_t list_count;
} setup;

void set_up(const json_t *group, setup *out);
void tear_down(setup *out);

lp_trusted_key *trusted_keys(const json_t *list, size_t *count);
json_t *describe_keys(const lp_trust *trust);
json_t *describe_trusted(lp_trusted_keys keys);
const char *algorithm_name(lp_algorithm algorithm);
lp_policy rules(const json_t *of, lp_text gate);
lp_challenge challenge(const json_t *of);
lp_byte_strings keys_of(const json_t *list);

// Runs one test of a group.
typedef void run_test(const json_t *group, const json_t *test);
run_test run_token, run_gate_code, run_key, run_admit, run_memory, run_trust_list, run_status_list,
    run_setup;

// What is taken has these facts, which it keeps; what is refused has the code of the vector.
void taken_as_said(const json_t *test, lp_result result, json_t *facts, const lp_error *error);
// A refused code has the code and the stage that the vector wants.
void refused(const json_t *test, const lp_rejection *rejection);
// The layer and the flaw, where the vector names them.
void same_malformed(const json_t *test, const lp_evidence *evidence);

#endif
