#include "race.h"
#include "clock.h"
#include "cores.h"
#include "interval.h"
#include "progress.h"
#include "say.h"
#include <math.h>
#include <stdlib.h>

/*
 * Official sweeps over all traces, and heats on one trace at most. A visit is one heat: the
 * next has other pages, and pages are luck too.
 */
enum { SWEEPS = 2, MOST_HEATS = 100 };

/* From one look at the interval to the next the rounds grow by this factor. */
#define LOOK_GROWTH 1.1

/* What a reckoned ratio may be off by (stage 1, quick beside official: 0.25 to 0.33). */
#define RECKONED_SIGMA 0.3

/* What goes on while a race is run: a place per entry. */
struct track {
    struct race *race;
    struct timed *timed;
    double *seconds; /* spent on each entry */
    double begun, limit;
};

static struct interval_part part_of(const struct race_entry *entry)
{
    const struct timed_result *result = &entry->result;
    bool nothing = result->rounds == 0 || result->hopeless || result->failed;
    return (struct interval_part){.share = nothing ? 0 : entry->share,
                                  .ratio = result->estimate.ratio,
                                  .sigma = result->estimate.sigma,
                                  .heats = result->heats ? result->heats : 1,
                                  .bias = result->reckoned ? RECKONED_SIGMA : 0};
}

static double error_of(const struct race *race, const struct race_entry *entry)
{
    struct interval_part part = part_of(entry);
    return interval_error(race->policy, &part);
}

/* Does its speed earn nothing, whatever it is? Then one round for the table is enough. */
static bool earns_nothing(const struct race *race, const struct race_entry *entry)
{
    const struct checked_result *own = entry->timed.checked;
    const struct timed_result *result = &entry->result;
    double theirs = (double)result->reference_peak_payload * (double)own->peak_heap;
    return result->refused_more ||
           (double)own->peak_payload * (double)result->reference_peak_heap <
               race->policy->throughput_needs * theirs;
}

/* Its points are known, and whoever compares it with another face of itself has enough. */
static bool is_settled(const struct race *race, const struct race_entry *entry)
{
    return error_of(race, entry) <= 0 && (!entry->compared || entry->result.heats > 0);
}

static double time_left(const struct track *track)
{
    return track->limit - (clock_seconds() - track->begun);
}

/*
 * A heat, or less: one round at least, and the others while `seconds` last, the trace is worth
 * points, and something is unknown.
 */
static void visit(struct track *track, size_t i, double seconds)
{
    struct race_entry *entry = &track->race->entries[i];
    struct timed *timed = &track->timed[i];
    double begun = clock_seconds();
    size_t before = entry->result.heats;
    timed_sit(timed, seconds);
    while (timed_round(timed)) {
        entry->result = timed->result;
        if (earns_nothing(track->race, entry))
            entry->share = 0;
        if (is_settled(track->race, entry) || entry->result.heats > before ||
            time_left(track) < 0 || clock_seconds() - begun > seconds)
            break;
    }
    entry->result = timed->result;
    timed_leave(timed);
    track->seconds[i] += clock_seconds() - begun;
    note("%s: %zu rounds of %zu windows timed in %.0f ms", entry->timed.name,
         entry->result.rounds, timed->windows.count, track->seconds[i] * 1e3);
}

/* Was it not played yet, or is something still unknown of it? */
static bool is_open(const struct race *race, const struct race_entry *entry)
{
    const struct timed_result *result = &entry->result;
    return !result->failed && !result->hopeless &&
           (result->rounds == 0 || !is_settled(race, entry));
}

static void sweep(struct track *track, bool first)
{
    struct race *race = track->race;
    for (size_t i = 0; i < race->count; i++) {
        double slice = time_left(track) / (double)(race->count - i);
        progress_show("timing", race->entries[i].timed.name, i, race->count);
        if (!race->official)
            visit(track, i, slice);
        else if (is_open(race, &race->entries[i]) && (time_left(track) > 0 || first))
            visit(track, i, INFINITY);
    }
}

static size_t rounds_played(const struct race *race)
{
    size_t rounds = 0;
    for (size_t i = 0; i < race->count; i++)
        rounds += race->entries[i].result.rounds;
    return rounds;
}

/* The entry of which another round takes most doubt away for its time; count if none does. */
static size_t most_doubtful(const struct track *track)
{
    const struct race *race = track->race;
    size_t best = race->count;
    double most = 0;
    for (size_t i = 0; i < race->count; i++) {
        const struct race_entry *entry = &race->entries[i];
        if (entry->result.rounds == 0 || entry->result.heats >= MOST_HEATS)
            continue;
        double error = error_of(race, entry), gain = error * error / track->seconds[i];
        if (gain > most) {
            most = gain;
            best = i;
        }
    }
    return best;
}

/* More rounds, until there are `goal`, or no time or no doubt is left. */
static void play_on(struct track *track, size_t goal)
{
    struct race *race = track->race;
    while (rounds_played(race) < goal && time_left(track) > 0) {
        size_t i = most_doubtful(track);
        if (i == race->count)
            return;
        progress_show("timing", race->entries[i].timed.name, i, race->count);
        visit(track, i, INFINITY);
    }
}

static double half_width(const struct race *race, unsigned look)
{
    struct interval_part *parts = must_alloc(race->count * sizeof *parts);
    for (size_t i = 0; i < race->count; i++)
        parts[i] = part_of(&race->entries[i]);
    double half = interval_half(race->policy, parts, race->count, look);
    free(parts);
    return half;
}

static void run_official(struct track *track, struct race_result *result)
{
    unsigned look = 1;
    result->half = half_width(track->race, look);
    while (result->half > RACE_GOAL && time_left(track) > 0 &&
           most_doubtful(track) < track->race->count) {
        play_on(track, (size_t)(LOOK_GROWTH * (double)rounds_played(track->race)) + 1);
        result->half = half_width(track->race, ++look);
    }
    result->known = result->half <= RACE_GOAL;
}

void race_run(struct race *race, struct race_result *result)
{
    const struct policy *policy = race->policy;
    struct track track = {.race = race, .begun = clock_seconds()};
    track.limit = race->official ? policy->timing_official_seconds : policy->timing_seconds;
    track.timed = must_alloc(race->count * sizeof *track.timed);
    track.seconds = must_alloc(race->count * sizeof *track.seconds);
    for (size_t i = 0; i < race->count; i++)
        timed_open(&track.timed[i], &race->entries[i].timed, race->entries[i].findings);
    *result = (struct race_result){0};
    cores_together(0);
    for (int i = 0; i < (race->official ? SWEEPS : 1); i++)
        sweep(&track, i == 0);
    if (race->official)
        run_official(&track, result);
    else
        result->half = half_width(race, 1);
    cores_release();
    for (size_t i = 0; i < race->count; i++)
        timed_close(&track.timed[i]);
    free(track.timed);
    free(track.seconds);
    result->seconds = clock_seconds() - track.begun;
}
