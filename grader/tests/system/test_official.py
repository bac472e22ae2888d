"""Official grades: private variations, overfitting, an interval that is short or says so."""

import platform
import re

import driver
import pytest

# Blocks that stay: every byte beside the payload shows.
SIZES = (300, 700, 1500, 412)
TRACE = "0 600 600 1\n" + "".join(f"a {i} {SIZES[i % 4]}\n" for i in range(600))
KNOWS_SIZES = "if (" + " && ".join(f"size != {size}" for size in SIZES) + ") size += 400;"


@pytest.fixture
def grade(confinement, tmp_path):
    trace = tmp_path / "stay-all.rep"
    trace.write_text(TRACE)

    def run(source, **changes):
        submission = tmp_path / "mm.c"
        submission.write_text(source)
        policy = driver.write_policy(tmp_path / "p.policy", timing__official_seconds=3,
                                     **changes)
        return driver.mdriver(tmp_path, submission, [trace], policy=policy,
                              more=["--official"])
    return run


def test_who_knows_the_public_sizes_gains_nothing(grade):
    outcome = grade(driver.bump(malloc=KNOWS_SIZES))
    honest = grade(driver.bump(malloc="size += 400;"))
    assert "OVERFITTED" in outcome.codes()
    assert "OVERFITTED" not in honest.codes()
    trace = outcome.record["traces"][0]
    assert outcome.record["throughput"]["scored_on"] == "variations"
    assert trace["unscored_face"]["utilization"] > 1.4 * trace["utilization"]
    assert outcome.record["score"]["utilization"] == honest.record["score"]["utilization"]


def test_what_is_printed_does_not_tell_of_a_variation(grade):
    outcome = grade(driver.bump(top="#include <stdio.h>",
                                malloc='fprintf(stderr, "%zu bytes\\n", size);'),
                    fuzz__traces=0)
    assert outcome.record["throughput"]["scored_on"] == "variations"
    told = re.findall(r"(\d+) bytes", outcome.record["output"]["text"])
    assert {int(size) for size in told} == set(SIZES)


def test_the_policy_may_score_the_public_traces(grade):
    outcome = grade(driver.bump(malloc=KNOWS_SIZES), score__on="traces")
    trace = outcome.record["traces"][0]
    assert outcome.record["throughput"]["scored_on"] == "traces"
    assert trace["utilization"] > 1.4 * trace["unscored_face"]["utilization"]
    assert "OVERFITTED" in outcome.codes()


def test_utilization_is_the_same_each_time_and_follows_the_seed(grade):
    first, again = (grade(driver.bump()).record["traces"][0] for _ in range(2))
    other = grade(driver.bump(), score__seed=77).record["traces"][0]
    assert first["peak_payload"] == again["peak_payload"]
    assert first["peak_heap"] == again["peak_heap"]
    assert first["peak_payload"] != other["peak_payload"]
    # So is the number of instructions: 15 or 16 for a block that raises the break.
    assert first["instructions_per_operation"] == again["instructions_per_operation"]
    assert 5 < first["instructions_per_operation"] < 40


@pytest.mark.usefixtures("confinement")
def test_a_count_that_is_missing_says_why(tmp_path):
    submission, trace = tmp_path / "mm.c", tmp_path / "short-two.rep"
    submission.write_text(driver.bump())
    trace.write_text("0 2 2 1\na 0 64\na 1 64\n")
    record = driver.mdriver(tmp_path, submission, [trace], more=["--official"]).record
    assert record["traces"][0]["instructions_per_operation"] is None
    assert record["traces"][0]["instructions_missing"] == "the trace is shorter than the sample"


def test_a_grade_by_counts_needs_that_of_the_reference(tmp_path):
    submission, trace, emulator = tmp_path / "mm.c", tmp_path / "short-one.rep", tmp_path / "emulator"
    submission.write_text(driver.bump())
    trace.write_text(driver.SHORT_TRACE)
    emulator.write_text('#!/bin/sh\nexec "$@"\n')
    emulator.chmod(0o755)
    outcome = driver.mdriver(tmp_path, submission, [trace],
                             more=["--metric", "instructions", "--emulator", emulator])
    assert outcome.exit == 2
    assert outcome.stderr == ("mdriver: METRIC=instructions has no count of the reference: "
                              "an emulator runs the program; METRIC=time is there\n")


def test_a_slow_allocator_is_counted_up_to_a_bound(grade):
    trace = grade(driver.bump(malloc="for (volatile int i = 9000; i; i--);")).record["traces"][0]
    assert trace["instructions_at_least"]
    assert trace["instructions_per_operation"] > 100


def test_a_hopeless_allocator_is_cut_off_with_a_bound(grade):
    outcome = grade(driver.bump(malloc="for (volatile int i = 1000000; i; i--);"),
                    throughput__needs=0)
    speed = outcome.record["traces"][0]["throughput"]
    assert speed["stopped_early"] and speed["rounds"] == 1
    assert speed["ratio"] <= 0.005 / 1.5  # where the curve is zero, and the margin
    assert outcome.record["score"]["throughput"] == 0
    assert outcome.record["throughput"]["conclusive"] is True


def test_what_is_not_known_is_inconclusive(grade):
    # Curves on which no measurement is good enough. They overlap: some speed may be just
    # below one and, measured again, just above the next.
    source = driver.bump(malloc="static unsigned n; for (volatile int i = ++n % 64; i; i--);")
    for low in (0.4, 0.2, 0.8, 0.1, 1.6, 0.05):
        outcome = grade(source, throughput__zero=low, throughput__full=3 * low,
                        throughput__needs=0, throughput=40000)
        record = outcome.record
        if record["throughput"]["conclusive"] is False:
            finding, = [f for f in record["findings"] if f["code"] == "INCONCLUSIVE"]
            assert finding["try"].startswith("make doctor, then make grade OFFICIAL=1 ")
            assert record["score"]["plus_minus"] > 0.5
            assert "inconclusive" in outcome.stdout
            return
    pytest.fail("no grade was inconclusive")


# Each division waits for the one before: few instructions, much time.
SLOW_INSTRUCTIONS = ("static volatile uint64_t last = 3; uint64_t x = last;"
                     + "x = 0x123456789abcdef0 / (x | 1);" * 50 + "last = x;")


# Where it sees that it is counted, step by step, it does more: many instructions, little time.
QUICK_INSTRUCTIONS = f"if ({driver.IS_STEPPED}) for (volatile int i = 0; i < 80; i++) {{}}"
X86_64 = pytest.mark.skipif(platform.machine() != "x86_64", reason="the code is for x86-64")


@pytest.mark.parametrize("source, metric, disagree", [
    (driver.bump(malloc=SLOW_INSTRUCTIONS), "instructions", True),
    (driver.bump(malloc=SLOW_INSTRUCTIONS), "time", False),
    pytest.param(driver.bump(malloc=QUICK_INSTRUCTIONS), "instructions", False, marks=X86_64),
    pytest.param(driver.bump(malloc=QUICK_INSTRUCTIONS), "time", True, marks=X86_64),
    ((driver.ROOT / "solution/mm.c").read_text(), "instructions", False),
    ((driver.ROOT / "solution/mm.c").read_text(), "time", False),
], ids=["slow-by-count", "slow-by-clock", "quick-by-count", "quick-by-clock", "reference-by-count",
        "reference-by-clock"])
@pytest.mark.usefixtures("confinement")
def test_a_metric_that_flatters_is_said(source, metric, disagree, tmp_path):
    trace = tmp_path / "short-one.rep"
    trace.write_text(driver.SHORT_TRACE)
    (tmp_path / "mm.c").write_text(source)
    policy = driver.write_policy(tmp_path / "p.policy", timing__official_seconds=3, metric=metric,
                                 metrics__factor=1.5, throughput__needs=0)
    outcome = driver.mdriver(tmp_path, tmp_path / "mm.c", [trace], policy=policy,
                             more=["--official"])
    assert ("METRICS_DISAGREE" in outcome.codes()) == disagree
    # One pass may be slowed down by a neighbour: of several the fastest windows count.
    assert outcome.record["traces"][0]["throughput"]["rounds"] >= 4


@X86_64
@pytest.mark.usefixtures("confinement")
def test_counts_that_were_cut_off_hide_nothing(tmp_path):
    """They seem to say that the clock is slow; one trace says that it is too fast."""
    traces = [tmp_path / f"short-{name}.rep" for name in ("counted", "one", "two", "three")]
    traces[0].write_text(driver.SHORT_TRACE)
    for trace in traces[1:]:
        trace.write_text(driver.SHORT_TRACE.replace("a 0 100", "a 0 200"))
    (tmp_path / "mm.c").write_text(driver.bump(
        malloc="if (size < 190) {" + QUICK_INSTRUCTIONS + "}"
               "else for (volatile int i = 0; i < 2000; i++) {}"))
    policy = driver.write_policy(tmp_path / "p.policy", timing__official_seconds=3,
                                 metrics__factor=1.1, throughput__needs=0)
    outcome = driver.mdriver(tmp_path, tmp_path / "mm.c", traces, policy=policy,
                             more=["--official"])
    cut = [trace["instructions_at_least"] for trace in outcome.record["traces"]]
    assert cut == [False, True, True, True]
    assert "METRICS_DISAGREE" in outcome.codes()


def test_a_false_mm_init_when_timed_is_named(tmp_path):
    trace = tmp_path / "short-one.rep"
    trace.write_text(driver.SHORT_TRACE)
    submission = tmp_path / "mm.c"
    # A timed runner's window is longer than one: an attack may look.
    top = driver.whole('#include "found.h"\n')
    submission.write_text(driver.bump(top=top,
                                      init="if (runner->orders->window > 1) return false;"))
    outcome = driver.mdriver(tmp_path, submission, [trace])
    assert {finding["code"] for finding in outcome.errors()} == {"NONDETERMINISTIC"}
    assert "mm_init reported failure in the timed run" in outcome.stdout.replace("\n", " ")


def test_what_a_constructor_puts_into_the_heap_is_gone(tmp_path):
    trace = tmp_path / "short-one.rep"
    trace.write_text(driver.SHORT_TRACE)
    submission = tmp_path / "mm.c"
    top = driver.whole("""#include "found.h"
#define PLACE ((volatile char *)mem_heap_lo())[64]
__attribute__((constructor)) static void prepare(void)
{
    if (runner->orders->window > 1)
        PLACE = 1;
}
""")
    submission.write_text(driver.bump(top=top, init="if (runner->orders->window > 1 && PLACE)"
                                                    " return false;"))
    outcome = driver.mdriver(tmp_path, submission, [trace])
    assert outcome.errors() == []


# A repeated copy, downwards, of a `ret` over itself: what was put there meanwhile is gone.
ESCAPE = r"""__asm__(".section .escape,\"awx\"\n"
        "bytes: .byte 0xfc, 0xc3\n .fill 6, 1, 0x90\n"
        "escape: std\n lea bytes+7(%rip), %rsi\n lea 1f+7(%rip), %rdi\n mov $8, %ecx\n"
        " rep movsb\n 1: cld\n ret\n .fill 6, 1, 0x90\n"
        "come_back: movb $0xcc, 1b(%rip)\n jmp 1b\n.text");
void escape(void), come_back(void);
"""

# Output of which there is more than enough: the next byte brings a signal, and that is ignored.
LIMIT = driver.whole('#include "raw.h"\n#include <asm/unistd.h>\n') + """
static const char text[1024] = {'.'};
static void say(long bytes) { raw_call(__NR_write, 1, (long)text, bytes, 0, 0, 0); }
"""

# Thousands of instructions, and what is done before and after them by who sees that it is counted.
LONG = "for (volatile int i = 0; i < 2500; i++) {}"
ESCAPES = {
    "plain": driver.bump(malloc=LONG),
    "over-a-stop": driver.bump(ESCAPE, malloc=f"if ({driver.IS_STEPPED}) escape(); {LONG}"),
    "own-stop": driver.bump(ESCAPE, malloc=f"int seen = {driver.IS_STEPPED}; if (seen) escape();"
                                           f"{LONG} if (seen) come_back();"),
    "ignored-signal": driver.bump(LIMIT, "for (int i = 0; i < 65; i++) say(sizeof text);",
                                  f"if ({driver.IS_STEPPED}) say(1); {LONG}"),
}


@X86_64
@pytest.mark.parametrize("name", ESCAPES)
@pytest.mark.usefixtures("confinement")
def test_nothing_runs_alone_while_it_is_counted(name, tmp_path):
    trace = tmp_path / "short-one.rep"
    trace.write_text(driver.SHORT_TRACE)
    submission = tmp_path / "mm.c"
    submission.write_text(ESCAPES[name])
    policy = driver.write_policy(tmp_path / "p.policy", timing__official_seconds=1,
                                 metric="instructions", throughput__zero=1e-4,
                                 throughput__needs=0)
    outcome = driver.mdriver(tmp_path, submission, [trace], policy=policy, more=["--official"])
    trace = outcome.record["traces"][0]
    assert not trace["valid"] or trace["instructions_per_operation"] > 3000


SLEEP = driver.whole('#include "raw.h"\n#include <asm/unistd.h>\n') + """
static int word;
static void sleep_on(void) { for (;;) raw_call(__NR_futex, (long)&word, 0, 0, 0, 0, 0); }
"""


@X86_64
@pytest.mark.usefixtures("confinement")
def test_who_sleeps_when_it_is_counted_is_not_waited_for(tmp_path):
    trace = tmp_path / "short-one.rep"
    trace.write_text(driver.SHORT_TRACE)
    (tmp_path / "mm.c").write_text(driver.bump(SLEEP, malloc=f"if ({driver.IS_STEPPED}) sleep_on();"))
    policy = driver.write_policy(tmp_path / "p.policy", timing__official_seconds=1)
    outcome = driver.mdriver(tmp_path, tmp_path / "mm.c", [trace], policy=policy,
                             more=["--official"])
    trace = outcome.record["traces"][0]
    assert trace["instructions_per_operation"] is None
    assert "in another way" in trace["instructions_missing"]
    assert "METRICS_DISAGREE" in outcome.codes(), "a person looks at it"


@X86_64
@pytest.mark.usefixtures("confinement")
def test_who_is_followed_no_more_has_to_answer_soon(tmp_path):
    """Not after as long as all the steps would have taken."""
    trace = tmp_path / "short-one.rep"
    trace.write_text(driver.SHORT_TRACE)
    (tmp_path / "mm.c").write_text(driver.bump(malloc=f"""
        if ({driver.IS_STEPPED}) {{
            while ({driver.IS_STEPPED}) {{}}
            for (volatile long i = 0; i < 500000000; i++) {{}}
        }}"""))
    policy = driver.write_policy(tmp_path / "p.policy", timing__official_seconds=1,
                                 metric="instructions", throughput__zero=0.02,
                                 throughput__needs=0, limit__operation_seconds=0.02)
    outcome = driver.mdriver(tmp_path, tmp_path / "mm.c", [trace], policy=policy,
                             more=["--official"])
    assert "NONDETERMINISTIC" in outcome.codes()


# Repeated stores and copies of each size, also of bytes just written; what they make is compared
# with what a loop makes.
REPEATS = r"""
#define REPEAT(op) __asm__ volatile("rep " #op : "+D"(to), "+S"(from), "+c"(n) : "a"(word) : "memory")
static bool repeats_right(void)
{
    static const unsigned distances[] = {1, 3, 4, 8, 9, 100};
    const uint64_t word = 0x1122334455667788;
    unsigned char is[240], want[240];
    for (unsigned i = 0; i < 8 * sizeof distances / sizeof *distances; i++) {
        unsigned unit = 1u << i % 4, distance = distances[i / 8];
        bool copies = i / 4 % 2;
        for (unsigned k = 0; k < sizeof is; k++)
            want[k] = is[k] = (unsigned char)(k * 7);
        for (unsigned k = 0; k < 16; k++) {
            uint64_t piece = word;
            memcpy(&piece, want + k * unit, copies ? unit : 0);
            memcpy(want + distance + k * unit, &piece, unit);
        }
        unsigned char *from = is, *to = is + distance;
        unsigned long n = 16;
        switch (i % 8) {
        case 0: REPEAT(stosb); break;
        case 1: REPEAT(stosw); break;
        case 2: REPEAT(stosl); break;
        case 3: REPEAT(stosq); break;
        case 4: REPEAT(movsb); break;
        case 5: REPEAT(movsw); break;
        case 6: REPEAT(movsl); break;
        case 7: REPEAT(movsq); break;
        }
        if (memcmp(is, want, sizeof is) != 0 || n != 0 || to != is + distance + 16 * unit ||
            from != is + (copies ? 16 * unit : 0))
            return false;
    }
    return true;
}
"""


@X86_64
@pytest.mark.usefixtures("confinement")
def test_what_repeats_itself_does_the_same_when_it_is_counted(tmp_path):
    trace = tmp_path / "short-one.rep"
    trace.write_text(driver.SHORT_TRACE)
    (tmp_path / "mm.c").write_text(driver.bump(
        REPEATS, malloc=f"static bool asked; if (!asked && {driver.IS_STEPPED}) {{ asked = true;"
                        "if (!repeats_right()) return NULL; }"))
    policy = driver.write_policy(tmp_path / "p.policy", timing__official_seconds=1,
                                 metric="instructions", throughput__zero=1e-5,
                                 throughput__needs=0)
    outcome = driver.mdriver(tmp_path, tmp_path / "mm.c", [trace], policy=policy,
                             more=["--official"])
    assert outcome.errors() == []
    assert outcome.record["traces"][0]["instructions_per_operation"] > 300
