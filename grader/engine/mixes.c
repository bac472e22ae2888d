#include "mixes.h"
#include "fuzz.h"
#include <stdlib.h>

static bool check_mix(const struct process_rules *rules, const struct checked_options *options,
                      const struct trace *mix, struct findings *findings)
{
    struct checked_result result;
    checked_run(rules, options, mix, &result, findings);
    free(result.pointers);
    return result.valid;
}

void mixes_check(const struct process_rules *rules, const struct checked_options *options,
                 struct mixes *mixes, struct findings *findings)
{
    struct checked_options own = *options;
    struct process_rules brief = *rules;
    char name[32];
    brief.total_seconds /= (double)MIXES_PART;
    mixes->run = mixes->valid = mixes->operations = 0;
    while (mixes->run < mixes->count && mixes->run - mixes->valid < MIXES_FAILED) {
        struct trace mix;
        uint32_t number = (uint32_t)mixes->run++;
        own.name = fuzz_name(number, name);
        fuzz_make(mixes->seed, number, &mix);
        mixes->operations += mix.count;
        mixes->valid += check_mix(&brief, &own, &mix, findings);
        trace_free(&mix);
    }
}
