"""Makes many wrong allocators of right ones, a token at a time, and sees which are caught.

    mutate.py --count N --from N --seed N --soak PROGRAM [BASE...]

The hand-made faults of this folder are the mistakes that people make; these are for breadth.
Every mutant is graded on traces/debug, then on a few scored traces, then on the random mixes.
What stays valid there may still be right: not every change is a fault. So it goes through a
soak (../soak), longer and stranger than any grade. Then it is one of FATES, below.

Exit status 1 if one was missed.
"""

import argparse
import collections
import concurrent.futures
import functools
import random
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "grader/tests/system"))

import driver  # noqa: E402

BASES = ["solution/mm.c", *(f"solution/stages/{s}/mm.c"
                            for s in ("1-implicit", "2-explicit", "3-segregated"))]
SCORED = ["mix-desktop", "mix-hills", "coalesce-checkerboard", "realloc-strings", "giant-holes",
          "nomem-edge"]
SOAK_OPERATIONS, CHECKED_OPERATIONS = 30000, 3000

FATES = {
    "caught": "a finding in the grade",
    "refused": "does not compile",
    "same": "the compiler makes the same code of it",
    "unreached": "right; the base comes to this line in no trace and no mix",
    "alike": "right; every pointer and break of a soak is its base's, and the use of the heap",
    "moved": "right; other pointers, but the peak of the heap is its base's on every trace",
    "smaller": "right; needs less heap than its base on some traces, more on none",
    "larger": "right; needs more heap than its base on some traces: it costs utilization",
    "unsound": "every payload is right; the base's own heap checker objects",
    "missed": "the soak found a fault that the grade had not: a trace is wanted",
}

# What stands in the place of a token; more than one: each in turn.
OTHER = {"<": ["<=", ">="], "<=": ["<", ">"], ">": [">=", "<="], ">=": [">", "<"],
         "==": ["!="], "!=": ["=="], "&&": ["||"], "||": ["&&"], "+": ["-"], "-": ["+"],
         "/": ["*"], "%": ["/"], "&": ["|"], "|": ["&"], "<<": [">>"], ">>": ["<<"],
         "+=": ["-="], "-=": ["+="], "~": [""], "++": ["--"], "--": ["++"]}
TOKEN = re.compile(r"""(?P<skip>//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|^\s*\#[^\n]*)
                       |(?P<number>\b\d+\b)
                       |(?P<word>[A-Za-z_]\w*)
                       |(?P<sign><<=|>>=|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=
                                 |[-+*/%&|^~!<>=?:;,.(){}\[\]])""",
                   re.VERBOSE | re.DOTALL | re.MULTILINE)
STATEMENT = re.compile(r"^[ \t]+(?!return|break|continue|static|const|struct|enum|size_t|char|int"
                       r"|uint\w+|void|bool|else|goto)[A-Za-z_*(][^;{}\n]*;$", re.MULTILINE)
CONDITION = re.compile(r"\b(?:if|while) \((?P<inner>[^\n]*)\)(?=$|\s*\{$)", re.MULTILINE)
SWAP = re.compile(r"\b[a-z_]+\((?P<a>[\w>.-]+), (?P<b>[\w>.-]+)\);")
FUNCTION = re.compile(r"^(?:static |bool |void |struct |size_t |int )[^;=\n]*\n\{\n.*?^\}",
                      re.MULTILINE | re.DOTALL)


@functools.cache
def text_of(base):
    """Read once: a base that is edited meanwhile must not mix with its own past."""
    return (ROOT / base).read_text()


@dataclass
class Mutant:
    base: str
    at: int  # offset in the base
    old: str
    new: str
    fate: str = ""
    detail: str = ""
    step: str = ""  # of the grade, in which it was caught

    def source(self):
        text = text_of(self.base)
        return text[:self.at] + self.new + text[self.at + len(self.old):]

    def line(self):
        return text_of(self.base).count("\n", 0, self.at) + 1

    def __str__(self):
        text = text_of(self.base).split("\n")[self.line() - 1].strip()
        return f"{self.base}:{self.line()}: '{self.old.strip()}' -> '{self.new}' in: {text}"


def places(text):
    """The functions that allocate: not the heap checker, which only looks."""
    end = re.search(r"^/\* (?:---- )?The heap checker|^static bool holds|^bool mm_checkheap",
                    text, re.MULTILINE)
    for body in FUNCTION.finditer(text, 0, end.start() if end else len(text)):
        yield body.start() + body.group().index("{"), body.end()


def token_changes(token):
    if token["number"]:
        return [str(int(token["number"]) + 1), *([str(int(token["number"]) - 1)]
                                                 if int(token["number"]) else [])]
    if token["sign"]:
        return OTHER.get(token["sign"], [])
    return {"true": ["false"], "false": ["true"], "NULL": []}.get(token["word"], [])


def changes(text, start, end):
    """(offset, old, new) for every mutant of one function."""
    for token in TOKEN.finditer(text, start, end):
        if not token["skip"]:
            for new in token_changes(token):
                yield token.start(), token.group(), new
    for found in STATEMENT.finditer(text, start, end):
        yield found.start(), found.group(), ""
    for found in CONDITION.finditer(text, start, end):
        yield found.start("inner"), found["inner"], f"!({found['inner']})"
    for found in SWAP.finditer(text, start, end):
        yield found.start("a"), f"{found['a']}, {found['b']}", f"{found['b']}, {found['a']}"


def all_mutants(bases):
    for base in bases:
        text = text_of(base)
        for start, end in places(text):
            for at, old, new in changes(text, start, end):
                yield Mutant(base, at, old, new)


@dataclass
class Use:
    """How an allocator used its heap: what its base's is compared with."""
    peaks: tuple = ()  # of the heap, trace by trace
    rest: tuple = ()
    digest: str = ""  # of the soak

    def fate(self, base):
        if self == base:
            return "alike"
        if self.peaks == base.peaks:
            return "moved"
        worse = any(own > theirs for own, theirs in zip(self.peaks, base.peaks))
        return "larger" if worse else "smaller"


@dataclass
class Base:
    use: Use
    code: str
    unreached: set  # lines


class Judge:
    """Grades mutants, beside what their bases do on the same traces."""

    def __init__(self, folder, soak):
        self.folder, self.soak = Path(folder), soak
        self.policy = write_policy(self.folder / "mutants.policy")
        made = driver.built()["folder"] / "traces"
        self.scored = [made / f"{name}.rep" for name in SCORED]
        self.steps = {"debug": ([ROOT / "traces/debug"], []), "scored": (self.scored, []),
                      "mixes": ([driver.DEBUG_TRACE], ["--fuzz"])}
        self.bases = {}

    def grade(self, path, step):
        """(the code of the first error or None, how the heap was used)"""
        traces, more = self.steps[step]
        record = driver.mdriver(self.folder, path, traces, policy=self.policy,
                                more=more, timeout=300).record
        errors = [f["code"] for f in record["findings"] if f["severity"] == "error"]
        return (errors or [None])[0], record["traces"]

    def grade_all(self, path):
        """(step, error, rows) of each step in turn, to the first in which there is an error."""
        for step in self.steps:
            error, rows = self.grade(path, step)
            yield step, error, rows
            if error:
                return

    def use(self, rows, digest):
        return Use(tuple(t["peak_heap"] for t in rows),
                   tuple((t["sbrk_calls"], t["pages_touched"]) for t in rows), digest)

    def base(self, base):
        if base not in self.bases:
            path = self.folder / f"base-{len(self.bases)}.c"
            path.write_text(text_of(base))
            rows = {}
            for step, error, rows[step] in self.grade_all(path):
                if error:
                    sys.exit(f"mutate: {base} is not right to begin with: {error}")
            _, digest = self.soak_finding(self.link(path), SOAK_OPERATIONS)
            self.bases[base] = Base(self.use(rows["scored"], digest), self.code(path),
                                    self.unreached(base))
        return self.bases[base]

    def all_traces(self):
        """A folder with what a grade of a mutant runs, the mixes too."""
        folder = self.folder / "traces"
        if not folder.exists():
            folder.mkdir()
            for trace in [*self.scored, *(ROOT / "traces/debug").glob("*.rep")]:
                (folder / trace.name).symlink_to(trace)
            mixes = re.search(r"(?m)^fuzz\.traces = (\d+)", Path(self.policy).read_text())[1]
            for mix in range(int(mixes)):
                subprocess.run([driver.built()["folder"] / "tracefuzz", self.policy, str(mix),
                                folder], check=True, stdout=subprocess.DEVNULL)
        return folder

    def unreached(self, base):
        """The lines that `make coverage` names: in no trace and no mix the base comes there."""
        said = driver.make("-s", "coverage", f"SUBMISSION={base}",
                           f"TRACES={self.all_traces()}", timeout=600)
        if said.exit != 0:
            sys.exit(f"mutate: make coverage failed: {said.stderr}")
        return {int(n) for n in re.findall(r"(?m)^ {0,4}(\d+)  ", said.stdout)}

    def compile(self, path, words):
        words = [*option("--cc").split(), *option("--flags").split(), "-w", "-I",
                 str(driver.ENGINE), str(path), *words]
        return subprocess.run(words, capture_output=True, check=False).returncode == 0

    def code(self, path):
        """The assembly without debug information; None if it does not compile."""
        out = path.with_suffix(".s")
        if not self.compile(path, ["-g0", "-S", "-o", str(out)]):
            return None
        return re.sub(r'\t\.file\t[^\n]*', "", out.read_text())

    def link(self, path):
        runner = path.with_suffix(".runner")
        ours = str(driver.built()["folder"] / "modern/runner.o")
        if not self.compile(path, [*option("--link").split(), ours, "-o", str(runner)]):
            raise RuntimeError(f"{path} was graded, but cannot be linked here")
        return runner

    def soak_finding(self, runner, operations, *more):
        """(the first finding of a soak or None, a digest of all that was returned)"""
        done = subprocess.run([self.soak, "--operations", str(operations), "--seed", "1",
                               "--scratch", str(self.folder), *more, f"mutant={runner}"],
                              capture_output=True, text=True, errors="replace", check=False)
        if done.returncode not in (0, 1):
            raise RuntimeError(f"the soak failed: {done.stderr}")
        finding = (done.stdout or done.stderr).split("\n")[0] if done.returncode else None
        return finding, done.stdout.rpartition(": ")[2]

    def judge_valid(self, mutant, path, base, scored):
        """No error in the grade: what is it then?"""
        runner = self.link(path)
        finding, digest = self.soak_finding(runner, SOAK_OPERATIONS)
        if finding:
            return "missed", finding
        finding, _ = self.soak_finding(runner, CHECKED_OPERATIONS, "--checkheap")
        if finding:
            return "unsound", finding
        fate = self.use(scored, digest).fate(base.use)
        return "unreached" if fate == "alike" and mutant.line() in base.unreached else fate, ""

    def judge(self, number, mutant):
        path = self.folder / f"mutant-{number}.c"
        path.write_text(mutant.source())
        base, rows = self.base(mutant.base), {}
        for step, error, rows[step] in self.grade_all(path):
            if error:
                mutant.fate = "refused" if error == "COMPILE" else "caught"
                mutant.detail, mutant.step = error, step
                return mutant
            if step == "debug" and self.code(path) == base.code:
                mutant.fate = "same"
                return mutant
        mutant.fate, mutant.detail = self.judge_valid(mutant, path, base, rows["scored"])
        return mutant


def option(name):
    words = driver.built()["command"]
    return words[words.index(name) + 1]


def write_policy(path):
    """Nothing is timed; a linear search fits into the limits, an endless one does not."""
    names = {p.stem.partition("-")[0] for p in (ROOT / "traces/recipes").glob("*.recipe")}
    return driver.write_policy(path, timing__seconds=0, limit__operation_seconds=0.5,
                               limit__trace_seconds=5, limit__resident_mib=256,
                               **{f"category__{name}": 0 for name in names})


def run(mutants, soak, workers=2, folder=None):
    """Judges them and yields each as its fate is known."""
    with tempfile.TemporaryDirectory(prefix="mutants-", dir=folder) as scratch:
        judge = Judge(scratch, soak)
        for base in {m.base for m in mutants}:
            judge.base(base)
        with concurrent.futures.ThreadPoolExecutor(workers) as pool:
            for done in concurrent.futures.as_completed(
                    [pool.submit(judge.judge, i, m) for i, m in enumerate(mutants)]):
                yield done.result()


def tally(values):
    return ", ".join(f"{value} {n}" for value, n in collections.Counter(values).most_common())


def report(mutants):
    for fate, meaning in FATES.items():
        print(f"{sum(m.fate == fate for m in mutants):5}  {fate:10} {meaning}")
    caught = [m for m in mutants if m.fate == "caught"]
    print("caught as: " + tally(m.detail for m in caught))
    print("caught first by: " + tally(m.step for m in caught))
    for fate in ("missed", "unsound", "unreached", "alike", "moved", "smaller", "larger"):
        for mutant in (m for m in mutants if m.fate == fate):
            print(f"{fate}: {mutant}" + (f"\n    {mutant.detail}" if mutant.detail else ""))
    for mutant in (m for m in caught if m.step == "mixes"):
        print(f"only by the mixes: {mutant}\n    {mutant.detail}")


def main():
    parser = argparse.ArgumentParser(description="Makes wrong allocators and sees which are caught.")
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--from", type=int, default=0, dest="first",
                        help="pass over so many of the mutants that the seed stands for")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--soak", required=True)
    parser.add_argument("bases", nargs="*", default=BASES)
    options = parser.parse_args()
    mutants = list(all_mutants(options.bases or BASES))
    random.Random(options.seed).shuffle(mutants)
    chosen = mutants[options.first:][:options.count]
    print(f"{len(mutants)} mutants; {len(chosen)} are tried")
    done = []
    for mutant in run(chosen, options.soak):
        done.append(mutant)
        if sys.stderr.isatty():
            print(f"\r\033[K{len(done)} of {len(chosen)}", end="", file=sys.stderr)
    report(done)
    return any(m.fate == "missed" for m in done)


if __name__ == "__main__":
    sys.exit(main())
