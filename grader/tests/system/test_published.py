"""A policy with a yardstick: speeds beside it become speeds beside the reference."""
import json
import shutil
import subprocess

import pytest

from driver import HANGS, POLICIES, ROOT

TRACE = "build/traces/mix-server.rep"
PEAKS = "5000000\t5100000"


@pytest.fixture
def graded(tmp_path):
    """Grades stage 2 under a policy whose table has these rows."""
    (tmp_path / "yardstick").mkdir()
    shutil.copy(ROOT / "handout/yardstick/mm.c", tmp_path / "yardstick")
    text = (POLICIES / "final.policy").read_text()
    lines = [line for line in text.splitlines() if not line.startswith("reference")]
    (tmp_path / "p.policy").write_text("\n".join(lines) + """
reference = yardstick/mm.c
published = yardstick/table.tsv
category.unpublished = 0
""")

    def grade(rows, *words, trace=TRACE):
        (tmp_path / "yardstick/table.tsv").write_text(rows)
        record = tmp_path / "record.json"
        done = subprocess.run(
            ["make", "-s", "--no-print-directory", "grade", f"POLICY={tmp_path}/p.policy",
             "SUBMISSION=solution/stages/2-explicit/mm.c", f"TRACES={trace}", f"JSON={record}",
             *words],
            cwd=ROOT, capture_output=True, text=True, timeout=HANGS)
        return done, json.loads(record.read_text()) if record.exists() else None
    yield grade
    subprocess.run(["make", "-s", "kit"], cwd=ROOT, check=True)  # the usual reference again


def test_the_published_figures_stand_for_the_reference(graded):
    done, record = graded(f"modern\tmix-server\t{PEAKS}\t2\t1\n")
    (trace,) = record["traces"]
    assert trace["reference_utilization"] == pytest.approx(5 / 5.1)
    assert "What this score cannot see: the reference" in done.stdout
    _, other = graded(f"modern\tmix-server\t{PEAKS}\t200\t1\n")
    faster = other["traces"][0]["throughput"]["ratio"]
    assert 20 < faster / trace["throughput"]["ratio"] < 500  # a hundred times, and noise


def test_by_instructions_the_other_column_counts(graded):
    def counted(by_clock, by_instructions):
        _, record = graded(f"modern\tmix-server\t{PEAKS}\t{by_clock}\t{by_instructions}\n",
                           "METRIC=instructions")
        return record["traces"][0]["counted"]["ratio"]

    assert counted(2, 1) == pytest.approx(counted(4, 8) / 8)


def test_an_unpublished_trace_is_not_scored(graded):
    done, record = graded(f"classic\tmix-server\t{PEAKS}\t2\t1\n")
    assert record["traces"][0]["category"] == "unpublished"
    assert record["score"] is None
    assert "no score" in done.stdout


def test_a_damaged_table_is_refused(graded):
    done, record = graded("modern\tmix-server\tmany\t5100000\t2\t1\n")
    assert done.returncode == 2 and record is None
    assert "table.tsv:1: expected a profile" in done.stderr
