"""One-fault allocators: each must be caught by the finding meant for it.

grader/tests/broken/README.md explains the format of a .fault file. All of them are graded
before the first test, two at a time; the tests then judge the records.
"""

import concurrent.futures
import functools
import json
import os
import pathlib
import re
import subprocess

import pytest

from driver import HANGS, sample

ROOT = pathlib.Path(__file__).resolve().parents[3]
KIT = ROOT / os.environ.get("B", "build")
FAULTS = ROOT / "grader/tests/broken"
DEBUG = "debug"
CODES = set(re.findall(r'\{"([A-Z_]+)", SEVERITY_',
                       (ROOT / "grader/engine/finding.c").read_text()))

# As in the policy `final`, but impatient.
HASTE = {"limit.operation_seconds": 0.4, "limit.trace_seconds": 1, "limit.resident_mib": 192,
         "timing.seconds": 0}


class Fault:
    """A .fault file: what is wrong, with which base, and the lines to replace in it."""

    def __init__(self, path):
        self.name = path.stem
        self.keys = {}
        self.edits = []  # pairs: lines of the base, lines in their place
        text = path.read_text().rstrip("\n")
        for number, line in enumerate(text.split("\n"), 1):
            if not self._take(line):
                raise ValueError(f"{path}:{number}: expected '# key: value', '- line' or '+ line'")
        self.base = ROOT / self.keys["base"]
        if ("code" in self.keys) == ("costs" in self.keys):
            raise ValueError(f"{path}: expected either '# code:' or '# costs:'")
        self.codes = [code.strip() for code in self.keys.get("code", "").split(",") if code]
        self.costs = float(self.keys.get("costs", 0))
        self.traces = self.keys.get("traces", DEBUG).split()
        self.checkheap = self.keys.get("checkheap") == "yes"
        self.mixes = self.keys.get("mixes") == "yes"

    def _take(self, line):
        if line.startswith("# ") and not self.edits:
            key, _, value = line[2:].partition(":")
            self.keys[key] = value.strip()
        elif line.startswith("-"):
            if not self.edits or self.edits[-1][1]:
                self.edits.append(([], []))
            self.edits[-1][0].append(line[2:].strip())
        elif line.startswith("+") and self.edits:
            self.edits[-1][1].append(line[2:])
        else:
            return line == ""
        return True

    def source(self):
        """The faulty mm.c; ValueError if lines are not found exactly once in the base."""
        lines = self.base.read_text().split("\n")
        for old, new in self.edits:
            bare = [line.strip() for line in lines]
            places = [i for i in range(len(bare)) if bare[i:i + len(old)] == old]
            if len(places) != 1:
                raise ValueError(f"found {len(places)} times in {self.keys['base']}, not once:\n"
                                 + "\n".join(old))
            lines[places[0]:places[0] + len(old)] = new
        return "\n".join(lines)


FAULT_PATHS = sorted(FAULTS.glob("*.fault"))
WASTING = [path for path in FAULT_PATHS if Fault(path).costs]
WRONG = [path for path in FAULT_PATHS if path not in WASTING]
# The harm that these do is a write, or a write that is missing: its line is looked for.
WRITES = {"CORRUPTED", "PAST_BREAK", "REALLOC_LOST", "NOT_ZEROED"}
# (What a header does that the program itself overwrote depends on its secret bytes.)
WRITING = [path for path in WRONG
           if set(Fault(path).codes) & WRITES and not Fault(path).mixes]
BASES = sorted({Fault(path).keys["base"] for path in FAULT_PATHS})


def trace_path(name):
    folders = (ROOT / "traces/debug", KIT / "traces", FAULTS)
    if name == DEBUG:
        return folders[0]
    for folder in folders:
        if (folder / f"{name}.rep").exists():
            return folder / f"{name}.rep"
    raise ValueError(f"no trace {name}")


def write_policy(path):
    text = (ROOT / "grader/policy/final.policy").read_text()
    for key, value in HASTE.items():
        text, count = re.subn(rf"^{re.escape(key)} = .*$", f"{key} = {value}", text, flags=re.M)
        assert count == 1, f"final.policy has no line for {key}"
    path.write_text(text)


@functools.cache
def mdriver():
    """The beginning of the Makefile's own command, for the shell."""
    words = ["make", "-s", "--no-print-directory", f"B={KIT}", "--eval",
             "show-mdriver: ; @: $(info $(MDRIVER_RUN))", "show-mdriver"]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def grade(folder, source, traces, *more):
    """The record of `source`, the text of an mm.c."""
    folder.mkdir()
    submission, policy, record = folder / "mm.c", folder / "hasty.policy", folder / "record.json"
    submission.write_text(source)
    write_policy(policy)
    options = ["--policy", policy, "--submission", submission, "--json", record]
    options += [*more, "--", *traces]
    result = subprocess.run(["sh", "-c", f'{mdriver().strip()} "$@"', "sh", *options], cwd=ROOT,
                            env={"CC": "cc", **os.environ}, capture_output=True, text=True,
                            errors="replace", timeout=HANGS)
    assert result.returncode in (0, 1), f"mdriver: {result.returncode}\n{result.stderr}"
    return json.loads(record.read_text())


def grade_fault(folder, path):
    fault = Fault(path)
    traces = [trace_path(name) for name in fault.traces]
    more = ["--checkheap"] * fault.checkheap + ["--fuzz"] * fault.mixes
    return fault, grade(folder, fault.source(), traces, *more)


@pytest.fixture(scope="module")
def graded(tmp_path_factory, request):
    """By name of a fault: the future of (fault, record). Only the faults selected are graded."""
    folder = tmp_path_factory.mktemp("broken")
    chosen = {item.callspec.params["path"] for item in request.session.items
              if item.function in (test_fault_is_caught, test_named_line_is_right)}
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        yield {path: pool.submit(grade_fault, folder / path.stem, path)
               for path in FAULT_PATHS if path in chosen}


def first_findings(record, codes):
    """Trace by trace, the first finding that is an error or has one of `codes`."""
    first = {}
    for finding in record["findings"]:
        if finding["severity"] == "error" or finding["code"] in codes:
            first.setdefault(finding["trace"], finding)
    return list(first.values())


@pytest.mark.parametrize("path", sample(WRONG, 4), ids=lambda path: path.stem)
def test_fault_is_caught(path, graded):
    fault, record = graded[path].result()
    assert set(fault.codes) <= CODES, "an unknown code is meant"
    found = first_findings(record, fault.codes)
    said = "\n".join(f"{f['trace']}: {f['code']}: {f['message']}" for f in found)
    assert found, "it survived"
    assert {f["code"] for f in found} <= set(fault.codes), f"mistaken for another fault:\n{said}"


def peaks(record):
    assert record["findings"] == []
    return {trace["name"]: trace["peak_heap"] for trace in record["traces"]}


@pytest.mark.parametrize("path", sample(WASTING, 4), ids=lambda path: path.stem)
def test_fault_costs_utilization(path, tmp_path):
    fault, record = grade_fault(tmp_path / "faulty", path)
    traces = [trace_path(name) for name in fault.traces]
    base = peaks(grade(tmp_path / "base", fault.base.read_text(), traces))
    lost = {name: 100 * (1 - base[name] / peak) for name, peak in peaks(record).items()}
    assert max(lost.values()) >= fault.costs, f"it survived: percent of utilization lost: {lost}"


def expected(fault):
    """The lines of source that may be named, without blanks around; empty: none."""
    documented = [line.strip() for line in fault.keys.get("line", "").split(" || ")]
    if documented == ["none"]:
        return set()
    changed = [line.strip() for _, new in fault.edits for line in new]
    return {line for line in documented + changed if len(line) > 1}


def verdicts(fault, record):
    """Per trace: (trace, code, right | wrong | not found, what was named)."""
    source, wanted = fault.source().split("\n"), expected(fault)
    for finding in first_findings(record, fault.codes):
        if finding["code"] not in WRITES:
            continue
        culprit = finding["culprit"]
        named = source[culprit["line"] - 1].strip() if culprit else ""
        good = named in wanted if named else not wanted
        word = "right" if good else "wrong" if named else "not found"
        yield finding["trace"], finding["code"], word, named, finding["message"]


@pytest.mark.parametrize("path", sample(WRITING, 4), ids=lambda path: path.stem)
def test_named_line_is_right(path, graded):
    fault, record = graded[path].result()
    found = list(verdicts(fault, record))
    assert found, "no finding to explain"
    assert all(word == "right" for _, _, word, _, _ in found), found


@pytest.mark.parametrize("base", BASES)
def test_base_is_not_accused(base, tmp_path):
    faults = [fault for fault in map(Fault, FAULT_PATHS) if fault.keys["base"] == base]
    traces = {trace_path(name) for fault in faults for name in fault.traces}
    alone = sorted(path for path in traces if trace_path(DEBUG) not in (path, path.parent))
    record = grade(tmp_path / "base", (ROOT / base).read_text(), [trace_path(DEBUG), *alone])
    assert record["findings"] == []


@pytest.mark.parametrize("base", BASES)
def test_checker_of_base_is_content(base, tmp_path):
    record = grade(tmp_path / "base", (ROOT / base).read_text(), [trace_path(DEBUG)], "--checkheap")
    assert record["findings"] == []
