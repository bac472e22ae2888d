"""Attacks: submissions that want points which their allocator did not earn.

grader/tests/hostile/README.md says how an attack is written and what stopped each. For every
one: there is a valid record, soon; the score is not above that of the honest twin; nothing
outside the work folder was read or changed; nothing is left.
"""

import concurrent.futures
import itertools
import json
import os
import random
import re

import driver
import pytest

HONEST = driver.HOSTILE / "honest.c"
ATTACKS = sorted(path for path in driver.HOSTILE.glob("*-*.c"))

WORDS = "the-words-that-nobody-may-read"
BRIEF = ("source-", "compile-", "link-", "run-", "output-")
BUILT = ("source-", "compile-", "link-")  # the others are attacks only if they are built
TIMING_TOLERANCE = 3  # points of 40; what a busy machine adds or takes
TRIES = 4  # and it does so hardly ever that many times
HIDDEN = 0.002  # of the heap: a table of which hardly a line changes is not seen (residue.h)


# Large blocks that are cleared and that grow, each with a small one behind it; some giants.
LARGE_TRACE = "0\n2\n768\n1\n" + (
    "c 0 1500000 1\na 1 50\nr 0 2500000\nr 0 4000000\nf 0\nf 1\n" * 8 +
    "c 0 100000 1\na 1 50\nr 0 120000\nr 0 200000\nf 0\nf 1\n" * 120)


def make_trace(seed, operations, keep):
    """Small blocks that come and go, some cleared and some resized; two windows of them."""
    rng, lines, live, ids = random.Random(seed), [], [], itertools.count()
    while len(lines) < operations:
        if len(live) < 40 or (len(live) < 120 and rng.random() < 0.5):
            name, size = next(ids), int(2 ** rng.uniform(3, 9.5))
            lines.append(f"c {name} {size} 1" if rng.random() < 0.1 else f"a {name} {size}")
            live.append(name)
        elif rng.random() < 0.1:
            lines.append(f"r {rng.choice(live)} {int(2 ** rng.uniform(3, 10))}")
        else:
            lines.append(f"f {live.pop(rng.randrange(len(live)))}")
    lines += [] if keep else [f"f {name}" for name in live]
    return driver.trace_text(next(ids), lines)


class Arena:
    """Where attacks are graded: traces, a policy without a ceiling, a secret, an outside."""

    def __init__(self, folder):
        self.folder = folder
        self.within = ()  # what mdriver is called by
        self.outside = folder / "outside"
        self.outside.mkdir()
        self.secret = self.outside / "secret.h"
        self.secret.write_text(f'#define {WORDS} "{WORDS}"\n{WORDS}\n')
        self.traces = [folder / "mix-all-freed.rep", folder / "string-some-kept.rep"]
        self.traces[0].write_text(make_trace(1, 6000, keep=False))
        self.traces[1].write_text(make_trace(2, 5000, keep=True))
        self.traces.append(folder / "array-large.rep")
        self.traces[2].write_text(LARGE_TRACE)
        self.policy = driver.write_policy(
            folder / "open.policy", timing__seconds=60, limit__operation_seconds=0.2,
            limit__trace_seconds=1, limit__resident_mib=64, utilization__zero=0.1,
            utilization__full=1.5, throughput__zero=0.05, throughput__full=5,
            throughput__needs=0.1)
        self.before = self.look()

    def look(self):
        """All that an attack could change outside."""
        return {path: (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_mode)
                for path in self.outside.rglob("*")}

    def compose(self, path):
        """The submission: the attack, with files of its folder in place of their #include."""
        text = driver.whole(path.read_text())
        return (f'#define SECRET "{self.secret}"\n#define OUTSIDE "{self.outside}/new"\n'
                f'#line 1 "mm.c"\n{text}')

    def grade(self, submission, traces=None):
        return driver.mdriver(self.folder, submission, traces or self.traces,
                              policy=self.policy, within=self.within)

    def attack(self, path, traces=None):
        submission = self.folder / path.name
        submission.write_text(self.compose(path))
        return self.grade(submission, traces)


@pytest.fixture(scope="module")
def arena(tmp_path_factory):
    return Arena(tmp_path_factory.mktemp("hostile"))


def fastest(outcomes):
    for outcome in outcomes:
        assert outcome.exit == 0, outcome.stdout
    return max((outcome.record for outcome in outcomes),
               key=lambda record: record["score"]["throughput"])


@pytest.fixture(scope="module")
def twin(arena):
    """The honest allocator's record: the fastest of three."""
    return fastest([arena.attack(HONEST) for _ in range(3)])


@pytest.fixture(scope="module")
def brief(arena, request):
    """Attacks that do not depend on the traces: graded on one, two at a time; and the twin."""
    asked = [item.callspec.params.get("path") for item in request.session.items
             if hasattr(item, "callspec")]
    paths = [path for path in ATTACKS if path.stem.startswith(BRIEF) and path in asked]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(lambda path: arena.attack(path, arena.traces[:1]), paths))
    honest = fastest([arena.attack(HONEST, arena.traces[:1]) for _ in range(3)])
    return {path: (outcome, honest) for path, outcome in zip(paths, outcomes)}


def assert_harmless(outcome, arena):
    assert outcome.exit in (0, 1), outcome.stderr
    assert outcome.record is not None
    assert outcome.stderr == ""
    assert outcome.processes == ()
    assert outcome.files == ()
    assert len(outcome.stdout) < 50000
    assert re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", outcome.stdout) is None
    assert arena.look() == arena.before
    assert WORDS not in outcome.stdout + json.dumps(outcome.record)


def assert_no_gain(record, twin):
    for trace, honest in zip(record["traces"], twin["traces"]):
        if trace["valid"]:
            assert trace["utilization"] <= honest["utilization"] * (1 + HIDDEN)
    score, honest = record["score"], twin["score"]
    assert score["correctness"] <= honest["correctness"]
    assert score["utilization"] <= honest["utilization"] + 100 * HIDDEN
    assert score["throughput"] <= honest["throughput"] + TIMING_TOLERANCE


def is_quicker(record, twin):
    """By this alone nobody is accused: a busy machine may have done it. Both run again; who
    gains by an attack does so each time."""
    return record["score"]["throughput"] > twin["score"]["throughput"] + TIMING_TOLERANCE


def lists_of(path):
    """An attack may have fewer lists than the honest allocator: then so has its twin."""
    lists = re.search(r"(?m)^#define LISTS .*\n", path.read_text())
    return lists[0] if lists else ""


def own_twin(path, arena, traces):
    submission = arena.folder / f"twin-{path.name}"
    submission.write_text(lists_of(path) + HONEST.read_text())
    return fastest([arena.grade(submission, traces)])


@pytest.mark.parametrize("path", driver.sample(ATTACKS, 5), ids=lambda path: path.stem)
def test_it_gains_nothing(path, arena, twin, brief, request):
    if path.stem.startswith("source-"):  # these attack the compiler
        request.getfixturevalue("confinement")
    traces = arena.traces[:1] if path in brief else arena.traces
    outcome, honest = brief.get(path) or (
        arena.attack(path), own_twin(path, arena, traces) if lists_of(path) else twin)
    assert_harmless(outcome, arena)
    assert path.stem.startswith(BUILT) or "COMPILE" not in outcome.codes()
    for _ in range(TRIES):
        if not is_quicker(outcome.record, honest):
            break
        again = own_twin(path, arena, traces)
        outcome = arena.attack(path, traces)
        honest = max(honest, again, key=lambda record: record["score"]["throughput"])
    assert_no_gain(outcome.record, honest)


# Names of a submission that a shell, a terminal, an option parser or JSON would misread.
NAMES = ["new\nline.c", "quote's \"and\" more.c", "$(touch made).c", "`touch made`.c", "-o.c",
         "--help", "a;touch made;.c", "%s%n.c", "\x1b[31mred.c", "back\\slash.c", "é\u202eb.c",
         "x" * 250 + ".c"]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_name_is_only_a_name(name, arena, tmp_path):
    (tmp_path / name).write_text("int x = ;\n")
    outcome = driver.mdriver(arena.folder, name, arena.traces, policy=arena.policy,
                             cwd=tmp_path)
    assert_harmless(outcome, arena)
    assert outcome.record["submission"]["name"] == name.replace("\u202e", "\ufffd" * 3)
    assert [path.name for path in tmp_path.iterdir()] == [name]


# What is no file is refused: our own fault (exit 2), no grade, and soon.
@pytest.mark.parametrize("make", [
    lambda path: os.mkfifo(path),
    lambda path: path.mkdir(),
    lambda path: path.symlink_to("/dev/zero"),
    lambda path: path.symlink_to("/no/such/file"),
    lambda path: path.symlink_to(path),
    lambda path: path.write_bytes(b"/" * (2 << 20)),
], ids=["fifo", "folder", "device", "missing", "loop", "too-long"])
def test_what_is_no_file_is_refused(make, arena, tmp_path):
    make(tmp_path / "mm.c")
    outcome = driver.mdriver(arena.folder, tmp_path / "mm.c", arena.traces,
                             policy=arena.policy)
    assert outcome.exit == 2
    assert outcome.record is None
    assert outcome.stderr.startswith("mdriver: ")
    assert outcome.files == ()


@pytest.mark.parametrize("text", [b"\0" * 1000, b"(" * (1 << 20), b"{" * (1 << 20),
                                  b"int a = " + b"-" * (1 << 19) + b"1;", b"\xff" * 5000,
                                  b'#define A "' + b"\\\n" * 300000 + b'"\n'],
                         ids=["nul", "round", "curly", "minus", "no-utf8", "one-line"])
def test_a_source_of_odd_bytes(text, arena, tmp_path):
    (tmp_path / "mm.c").write_bytes(text)
    outcome = arena.grade(tmp_path / "mm.c")
    assert_harmless(outcome, arena)
    assert {finding["code"] for finding in outcome.errors()} == {"COMPILE"}


def test_a_table_above_the_break(arena, tmp_path):
    """The heap is small for long, and large in the end: what lies above the break until then is
    no more the allocator's when it is timed than when it is checked."""
    trace = tmp_path / "mix-late.rep"
    small = make_trace(4, 30000, keep=False).split("\n", 4)
    ids, count = int(small[1]), int(small[2])
    trace.write_text(driver.trace_text(ids + 1, small[4].splitlines() + [f"a {ids} 60000"]))
    outcome = arena.attack(driver.HOSTILE / "timing-table-above-break.c", [trace])
    assert len(small[4].splitlines()) == count
    assert outcome.codes() & {"CRASH", "NONDETERMINISTIC"}
    assert not outcome.record["traces"][0]["valid"]


def test_a_payload_that_is_known_to_stay(arena, tmp_path):
    """Who knows the trace knows when a block's bytes will be seen, and can have them in order by
    then: they are looked at in between, too, and nobody knows when."""
    trace = tmp_path / "mix-first-stays.rep"
    small = make_trace(5, 5000, keep=True).split("\n", 4)
    trace.write_text(driver.trace_text(int(small[1]) + 1,
                                       [f"a {small[1]} 100"] + small[4].splitlines()))
    outcome = arena.attack(driver.HOSTILE / "memory-borrow-for-long.c", [trace])
    assert "CORRUPTED" in outcome.codes()
    assert not outcome.record["traces"][0]["valid"]


def test_memory_for_a_moment(arena, tmp_path):
    """Of thousands of operations the heap is full for two: memory for these is worth as much as
    memory for all."""
    trace, small = tmp_path / "mix-peak.rep", make_trace(6, 6000, keep=False).split("\n", 4)
    ids, lines = small[1], small[4].splitlines()
    trace.write_text(driver.trace_text(int(ids) + 1, [
        *lines[:3000], f"a {ids} 12000", f"f {ids}", *lines[3000:]]))
    outcome = arena.attack(driver.HOSTILE / "memory-at-the-peak.c", [trace])
    assert "PRIVATE_STATE" in outcome.codes()
