/*
 * tracefuzz.c - writes one of the random mixes of a policy as a trace.
 *
 *     tracefuzz POLICY NUMBER FOLDER
 *
 * Writes FOLDER/fuzz-NUMBER.rep and prints that name. engine/fuzz.h says what a mix is. Exit
 * status: 0, or 2 with one sentence on stderr.
 */
#include "../../engine/file.h"
#include "../../engine/fuzz.h"
#include "../../engine/number.h"
#include "../../engine/policy.h"
#include "../../engine/say.h"
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static uint64_t read_seed(const char *path)
{
    struct policy policy;
    char why[512];
    size_t bytes;
    char *text = file_read(path, POLICY_MAX_BYTES, &bytes, why, sizeof why);
    if (!text)
        die("%s: the policy %s", path, why);
    if (!policy_parse(path, text, bytes, &policy, why, sizeof why))
        die("%s", why);
    free(text);
    return (uint64_t)policy.fuzz_seed;
}

static uint32_t read_number(const char *text)
{
    uint64_t number;
    if (!number_read(text, 9999, &number))
        die("MIX is a number from 0 to 9999, not '%s'", text);
    return (uint32_t)number;
}

int main(int argc, char **argv)
{
    if (argc != 4)
        die("usage: tracefuzz POLICY NUMBER FOLDER");
    struct trace mix;
    char path[4096], name[32];
    uint64_t seed = read_seed(argv[1]);
    uint32_t number = read_number(argv[2]);
    int length = snprintf(path, sizeof path, "%s/%s.rep", argv[3], fuzz_name(number, name));
    if (length < 0 || (size_t)length >= sizeof path)
        die("a path is too long: %s", argv[3]);
    FILE *out = fopen(path, "w");
    if (!out)
        die("%s: cannot be written: %s", path, strerror(errno));
    fuzz_make(seed, number, &mix);
    fprintf(out, "# %s: random mix %" PRIu32 " of seed %" PRIu64 "\n", name, number, seed);
    trace_write(out, &mix);
    bool bad = ferror(out);
    if (fclose(out) != 0 || bad)
        die("%s: cannot be written in full: %s", path, strerror(errno));
    trace_free(&mix);
    puts(path);
    return 0;
}
