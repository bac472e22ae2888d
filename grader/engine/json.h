/* json.h - writes JSON (RFC 8259): commas, nesting and escapes; the caller says what. */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json {
    FILE *out;
    int depth;
    bool fresh; /* nothing yet at this depth: no comma is due */
};

/*
 * Every call writes one value or bracket. `key` is its name inside an object, NULL inside
 * an array. Strings may hold any bytes: what is not UTF-8 becomes U+FFFD.
 */
void json_open(struct json *json, const char *key, char bracket); /* '{' or '[' */
void json_close(struct json *json, char bracket);                 /* '}' or ']' */
void json_string(struct json *json, const char *key, const char *text);
void json_text(struct json *json, const char *key, const char *text, size_t bytes);
void json_integer(struct json *json, const char *key, uint64_t value);
void json_number(struct json *json, const char *key, double value); /* NAN, INFINITY: null */
void json_exact(struct json *json, const char *key, double value);  /* all its digits */
void json_boolean(struct json *json, const char *key, bool value);
void json_null(struct json *json, const char *key);

#endif
