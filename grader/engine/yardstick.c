#include "yardstick.h"
#include "file.h"
#include "input.h"
#include "say.h"
#include <stdlib.h>

void yardstick_read(struct job *job)
{
    const char *policy = job->settings.policy;
    char path[FILE_PATH], why[512];
    size_t bytes;
    if (!job->grade.policy.published[0])
        return;
    input_name_beside_policy(job, job->grade.policy.published, path, sizeof path);
    char *text = file_read(path, PUBLISHED_MAX_BYTES, &bytes, why, sizeof why);
    if (!text)
        die("%s: the table that %s names %s", path, policy, why);
    if (!published_parse(path, text, bytes, &job->published, why, sizeof why))
        die("%s", why);
    free(text);
    job->grade.yardstick = true;
}

const struct published_trace *yardstick_find(const struct job *job, const char *trace)
{
    return published_find(&job->published, job->settings.profile->name, trace);
}

const char *yardstick_category(const struct job *job, const struct traceset_entry *entry)
{
    bool known = !job->grade.yardstick || yardstick_find(job, entry->name) ||
                 policy_weight(&job->grade.policy, entry->category) == 0;
    return known ? entry->category : PUBLISHED_NOT;
}
