"""make bench: allocators of the system as submissions, and the tables made of them."""

import json
import xml.etree.ElementTree as ElementTree

import driver
import pytest
import test_broken as broken

TRACE = "0 3 6005 1\na 1 200000\na 2 7\nr 1 400000\nf 2\nf 1\n" + "a 0 100\nf 0\n" * 3000


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """What a bench on a folder of one short trace printed, and its JSON and SVG."""
    folder = tmp_path_factory.mktemp("bench")
    (folder / "mix-short.rep").write_text(TRACE)
    outcome = driver.make("-s", "bench", f"TRACES={folder}", "ROUNDS=1")
    assert outcome.exit == 0, outcome.stderr
    base = driver.built()["folder"] / "bench/results"
    return (outcome.stdout, json.loads(base.with_suffix(".json").read_text()),
            ElementTree.parse(base.with_suffix(".svg")))


def test_every_allocator_is_valid(results):
    _, found, _ = results
    names = {row["allocator"] for row in found["traces"]}
    assert {"reference", "glibc", "3-segregated"} <= names
    assert [row["allocator"] for row in found["traces"] if not row["valid"]] == []


def test_utilization_is_of_memory_on_the_break(results):
    _, found, _ = results
    for row in found["traces"]:
        assert 0 < row["peak_payload"] < row["memory"] <= row["peak_heap"]
        assert row["utilization"] == row["peak_payload"] / row["memory"]
        assert row["ns"] > 0 and row["low"] <= row["ratio"] <= row["high"]


@pytest.mark.parametrize("name, said", [("mix-brief", "over too soon to be timed"),
                                        ("debug-brief", "no trace among these is scored")])
def test_traces_that_cannot_be_compared_are_named(name, said, write):
    trace = write("0 1 2 1\na 0 8\nf 0\n", f"{name}.rep")
    outcome = driver.make("-s", "bench", f"TRACES={trace}", "ROUNDS=1")
    assert (outcome.exit, outcome.stderr.count("\n")) == (2, 2)  # make's own line follows
    assert said in outcome.stderr


def test_nobody_is_charged_for_the_start_of_a_library(monkeypatch):
    monkeypatch.syspath_prepend(driver.ROOT / "grader/bench")
    bench = __import__("bench")
    cell = bench.Cell()
    bench.take(cell, {"findings": []}, {
        "valid": True, "findings": [], "peak_payload": 1, "peak_heap": 2, "pages_touched": 1,
        "throughput": {"ratio": 0.2, "high": 0.3, "ns_per_operation": 50,
                       "charged_ns_per_operation": 40}})
    assert (cell.ns, cell.ratios) == ([10], [1])


def test_giant_blocks_decide_nobody_s_speed(monkeypatch):
    monkeypatch.syspath_prepend(driver.ROOT / "grader/bench")
    bench = __import__("bench")
    cells = {name: bench.Cell(valid=True, payload=1, heap=2, memory=2, ns=[ns], ratios=[100 / ns])
             for name, ns in (("giant-holes", 1), ("mix-short", 50))}
    assert bench.summarize("one", cells).ratio == pytest.approx(2)
    assert bench.summarize("one", cells).ns == pytest.approx(50)
    assert bench.summarize("one", {"giant-holes": cells["giant-holes"]}).ratio == pytest.approx(100)


def test_no_utilization_is_above_its_bound(results):
    text, found, _ = results
    assert "bound 16" in text and "header 8" in text
    for row in found["traces"]:
        assert row["utilization"] <= row["bound_rounded"] <= 1
        assert row["bound_header"] <= row["bound_rounded"]


def test_text_and_picture_name_all(results):
    text, found, picture = results
    labels = {node.text for node in picture.iter("{http://www.w3.org/2000/svg}text")}
    for allocator in found["allocators"]:
        assert allocator["name"] in text and allocator["name"] in labels


def test_a_runner_is_never_official(tmp_path):
    runner = driver.built()["folder"] / "modern/reference"
    words = [w for w in driver.command_line(driver.built()["folder"], "x", [driver.DEBUG_TRACE],
                                            policy=driver.POLICIES / "final.policy")]
    at = words.index("--submission")
    words[at:at + 2] = ["--runner", runner]
    outcome = driver.run(words)
    assert outcome.exit == 0
    assert "not confined by: system_call_filter" in outcome.stdout
    refused = driver.run([*words[:at], "--official", *words[at:]])
    assert refused.exit == 2 and "never official" in refused.stderr


def test_warm_compares_all_that_bench_does(tmp_path, results):
    _, found, _ = results
    (tmp_path / "mix-short.rep").write_text(TRACE)
    (tmp_path / "mix-giant.rep").write_text("0 1 2 1\na 0 1000000000\nf 0\n")
    outcome = driver.make("-s", "warm", f"TRACES={tmp_path}", "ROUNDS=1")
    assert outcome.exit == 0, outcome.stderr
    rows = {words[0]: words for words in map(str.split, outcome.stdout.splitlines()) if words}
    assert {a["name"] for a in found["allocators"]} <= rows.keys()
    assert rows["glibc"][1] == "1.00" and float(rows["reference"][1]) > 0
    assert "mix-short" in rows and "mix-giant" not in rows


def test_warm_says_when_a_request_fails(tmp_path):
    (tmp_path / "poor.c").write_text((driver.ROOT / "solution/mm.c").read_text().replace(
        "if (request == 0 ||", "if (request == 200000 ||"))
    (tmp_path / "mix-short.rep").write_text(TRACE)
    outcome = driver.make("-s", "warm", f"TRACES={tmp_path}", f"WITH={tmp_path}/poor.c", "ROUNDS=1")
    assert outcome.exit == 2
    assert "line 2: malloc(200000) returned NULL" in outcome.stderr


PATTERNS = ["every other block freed", "holes one unit too short", "sawtooth", "fill and empty"]


@pytest.mark.parametrize("allocator", ["solution/mm.c", "solution/stages/3-segregated/mm.c"])
def test_worst_plays_every_pattern(allocator):
    outcome = driver.make("-s", "worst", f"WITH={allocator}", "BLOCKS=1000")
    assert outcome.exit == 0, outcome.stderr
    for pattern in PATTERNS:
        assert pattern in outcome.stdout


def test_worst_says_when_the_allocator_is_wrong(tmp_path):
    fault = broken.Fault(broken.FAULTS / "allocated-block-stays-listed.fault")
    (tmp_path / "mm.c").write_text(fault.source())
    outcome = driver.make("-s", "worst", f"WITH={tmp_path}/mm.c", "BLOCKS=1000")
    assert outcome.exit == 2 and "worst: " in outcome.stderr and "overwritten" in outcome.stderr
