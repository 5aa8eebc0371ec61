// An issuer, a phone and a gate, for tests that are no vectors.
#ifndef PACKAGE_H
#define PACKAGE_H

#include <livepermit.h>

#define CLASS "bj.example:residence"
#define NOW 1790000000

typedef struct people {
  lp_secret_key *issuer_key;
  lp_issuer *issuer;
  lp_trust *trust;
  uint8_t key[128]; // the issuer's, as COSE_Key
  size_t key_length;
} people;

// Ends the program when something is not as it must be.
#define CHECK(what) check((what), #what, __FILE__, __LINE__)
void check(bool is_so, const char *what, const char *file, int line);
// The same for a function that must give a result.
#define GOOD(call) good((call), #call, __FILE__, __LINE__, &error)
void good(lp_result result, const char *what, const char *file, int line, const lp_error *error);

void meet(people *all);
void part(people *all);

lp_policy usual_policy(void);
lp_gate *usual_gate(const people *all, const lp_store *store);
lp_store *usual_store(void);

// A pass for anyone, into `text`.
void make_pass(const people *all, const char *subject, int64_t now, char *text, size_t size);
// A presentation of a new device key, into `text`.
void make_presentation(const people *all, const char *subject, bool is_p256, int64_t now,
                       char *text, size_t size);
// A prepared pass of this issuer.
lp_prepared_token *prepare_pass(const people *all, const char *subject, int64_t now);

#endif
