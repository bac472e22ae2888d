"""The kit's own allocators: correct on every trace, and each better than the last.

Nothing here depends on time: the timed run is only asked whether it found a fault.
"""

import driver
import pytest

STAGES = [f"solution/stages/{name}/mm.c"
          for name in ("1-implicit", "2-explicit", "3-segregated")]
LADDER = ["starter/mm.c", *STAGES, "solution/mm.c"]
DEBUG = driver.ROOT / "traces/debug"


def scored_traces():
    return driver.built()["folder"] / "traces"


def by_category():
    """The first trace of each category."""
    first = {}
    for path in sorted(scored_traces().glob("*.rep")):
        first.setdefault(path.stem.partition("-")[0], path)
    return first


def traces_for(profile):
    """All of them; the classic profile, where heaps differ little, gets one of each sort."""
    return [DEBUG, scored_traces()] if profile == "modern" else [DEBUG, *by_category().values()]


def untimed(path):
    """A policy that scores nothing, so that nothing is timed."""
    weights = {f"category__{name}": 0 for name in by_category()}
    return driver.write_policy(path, timing__seconds=0, **weights)


def grade(where, allocator, profile, traces, policy, **options):
    return driver.mdriver(where, driver.ROOT / allocator, traces, profile=profile,
                          policy=policy, **options)


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    """checked(allocator, profile): the outcome on its traces, made once."""
    folder, outcomes = tmp_path_factory.mktemp("allocators"), {}
    policy = untimed(folder / "untimed.policy")

    def outcome(allocator, profile):
        if (allocator, profile) not in outcomes:
            outcomes[allocator, profile] = grade(folder, allocator, profile,
                                                 traces_for(profile), policy)
        return outcomes[allocator, profile]

    return outcome


def advice_of(profile):
    """Aligned to 8 bytes, as the classic profile asks, they are advised of 16."""
    return {"BEYOND_CLASSIC"} if profile == "classic" else set()


@pytest.mark.parametrize("profile", ["modern", "classic"])
@pytest.mark.parametrize("allocator", LADDER)
def test_correct_on_every_trace(allocator, profile, checked):
    outcome = checked(allocator, profile)
    assert outcome.codes() <= advice_of(profile)
    assert all(trace["valid"] for trace in outcome.record["traces"])
    assert outcome.exit == (1 if outcome.codes() else 0)
    assert outcome.record["score"] is None


@pytest.mark.parametrize("profile", ["modern", "classic"])
@pytest.mark.parametrize("allocator", LADDER)
def test_the_timed_run_agrees(allocator, profile, tmp_path, quick):
    traces = [scored_traces() / f"{name}.rep" for name in ("struct-small", "realloc-strings")]
    outcome = grade(tmp_path, allocator, profile, traces, quick)
    assert outcome.codes() <= advice_of(profile)
    assert all(trace["throughput"] for trace in outcome.record["traces"])


@pytest.mark.parametrize("allocator", LADDER)
def test_its_heap_checker_finds_it_sound(allocator, tmp_path):
    # Each call walks the heap: on a long trace that would take minutes.
    outcome = grade(tmp_path, allocator, "modern", [DEBUG], untimed(tmp_path / "p.policy"),
                    checkheap=True)
    assert outcome.record["findings"] == []


def utilization(outcome):
    """The mean over the traces that are scored by the final policy."""
    parts = [trace["utilization"] for trace in outcome.record["traces"]
             if trace["category"] != "debug"]
    return sum(parts) / len(parts)


@pytest.mark.parametrize("profile", ["modern", "classic"])
def test_utilization_climbs_the_ladder(profile, checked):
    starter, *stages, solution = [utilization(checked(a, profile)) for a in LADDER]
    for stage in stages:
        assert starter < stage < solution


@pytest.mark.parametrize("allocator", LADDER)
def test_the_same_twice(allocator, checked, tmp_path):
    """Grading again shows the same heap on each trace: nothing here is left to chance."""
    first = {trace["name"]: trace for trace in checked(allocator, "modern").record["traces"]}
    traces = [scored_traces() / "mix-desktop.rep"]
    again = grade(tmp_path, allocator, "modern", traces, untimed(tmp_path / "p.policy"))
    for trace in again.record["traces"]:
        assert trace == first[trace["name"]]


def test_the_ladder_grades_by_the_traces_that_are_named(short):
    done = driver.make("-s", "ladder", f"TRACES={short}", f"POLICY={driver.POLICIES / 'final.policy'}")
    assert done.exit == 0 and done.stdout.count("score  ") == 5, done.stderr
    assert done.stdout.startswith("starter/mm.c") and "20.0 of 100" in done.stdout


def test_a_ladder_that_stands_on_nothing_says_so(tmp_path):
    done = driver.make("-s", "ladder", f"TRACES={tmp_path / 'none'}")
    assert done.exit == 2 and str(tmp_path / "none") in done.stderr, done.stderr
