#include "check.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct kept {
  struct kept *before;
  max_align_t memory[];
} kept;

static kept *newest;
static char reason[4096];

void *keep(size_t size)
{
  kept *block = calloc(1, sizeof(kept) + size + 1);
  if (!block) {
    abort();
  }
  block->before = newest;
  newest = block;
  return block->memory;
}

void forget(void)
{
  while (newest) {
    kept *before = newest->before;
    free(newest);
    newest = before;
  }
}

void fail(const char *format, ...)
{
  if (reason[0]) {
    return;
  }
  va_list values;
  va_start(values, format);
  vsnprintf(reason, sizeof(reason), format, values);
  va_end(values);
}

const char *failure(void)
{
  return reason[0] ? reason : NULL;
}

void no_failure(void)
{
  reason[0] = 0;
}

void must(const char *call, lp_result result, const lp_error *error)
{
  if (result != LP_OK) {
    fail("%.60s: %u %s: %s", call, result, error->code, error->reason);
  }
}

const json_t *maybe(const json_t *of, const char *name)
{
  const json_t *found = json_object_get(of, name);
  return json_is_null(found) ? NULL : found;
}

const json_t *field(const json_t *of, const char *name)
{
  const json_t *found = maybe(of, name);
  if (!found) {
    fail("there is no field %s", name);
  }
  return found;
}

const char *text(const json_t *of, const char *name)
{
  const char *found = json_string_value(field(of, name));
  return found ? found : "";
}

int64_t number(const json_t *of, const char *name)
{
  return json_integer_value(field(of, name));
}

lp_optional maybe_number(const json_t *of, const char *name)
{
  const json_t *found = maybe(of, name);
  lp_optional optional = { json_is_integer(found), json_integer_value(found) };
  return optional;
}

bool is(const json_t *of, const char *name, const char *wanted)
{
  const char *found = json_string_value(maybe(of, name));
  return found && !strcmp(found, wanted);
}

bool is_valid(const json_t *of)
{
  return !strcmp(text(of, "result"), "valid");
}

lp_text lp_field(const json_t *of, const char *name)
{
  const json_t *found = field(of, name);
  lp_text out = { json_string_value(found), json_string_length(found) };
  return out;
}

lp_bytes unhex(const char *digits)
{
  size_t length = strlen(digits) / 2;
  uint8_t *out = keep(length);
  for (size_t at = 0; at < length; at++) {
    unsigned byte;
    if (sscanf(digits + 2 * at, "%2x", &byte) != 1) {
      fail("no hexadecimal digits: %.20s", digits);
      break;
    }
    out[at] = (uint8_t)byte;
  }
  lp_bytes bytes = { out, length };
  return bytes;
}

lp_bytes bytes(const json_t *of, const char *name)
{
  return unhex(text(of, name));
}

lp_texts texts(const json_t *of, const char *name)
{
  const json_t *list = maybe(of, name);
  size_t count = json_array_size(list);
  lp_text *items = keep(count * sizeof(lp_text));
  for (size_t at = 0; at < count; at++) {
    const json_t *item = json_array_get(list, at);
    items[at].data = json_string_value(item);
    items[at].length = json_string_length(item);
  }
  lp_texts out = { items, count };
  return out;
}

json_t *hex(lp_bytes bytes)
{
  char *digits = keep(2 * bytes.length + 1);
  for (size_t at = 0; at < bytes.length; at++) {
    sprintf(digits + 2 * at, "%02x", bytes.data[at]);
  }
  return json_string(digits);
}

json_t *hex_list(lp_byte_strings strings)
{
  json_t *out = json_array();
  for (size_t at = 0; at < strings.count; at++) {
    json_array_append_new(out, hex(strings.items[at]));
  }
  return out;
}

json_t *string(lp_text text)
{
  return text.data ? json_stringn(text.data, text.length) : NULL;
}

void put(json_t *object, const char *name, json_t *value)
{
  if (value) {
    json_object_set_new(object, name, value);
  }
}

void same_text(const char *what, const char *found, const char *wanted)
{
  if (strcmp(found, wanted)) {
    fail("%s: %s, not %s", what, found, wanted);
  }
}

void same_bytes(const char *what, lp_bytes found, lp_bytes wanted)
{
  if (found.length != wanted.length ||
      (found.length && memcmp(found.data, wanted.data, found.length))) {
    fail("%s: other bytes, %zu and %zu", what, found.length, wanted.length);
  }
}

void same_json(const char *what, json_t *found, const json_t *wanted)
{
  if (!json_equal(found, wanted)) {
    char *has = json_dumps(found, JSON_ENCODE_ANY | JSON_SORT_KEYS);
    char *wants = json_dumps(wanted, JSON_ENCODE_ANY | JSON_SORT_KEYS);
    fail("%s: %.1500s, not %.1500s", what, has ? has : "nothing", wants ? wants : "nothing");
    free(has);
    free(wants);
  }
  json_decref(found);
}

lp_buffer *room(void)
{
  lp_buffer *buffer = keep(sizeof(lp_buffer));
  buffer->capacity = 4 * LP_VERDICT_BYTES;
  buffer->data = keep(buffer->capacity);
  return buffer;
}
