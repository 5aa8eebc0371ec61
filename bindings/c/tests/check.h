// What the tests in C share: fields of a vector, memory that lives for one test, comparisons.
#ifndef CHECK_H
#define CHECK_H

#include <jansson.h>
#include <livepermit.h>

#ifdef __GNUC__
#define PRINTS(first, second) __attribute__((format(printf, first, second)))
#else
#define PRINTS(first, second)
#endif

// Memory until the next `forget`.
void *keep(size_t bytes);
void forget(void);

// Ends the test with a reason. The first reason of a test counts.
void fail(const char *format, ...) PRINTS(1, 2);
const char *failure(void);
void no_failure(void);

// A function that must give a result.
#define MUST(call) must(#call, (call), &error)
void must(const char *call, lp_result result, const lp_error *error);

// Fields of a vector.
const json_t *field(const json_t *of, const char *name);
const json_t *maybe(const json_t *of, const char *name); // NULL when it is not there, or null
const char *text(const json_t *of, const char *name);
int64_t number(const json_t *of, const char *name);
lp_optional maybe_number(const json_t *of, const char *name);
bool is(const json_t *of, const char *name, const char *wanted);
bool is_valid(const json_t *of);
lp_text lp_field(const json_t *of, const char *name);
lp_bytes unhex(const char *digits);
lp_bytes bytes(const json_t *of, const char *name);
lp_texts texts(const json_t *of, const char *name);

// Values of the library as the vectors write them.
json_t *hex(lp_bytes bytes);
json_t *hex_list(lp_byte_strings strings);
json_t *string(lp_text text);
void put(json_t *object, const char *name, json_t *value);

void same_text(const char *what, const char *found, const char *wanted);
void same_bytes(const char *what, lp_bytes found, lp_bytes wanted);
void same_json(const char *what, json_t *found, const json_t *wanted); // takes `found`

// A buffer for one result, which lives until `forget`.
lp_buffer *room(void);

#endif
