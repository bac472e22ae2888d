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
#include <inttypes.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    if (argc != 4)
        die("usage: tracefuzz POLICY NUMBER FOLDER");
    struct policy policy;
    struct trace mix;
    char path[4096], name[32];
    policy_read(argv[1], &policy);
    uint64_t seed = (uint64_t)policy.fuzz_seed;
    uint32_t number = (uint32_t)number_must_read("MIX", argv[2], 9999);
    int length = snprintf(path, sizeof path, "%s/%s.rep", argv[3], fuzz_name(number, name));
    if (length < 0 || (size_t)length >= sizeof path)
        die("a path is too long: %s", argv[3]);
    FILE *out = file_create(path);
    fuzz_make(seed, number, &mix);
    fprintf(out, "# %s: random mix %" PRIu32 " of seed %" PRIu64 "\n", name, number, seed);
    trace_write(out, &mix);
    file_finish(out, path);
    trace_free(&mix);
    puts(path);
    return 0;
}
