#include "record.h"
#include "file.h"
#include "json.h"
#include "say.h"
#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

static void write_text_or_null(struct json *json, const char *key, const char *text)
{
    if (text)
        json_string(json, key, text);
    else
        json_null(json, key);
}

static void write_culprit(struct json *json, const struct finding *finding)
{
    if (finding->culprit.line == 0) {
        json_null(json, "culprit");
        return;
    }
    json_open(json, "culprit", '{');
    json_string(json, "file", finding->culprit.file);
    json_integer(json, "line", finding->culprit.line);
    json_string(json, "function", finding->culprit.function);
    json_close(json, '}');
}

static void write_finding(struct json *json, const struct finding *finding)
{
    json_open(json, NULL, '{');
    json_string(json, "code", finding_name(finding->code));
    json_string(json, "severity", severity_name(finding_severity(finding->code)));
    write_text_or_null(json, "trace", finding->trace);
    if (finding->line)
        json_integer(json, "line", finding->line);
    else
        json_null(json, "line");
    json_string(json, "message", finding->message);
    json_string(json, "usual_cause", finding_usual_cause(finding->code));
    write_culprit(json, finding);
    write_text_or_null(json, "try", finding->next);
    json_close(json, '}');
}

static void write_findings(struct json *json, const struct findings *list)
{
    for (size_t i = 0; i < list->count; i++)
        write_finding(json, &list->items[i]);
}

static void write_all_findings(struct json *json, const struct grade *grade)
{
    json_open(json, "findings", '[');
    write_findings(json, &grade->findings);
    for (size_t i = 0; i < grade->trace_count; i++)
        write_findings(json, &grade->traces[i].findings);
    json_close(json, ']');
}

static void write_speed(struct json *json, const struct grade_trace *trace)
{
    if (!trace->timed) {
        json_null(json, "throughput");
        return;
    }
    double width = exp(1.96 * trace->log_error);
    json_open(json, "throughput", '{');
    json_number(json, "ratio", trace->ratio);
    bool known = !trace->hopeless && isfinite(width);
    json_number(json, "low", known ? trace->ratio / width : NAN);
    json_number(json, "high",
                trace->hopeless ? trace->ratio
                : known         ? trace->ratio * width
                                : NAN);
    json_number(json, "ns_per_operation", trace->ns);
    json_number(json, "reference_ns_per_operation", trace->reference_ns);
    json_number(json, "charged_ns_per_operation", trace->charged_ns);
    json_integer(json, "rounds", trace->rounds);
    json_boolean(json, "stopped_early", trace->hopeless);
    json_close(json, '}');
}

/* What the points were made of, so that they can be made again under other weights. */
static void write_counted(struct json *json, const struct score_trace *counted)
{
    json_open(json, "counted", '{');
    json_boolean(json, "valid", counted->valid);
    json_exact(json, "utilization", counted->utilization);
    json_exact(json, "ratio", counted->ratio);
    json_close(json, '}');
}

/* The face of the trace that earns nothing, for comparison. */
static void write_other(struct json *json, const char *key, const struct overfit_face *face)
{
    json_open(json, key, '{');
    json_number(json, "utilization", face->utilization);
    json_number(json, "reference_utilization", face->reference_utilization);
    json_number(json, "ratio", face->ratio);
    json_close(json, '}');
}

static void write_trace(struct json *json, const struct grade_trace *trace)
{
    json_open(json, NULL, '{');
    json_string(json, "name", trace->name);
    json_string(json, "category", trace->category);
    json_boolean(json, "scored", trace->scored);
    json_boolean(json, "valid", trace->valid);
    json_integer(json, "ops", trace->operations);
    json_number(json, "utilization", trace->utilization);
    json_number(json, "reference_utilization", trace->reference_utilization);
    json_integer(json, "peak_payload", trace->peak_payload);
    json_integer(json, "peak_heap", trace->peak_heap);
    json_integer(json, "sbrk_calls", trace->sbrk_calls);
    json_integer(json, "pages_touched", trace->pages_touched);
    write_speed(json, trace);
    json_number(json, "instructions_per_operation", trace->instructions);
    json_number(json, "reference_instructions_per_operation", trace->reference_instructions);
    json_boolean(json, "instructions_at_least", trace->instructions_at_least);
    write_text_or_null(json, "instructions_missing", trace->no_instructions);
    if (trace->other.utilization > 0)
        write_other(json, "unscored_face", &trace->other);
    else
        json_null(json, "unscored_face");
    write_counted(json, &trace->counted);
    json_open(json, "findings", '[');
    write_findings(json, &trace->findings);
    json_close(json, ']');
    json_close(json, '}');
}

static void write_traces(struct json *json, const struct grade *grade)
{
    json_open(json, "traces", '[');
    for (size_t i = 0; i < grade->trace_count; i++)
        write_trace(json, &grade->traces[i]);
    json_close(json, ']');
}

static void write_mixes(struct json *json, const struct mixes *mixes)
{
    if (mixes->count == 0) {
        json_null(json, "fuzz");
        return;
    }
    json_open(json, "fuzz", '{');
    json_integer(json, "seed", mixes->seed);
    json_integer(json, "traces", mixes->count);
    json_integer(json, "run", mixes->run);
    json_integer(json, "valid", mixes->valid);
    json_close(json, '}');
}

static void write_score(struct json *json, const struct grade *grade)
{
    const struct score *score = &grade->score;
    if (!score->scored) {
        json_null(json, "score");
        return;
    }
    json_open(json, "score", '{');
    json_number(json, "total", score->total);
    json_number(json, "max", score->max);
    json_number(json, "correctness", score->correctness);
    json_number(json, "utilization", score->utilization);
    json_number(json, "throughput", score->throughput);
    json_number(json, "plus_minus", grade->timing.half);
    if (grade->policy.checker > 0)
        json_number(json, "checker", score->checker);
    json_close(json, '}');
}

static void write_checker(struct json *json, const struct checker_result *c)
{
    json_open(json, "checker", '{');
    json_integer(json, "seed", c->seed);
    json_integer(json, "asked", c->asked);
    json_integer(json, "false_alarms", c->alarms);
    json_integer(json, "damages", c->damages);
    json_integer(json, "consequential", c->consequential);
    json_integer(json, "noticed", c->noticed);
    json_integer(json, "no_answer", c->lost);
    json_number(json, "rate", c->consequential ? c->rate : NAN);
    json_number(json, "low", c->consequential ? c->low : NAN);
    json_number(json, "high", c->consequential ? c->high : NAN);
    json_open(json, "missed", '[');
    for (size_t i = 0; i < CHECKER_EXAMPLES && c->missed[i]; i++)
        json_string(json, NULL, c->missed[i]);
    json_close(json, ']');
    json_close(json, '}');
}

static void write_throughput(struct json *json, const struct grade *grade)
{
    json_open(json, "throughput", '{');
    json_number(json, "ratio", grade->ratio);
    json_number(json, "low", grade->low);
    json_number(json, "high", grade->high);
    json_number(json, "confidence", 0.95);
    json_string(json, "metric", grade->policy.by_instructions ? "instructions" : "time");
    json_string(json, "scored_on", grade->timing.varied ? "variations" : "traces");
    json_boolean(json, "estimate", !grade->official);
    if (grade->official)
        json_boolean(json, "conclusive", grade->timing.known);
    else
        json_null(json, "conclusive");
    json_number(json, "seconds", grade->timing.seconds);
    json_close(json, '}');
}

static void write_identity(struct json *json, const struct grade *grade)
{
    json_string(json, "schema", RECORD_SCHEMA);
    json_string(json, "profile", grade->profile);
    json_boolean(json, "official", grade->official);
    json_open(json, "policy", '{');
    json_string(json, "name", grade->policy.name);
    json_string(json, "hash", grade->policy_sha256);
    json_string(json, "reference", grade->reference_sha256);
    json_close(json, '}');
    json_open(json, "submission", '{');
    json_string(json, "name", grade->submission);
    json_string(json, "sha256", grade->sha256);
    json_integer(json, "static_bytes", grade->static_bytes);
    json_close(json, '}');
}

static void write_circumstances(struct json *json, const struct grade *grade)
{
    json_open(json, "output", '{');
    json_text(json, "text", grade->output ? grade->output : "", grade->output_bytes);
    json_boolean(json, "cut", grade->output_cut);
    json_close(json, '}');
    json_open(json, "protections", '{');
    for (size_t i = 0; i < GRADE_PROTECTIONS; i++)
        json_string(json, grade->protections[i].name, grade->protections[i].state);
    json_close(json, '}');
    json_open(json, "kit", '{');
    json_string(json, "version", grade->kit.version);
    json_string(json, "compiler", grade->kit.compiler);
    json_string(json, "flags", grade->kit.flags);
    json_string(json, "machine", grade->kit.machine);
    json_string(json, "system", grade->kit.system);
    json_string(json, "compiler_sandbox", grade->kit.sandbox);
    json_integer(json, "heap_room", grade->kit.heap_room);
    json_close(json, '}');
    json_open(json, "seconds", '{');
    json_number(json, "compile", grade->seconds.compile);
    json_number(json, "checked", grade->seconds.checked);
    json_number(json, "timed", grade->seconds.timed);
    json_close(json, '}');
}

void record_write(const struct grade *grade, FILE *out)
{
    struct json json = {.out = out, .fresh = true};
    json_open(&json, NULL, '{');
    write_identity(&json, grade);
    write_score(&json, grade);
    if (grade->policy.checker > 0)
        write_checker(&json, &grade->checker);
    write_throughput(&json, grade);
    json_number(&json, "utilization", grade->utilization);
    write_all_findings(&json, grade);
    write_traces(&json, grade);
    write_mixes(&json, &grade->mixes);
    write_circumstances(&json, grade);
    json_close(&json, '}');
    fputc('\n', out);
}

void record_save(const struct grade *grade, const char *path)
{
    struct stat status;
    char *name;
    if (lstat(path, &status) == 0 && !S_ISREG(status.st_mode)) { /* as /dev/stdout, a link */
        FILE *out = file_create(path);
        record_write(grade, out);
        file_finish(out, path);
        return;
    }
    FILE *draft = file_draft(path, &name);
    if (draft)
        record_write(grade, draft);
    if (!file_replace(draft, name, path))
        die("%s: the record could not be written: %s", path, strerror(errno));
}
