#include "json.h"
#include "utf8.h"
#include <inttypes.h>
#include <math.h>
#include <string.h>

static void write_escaped(FILE *out, const char *text, size_t bytes)
{
    fputc('"', out);
    for (size_t i = 0; i < bytes;) {
        unsigned char c = (unsigned char)text[i];
        size_t run = utf8_length(text + i, bytes - i);
        if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c == '\n')
            fputs("\\n", out);
        else if (c < ' ' || c == 0x7f)
            fprintf(out, "\\u%04x", c);
        else if (run > 0)
            fwrite(text + i, 1, run, out);
        else
            fputs("\\ufffd", out);
        i += run ? run : 1;
    }
    fputc('"', out);
}

/* The comma, line and name that come before any value. */
static void begin(struct json *json, const char *key)
{
    if (!json->fresh)
        fputc(',', json->out);
    if (json->depth > 0)
        fprintf(json->out, "\n%*s", 2 * json->depth, "");
    json->fresh = false;
    if (!key)
        return;
    write_escaped(json->out, key, strlen(key));
    fputs(": ", json->out);
}

void json_open(struct json *json, const char *key, char bracket)
{
    begin(json, key);
    fputc(bracket, json->out);
    json->depth++;
    json->fresh = true;
}

void json_close(struct json *json, char bracket)
{
    json->depth--;
    if (!json->fresh)
        fprintf(json->out, "\n%*s", 2 * json->depth, "");
    fputc(bracket, json->out);
    json->fresh = false;
}

void json_text(struct json *json, const char *key, const char *text, size_t bytes)
{
    begin(json, key);
    write_escaped(json->out, text, bytes);
}

void json_string(struct json *json, const char *key, const char *text)
{
    json_text(json, key, text, strlen(text));
}

void json_integer(struct json *json, const char *key, uint64_t value)
{
    begin(json, key);
    fprintf(json->out, "%" PRIu64, value);
}

static void write_double(struct json *json, const char *key, double value, int digits)
{
    begin(json, key);
    if (isfinite(value))
        fprintf(json->out, "%.*g", digits, value);
    else
        fputs("null", json->out);
}

void json_number(struct json *json, const char *key, double value)
{
    write_double(json, key, value, 9);
}

void json_exact(struct json *json, const char *key, double value)
{
    write_double(json, key, value, 17);
}

void json_boolean(struct json *json, const char *key, bool value)
{
    begin(json, key);
    fputs(value ? "true" : "false", json->out);
}

void json_null(struct json *json, const char *key)
{
    begin(json, key);
    fputs("null", json->out);
}
