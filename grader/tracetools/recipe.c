/*
 * recipe.c - reads `key = value` text into a struct recipe, or says what is wrong with it.
 *
 * Nothing is guessed: every key belongs to one place, every number has bounds, and the
 * first line that breaks a rule ends the program.
 */
#include "recipe.h"
#include "../engine/file.h"
#include "../engine/number.h"
#include "../engine/say.h"
#include "../engine/utf8.h"
#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The line being read: all that an error message needs, and the recipe it goes into. */
struct reader {
    const char *path;
    int line;
    struct recipe *recipe;
    struct phase *phase;  /* NULL before the first phase */
    const char *seen[16]; /* keys of this phase, or before the first: more than there are */
    unsigned seen_count;
};

_Noreturn static void refuse(const struct reader *at, const char *expected, const char *found)
{
    die("%s:%d: expected %s, found '%s'", at->path, at->line, expected, found);
}

_Noreturn static void refuse_missing(const struct reader *at, const char *expected)
{
    die("%s:%d: expected %s, found none", at->path, at->line, expected);
}

/* Cuts white space from both ends, in place. */
static char *trim(char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    char *end = text + strlen(text);
    while (end > text && isspace((unsigned char)end[-1]))
        end--;
    *end = '\0';
    return text;
}

/* Cuts the next word off *text; an empty word means that there was none. */
static char *next_word(char **text)
{
    char *word = *text + strspn(*text, " \t");
    char *end = word + strcspn(word, " \t");
    *text = *end != '\0' ? end + 1 : end;
    *end = '\0';
    return word;
}

/* A number of bytes: 640, 2^20, or max-8 counted down from the largest size_t of 64 bits. */
static uint64_t byte_count(const struct reader *at, const char *text)
{
    uint64_t value;
    if (strncmp(text, "2^", 2) == 0 && number_read(text + 2, 63, &value))
        return UINT64_C(1) << value;
    if (strncmp(text, "max-", 4) == 0 && number_read(text + 4, UINT64_MAX, &value))
        return UINT64_MAX - value;
    if (!number_read(text, UINT64_MAX, &value))
        refuse(at, "a size such as 640, 2^20 or max-8", text);
    return value;
}

/* The position of `word` in a list of names that ends with NULL. */
static int choose(const struct reader *at, const char *word, const char *const names[],
                  const char *expected)
{
    for (int i = 0; names[i] != NULL; i++)
        if (strcmp(word, names[i]) == 0)
            return i;
    refuse(at, expected, word);
}

static struct kind *find_kind(struct recipe *recipe, const char *name)
{
    for (unsigned i = 0; i < recipe->kind_count; i++)
        if (strcmp(recipe->kinds[i].name, name) == 0)
            return &recipe->kinds[i];
    return NULL;
}

/* LOW..HIGH, or one number for both. */
static void read_range(const struct reader *at, struct kind *kind, char *text)
{
    char *dots = strstr(text, "..");
    if (dots != NULL)
        *dots = '\0';
    kind->low = byte_count(at, text);
    kind->high = dots != NULL ? byte_count(at, dots + 2) : kind->low;
    if (kind->low == 0 || kind->low > kind->high)
        refuse(at, "a range whose low end is at least 1 and not above its high end", text);
    if (kind->law == LAW_WRAP && kind->low == 1)
        refuse(at, "elements of 2 bytes or more: no number of single bytes is too large", text);
    if (kind->law == LAW_POWER && (kind->high >> 24) != 0)
        refuse(at, "sizes below 2^24 (use octaves for larger ones)", text);
}

/* kind = NAME LAW LOW..HIGH [by STEP] */
static void read_kind(const struct reader *at, char *text)
{
    static const char *const laws[] = {"uniform", "power", "octaves", "wrap", NULL};
    struct recipe *recipe = at->recipe;
    char *name = next_word(&text);
    if (recipe->kind_count == RECIPE_KINDS)
        refuse(at, "at most 12 kinds", name);
    if (!isalpha((unsigned char)*name) || strlen(name) >= RECIPE_NAME)
        refuse(at, "a kind's name: a letter, then up to 22 characters", name);
    if (find_kind(recipe, name) != NULL)
        refuse(at, "each kind once", name);
    struct kind *kind = &recipe->kinds[recipe->kind_count++];
    snprintf(kind->name, sizeof kind->name, "%s", name);
    kind->law = (enum law)choose(at, next_word(&text), laws, "uniform, power, octaves or wrap");
    read_range(at, kind, next_word(&text));
    char *by = next_word(&text);
    bool stepped = strcmp(by, "by") == 0;
    kind->step = stepped ? byte_count(at, next_word(&text)) : *by ? 0 : 1;
    if (kind->step == 0 || kind->step > kind->low || *text != '\0')
        refuse(at, "'by' and a step from 1 to the low end, then the end of the line", by);
}

/* Names of kinds, each with an optional weight before it: 3 node 1 text */
static void read_choice(const struct reader *at, struct choice *choice, char *text)
{
    uint64_t weight = 1;
    bool weighed = false;
    memset(choice, 0, sizeof *choice);
    for (char *word = next_word(&text); *word != '\0'; word = next_word(&text)) {
        if (!weighed && number_read(word, UINT64_MAX, &weight)) {
            if (weight == 0 || weight > 1000)
                refuse(at, "a weight from 1 to 1000", word);
            weighed = true;
            continue;
        }
        const struct kind *kind = find_kind(at->recipe, word);
        if (kind == NULL)
            refuse(at, "the name of a kind that is defined above", word);
        choice->weight[kind - at->recipe->kinds] += weight;
        choice->total += weight;
        weight = 1;
        weighed = false;
    }
    if (weighed)
        refuse(at, "the name of a kind after its weight", text);
}

/* Keys of a phase whose value is a number, the verbs they go with, and their bounds. */
struct number_key {
    const char *name;
    size_t offset;
    unsigned verbs; /* bits: 1 << verb */
    uint64_t low, high;
};

#define MILLION    UINT64_C(1000000)
#define FILL       (1U << VERB_FILL)
#define CHURN      (1U << VERB_CHURN)
#define FREE       (1U << VERB_FREE)
#define FIELD(key) offsetof(struct phase, key)

static const struct number_key number_keys[] = {
    {"blocks", FIELD(blocks), FILL, 1, MILLION},
    {"operations", FIELD(operations), CHURN, 1, MILLION},
    {"live", FIELD(live), CHURN, 0, MILLION},
    {"every", FIELD(every), FREE, 1, MILLION},
    {"calloc", FIELD(calloc_percent), FILL | CHURN, 0, 100},
    {"realloc", FIELD(realloc_percent), CHURN, 0, 100},
    {"emptied", FIELD(emptied_percent), CHURN | FREE, 0, 100},
    {"growth", FIELD(growth), CHURN, 1, 1000},
    {"add", FIELD(add), CHURN, 0, MILLION},
    {"limit", FIELD(limit), CHURN, 1, 1000 * MILLION},
};

static uint64_t bounded(const struct reader *at, const char *text, uint64_t low, uint64_t high)
{
    char expected[80];
    uint64_t value;
    if (!number_read(text, high, &value) || value < low) {
        snprintf(expected, sizeof expected, "a number from %llu to %llu",
                 (unsigned long long)low, (unsigned long long)high);
        refuse(at, expected, text);
    }
    return value;
}

/* Reads one of number_keys; false when the key is none that this phase knows. */
static bool read_number(const struct reader *at, const char *key, const char *text)
{
    for (size_t i = 0; i < sizeof number_keys / sizeof *number_keys; i++) {
        const struct number_key *known = &number_keys[i];
        if (strcmp(key, known->name) == 0 && (known->verbs >> at->phase->verb & 1) != 0) {
            uint64_t value = bounded(at, text, known->low, known->high);
            memcpy((char *)at->phase + known->offset, &value, sizeof value);
            return true;
        }
    }
    return false;
}

/* A second value would silently take the place of the first. */
static void note_key(struct reader *at, const char *key)
{
    for (unsigned i = 0; i < at->seen_count; i++)
        if (strcmp(at->seen[i], key) == 0)
            refuse(at, "each key once", key);
    at->seen[at->seen_count++] = key;
}

static void begin_phase(struct reader *at, const char *text)
{
    static const char *const verbs[] = {"fill", "churn", "free", NULL};
    if (at->recipe->phase_count == RECIPE_PHASES)
        refuse(at, "at most 24 phases", text);
    at->phase = &at->recipe->phases[at->recipe->phase_count++];
    at->phase->verb = (enum verb)choose(at, text, verbs, "fill, churn or free");
    at->phase->line = at->line;
    at->phase->every = 1;
    at->seen_count = 0;
}

static void read_phase_key(const struct reader *at, const char *key, char *text)
{
    static const char *const mixes[] = {"random", "turn", NULL};
    static const char *const orders[] = {"random", "oldest", "newest", "young", NULL};
    struct phase *phase = at->phase;
    if (strcmp(key, "of") == 0)
        read_choice(at, &phase->of, text);
    else if (strcmp(key, "resized") == 0 && phase->verb == VERB_CHURN)
        read_choice(at, &phase->resized, text);
    else if (strcmp(key, "mix") == 0 && phase->verb != VERB_FREE)
        phase->mix = (enum mix)choose(at, text, mixes, "random or turn");
    else if (strcmp(key, "order") == 0 && phase->verb != VERB_FILL)
        phase->order = (enum order)choose(at, text, orders, "random, oldest, newest or young");
    else if (!read_number(at, key, text))
        refuse(at, "a key that this kind of phase has", key);
}

static void read_key(struct reader *at, const char *key, char *text)
{
    bool repeats = strcmp(key, "kind") == 0 || strcmp(key, "phase") == 0;
    if (!repeats)
        note_key(at, key);
    if (strcmp(key, "phase") == 0)
        begin_phase(at, text);
    else if (at->phase != NULL)
        read_phase_key(at, key, text);
    else if (strcmp(key, "about") == 0)
        snprintf(at->recipe->about, sizeof at->recipe->about, "%s", text);
    else if (strcmp(key, "seed") == 0)
        at->recipe->seed = bounded(at, text, 0, UINT64_MAX);
    else if (strcmp(key, "rounds") == 0)
        at->recipe->rounds = bounded(at, text, 1, 100);
    else if (strcmp(key, "kind") == 0)
        read_kind(at, text);
    else
        refuse(at, "about, seed, rounds, kind or phase", key);
}

static void read_line(struct reader *at, char *line)
{
    line[strcspn(line, "#")] = '\0';
    line = trim(line + (at->line == 1 ? utf8_mark(line, strlen(line)) : 0));
    char *equals = strchr(line, '=');
    if (*line == '\0')
        return;
    if (equals == NULL)
        refuse(at, "key = value", line);
    *equals = '\0';
    read_key(at, trim(line), trim(equals + 1));
}

/* What a phase cannot do without; the message names the line on which the phase begins. */
static void check_phase(struct reader *at, const struct phase *phase)
{
    bool only_resizes = phase->verb == VERB_CHURN && phase->realloc_percent == 100;
    at->line = phase->line;
    if (phase->of.total == 0 && !only_resizes)
        refuse_missing(at, "'of = KINDS' in this phase");
    if (phase->realloc_percent > 0 && phase->resized.total == 0)
        refuse_missing(at, "'resized = KINDS' in this phase, which reallocates");
    if (phase->growth != 0 && phase->limit == 0)
        refuse_missing(at, "'limit = BYTES' in this phase, whose blocks grow");
    if (phase->verb == VERB_FILL && phase->blocks == 0)
        refuse_missing(at, "'blocks = NUMBER' in this phase");
    if (phase->verb == VERB_CHURN && phase->operations == 0)
        refuse_missing(at, "'operations = NUMBER' in this phase");
}

static void check_recipe(struct reader *at)
{
    if (at->recipe->about[0] == '\0')
        refuse_missing(at, "'about = SENTENCE' in this recipe");
    if (at->recipe->phase_count == 0)
        refuse_missing(at, "at least one phase");
    for (unsigned i = 0; i < at->recipe->phase_count; i++)
        check_phase(at, &at->recipe->phases[i]);
}

/* Changes the text, and needs a NUL behind it. */
static void recipe_parse(struct recipe *recipe, const char *path, char *text, size_t bytes)
{
    struct reader at = {.path = path, .recipe = recipe};
    memset(recipe, 0, sizeof *recipe);
    recipe->rounds = 1;
    for (char *line = text, *next; line < text + bytes; line = next) {
        char *newline = memchr(line, '\n', bytes - (size_t)(line - text));
        char *end = newline ? newline : text + bytes;
        next = end + 1;
        *end = '\0';
        at.line++;
        if (line + strlen(line) < end || end - line >= RECIPE_LINE)
            refuse(&at, "a line of at most 255 characters, and no NUL", line);
        read_line(&at, line);
    }
    check_recipe(&at);
}

void recipe_read(struct recipe *recipe, const char *path)
{
    char why[160];
    size_t bytes;
    char *text = file_read(path, RECIPE_BYTES, &bytes, why, sizeof why);
    if (text == NULL)
        die("%s: the recipe %s", path, why);
    recipe_parse(recipe, path, text, bytes);
    free(text);
}
