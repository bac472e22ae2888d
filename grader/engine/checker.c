#include "checker.h"
#include "checked.h"
#include "damage.h"
#include "fill.h"
#include "say.h"
#include "stats.h"
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A damaged heap often makes an allocator search for ever. */
#define ORDER_SECONDS 0.1

/* The beginning of a trace, and the pointers of its sound run. */
struct scene {
    const struct traceset_entry *entry;
    struct trace trace;
    uint64_t *pointers;
};

struct trial {
    const struct checker_job *job;
    const struct scene *scene;
    size_t moment; /* the damage comes after so many operations */
    uint64_t random;
    struct damage damage;
    bool done;         /* there was something to damage */
    bool harmed;       /* is it asked about the damaged heap, or about the sound one? */
    bool sound, found; /* what it said of the sound one; did it call the other one damaged? */
    bool lost;         /* of the damaged heap it said nothing: a crash, or no end */
    size_t differs;    /* the operation whose pointer was another one, from 1; 0: none */
    uint64_t pointer;  /* that pointer */
    struct findings findings;
};

static bool run(const struct checker_job *job, const struct scene *scene,
                checked_visitor *visit, void *context, struct findings *findings)
{
    struct process_rules rules = *job->rules;
    struct checked_result result;
    const uint64_t secret[2] = {fill_mix(job->seed), fill_mix(~job->seed)};
    const struct checked_options options = {.program = job->program,
                                            .name = scene->entry->name,
                                            .alignment = job->alignment,
                                            .secret = secret,
                                            .visit = visit,
                                            .context = context};
    rules.order_seconds = fmin(rules.order_seconds, ORDER_SECONDS);
    checked_run(&rules, &options, &scene->trace, &result, findings);
    if (!visit && result.valid)
        memcpy(scene->pointers, result.pointers, scene->trace.count * sizeof *scene->pointers);
    free(result.pointers);
    return result.valid;
}

/* Sound heaps */

struct survey {
    const struct scene *scene;
    struct checker_result *result;
};

static bool ask_sound(void *context, const struct checked_moment *moment)
{
    struct survey *survey = context;
    size_t step = survey->scene->trace.count / CHECKER_ASKED + 1;
    bool sound = false;
    if (moment->performed % step != 0)
        return true;
    enum outcome outcome = process_checkheap(moment->process, moment->line, &sound);
    survey->result->asked++;
    survey->result->alarms += outcome != OUTCOME_DONE || !sound;
    return outcome == OUTCOME_DONE;
}

/* Returns whether the trace can be used. */
static bool set_scene(const struct checker_job *job, size_t i, struct scene *scene,
                      struct checker_result *result)
{
    struct findings findings = {0};
    const struct trace *whole = &job->set->entries[i].trace;
    *scene = (struct scene){.entry = &job->set->entries[i], .trace = *whole};
    if (scene->trace.count > CHECKER_OPERATIONS)
        scene->trace.count = CHECKER_OPERATIONS;
    scene->pointers = must_alloc(scene->trace.count * sizeof *scene->pointers);
    bool good = scene->trace.count > 1 && run(job, scene, NULL, NULL, &findings);
    if (good)
        run(job, scene, ask_sound, &(struct survey){scene, result}, &findings);
    else
        free(scene->pointers);
    findings_clear(&findings);
    return good;
}

/* Damaged heaps */

static bool live_with_it(void *context, const struct checked_moment *moment)
{
    struct trial *t = context;
    if (moment->performed == 0)
        t->done = false; /* the run may have been started again */
    if (moment->performed == t->moment)
        return t->done =
                   damage_do(&t->damage, &moment->process->heap, moment->shadow, t->random);
    if (!t->done || moment->pointer == t->scene->pointers[moment->performed - 1])
        return true;
    t->differs = moment->performed;
    t->pointer = moment->pointer;
    return false;
}

/* In a process of its own each time: a second question in one would be about the damage. */
static bool ask_about_it(void *context, const struct checked_moment *moment)
{
    struct trial *t = context;
    bool sound = true;
    if (moment->performed != t->moment)
        return true;
    if (t->harmed)
        damage_do(&t->damage, &moment->process->heap, moment->shadow, t->random);
    enum outcome outcome = process_checkheap(moment->process, moment->line, &sound);
    if (!t->harmed) {
        t->sound = outcome == OUTCOME_DONE && sound;
        return false;
    }
    t->lost = outcome != OUTCOME_DONE;
    t->found = !t->lost && !sound;
    return false;
}

static bool has_consequences(struct trial *t)
{
    run(t->job, t->scene, live_with_it, t, &t->findings);
    return t->differs || findings_of(&t->findings, SEVERITY_ERROR) > 0;
}

static void ask_checker(struct trial *t)
{
    struct findings none = {0};
    for (unsigned i = 0; i < 2; i++) {
        t->harmed = i == 1;
        run(t->job, t->scene, ask_about_it, t, &none);
    }
    findings_clear(&none);
}

/* "then line 40 crashed: ..." */
static void say_consequence(const struct trial *t, char *text, size_t bytes)
{
    const struct operation *ops = t->scene->trace.operations;
    char name[64];
    for (size_t i = 0; i < t->findings.count; i++) {
        const struct finding *f = &t->findings.items[i];
        if (finding_severity(f->code) != SEVERITY_ERROR)
            continue;
        snprintf(text, bytes, "then, at line %" PRIu32 ": %s: %.*s", f->line,
                 finding_name(f->code), (int)strcspn(f->message, "\n"), f->message);
        return;
    }
    const struct operation *op = &ops[t->differs - 1];
    snprintf(text, bytes,
             "then, at line %" PRIu32 ": %s returned 0x%" PRIx64 " in place of 0x%" PRIx64,
             op->line, operation_name(op, name), t->pointer,
             t->scene->pointers[t->differs - 1]);
}

static void keep_example(struct checker_result *result, const struct trial *t)
{
    char damage[320], later[480], text[1024];
    size_t i = 0;
    while (i < CHECKER_EXAMPLES && result->missed[i])
        i++;
    if (i == CHECKER_EXAMPLES)
        return;
    say_consequence(t, later, sizeof later);
    snprintf(text, sizeof text, "%s, after line %" PRIu32 ": %s; mm_checkheap %s; %s",
             t->scene->entry->name, t->scene->trace.operations[t->moment - 1].line,
             damage_describe(&t->damage, damage),
             !t->sound ? "had called the sound heap damaged"
             : t->lost ? "crashed or did not come back"
                       : "called it sound",
             later);
    result->missed[i] = must_copy(text);
}

/* `guessed`: how often it called the sound heap damaged, and not the damaged one. */
static void try_one(const struct checker_job *job, const struct scene *scenes, size_t count,
                    uint64_t number, struct checker_result *result, size_t *guessed)
{
    uint64_t random = fill_mix(job->seed ^ fill_mix(number));
    struct trial t = {.job = job, .scene = &scenes[random % count], .random = random};
    t.moment = 1 + fill_mix(random) % (t.scene->trace.count * 3 / 4);
    bool consequential = has_consequences(&t);
    result->damages += t.done;
    if (t.done && consequential) {
        result->consequential++;
        ask_checker(&t);
        result->noticed += t.sound && t.found;
        *guessed += !t.sound && !t.found;
        result->lost += t.lost;
        if (!t.sound || !t.found)
            keep_example(result, &t);
    }
    findings_clear(&t.findings);
}

void checker_run(const struct checker_job *job, struct checker_result *result)
{
    size_t count = 0, guessed = 0;
    struct scene *scenes = must_alloc(job->set->count * sizeof *scenes);
    *result = (struct checker_result){.seed = job->seed};
    for (size_t i = 0; i < job->set->count; i++)
        count += set_scene(job, i, &scenes[count], result);
    result->left_out = job->set->count - count;
    for (uint64_t n = 0;
         count > 0 && n < job->damages && result->consequential < CHECKER_WANTED; n++)
        try_one(job, scenes, count, n, result, &guessed);
    result->noticed -= guessed < result->noticed ? guessed : result->noticed;
    stats_wilson(result->noticed, result->consequential, &result->low, &result->high);
    result->rate =
        result->consequential ? (double)result->noticed / (double)result->consequential : NAN;
    for (size_t i = 0; i < count; i++)
        free(scenes[i].pointers);
    free(scenes);
}
