"""The grader as it was built: where it is, how it is called, and one hash that names it."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .files import sha256, sha256_of_file
from .problem import Problem

ROOT = Path(__file__).resolve().parents[2]
PROFILES = ("modern", "classic")
PROGRAMS = "empty", "reference", "reference.c", "runner.o"  # of a profile
LANDMARKS = {"starter": "starter/mm.c", "stage 1": "solution/stages/1-implicit/mm.c",
             "stage 2": "solution/stages/2-explicit/mm.c",
             "stage 3": "solution/stages/3-segregated/mm.c", "reference": "solution/mm.c"}


def _hashes_of(paths):
    return "".join(f"{path.name} {sha256_of_file(path)}\n" for path in paths)


@dataclass
class Kit:
    folder: Path  # what make built
    command: list  # mdriver with the options that are the same for every submission
    compiler: str
    profile: str
    official: bool
    traces: list  # files and folders, as mdriver gets them
    sha256: str = ""
    traces_sha256: str = ""

    def __post_init__(self):
        self.stamps = self._stamps()
        self.sha256 = self._hash_kit()
        self.traces_sha256 = self._hash_traces()

    def _programs(self):
        """By name: a build that was killed leaves others beside them."""
        names = "mdriver", *(f"{self.profile}/{name}" for name in PROGRAMS)
        return [path for path in sorted(self.folder / name for name in names) if path.is_file()]

    def _stamps(self):
        return [(str(path), path.stat().st_mtime_ns, path.stat().st_ino)
                for path in self._programs()]

    def has_changed(self):
        """Has somebody built another kit in its place? A record would have the wrong name."""
        try:
            return self._stamps() != self.stamps and self._hash_kit() != self.sha256
        except FileNotFoundError:  # it is being built
            return True

    def _hash_kit(self):
        """What is run: programs and objects, the compiler, and how it is called."""
        options = [word for word, before in zip(self.command[1:], self.command, strict=False)
                   if before not in ("--kit", "--engine")]
        return sha256((_hashes_of(self._programs()) + f"{self.compiler} {options} {self.profile} "
                       f"{self.official}").encode())

    def trace_files(self):
        for entry in map(Path, self.traces):
            yield from sorted(entry.glob("*.rep")) if entry.is_dir() else [entry]

    def _hash_traces(self):
        hashes = _hashes_of(self.trace_files())
        if not hashes:
            raise Problem("no traces: TRACES names neither a .rep file nor a folder of them")
        return sha256(hashes.encode())

    def open_slot(self, slot):
        """A folder in which one mdriver runs: what it leaves behind is known, and removed."""
        slot.mkdir(parents=True)
        for part in ("modern", "classic", *self.folder.glob("toolroot-[0-9]*")):
            (slot / Path(part).name).symlink_to(self.folder / part)
        for name in ("traces", "build", "grader"):
            target = self.folder if name == "build" else ROOT / name
            (slot / name).symlink_to(target)
        return slot

    def probe(self, policy, seconds):
        """Grades the starter on one trace, so that a fault of the kit or of the policy is said
        once, and what all need (a root folder for the compiler) is made once."""
        words = self.words(self.folder, str(policy), None, str(ROOT / "starter/mm.c"))
        first = next(iter(self.trace_files()))
        try:
            done = subprocess.run([*words[:words.index("--") + 1], str(first)], cwd=ROOT,
                                  stdin=subprocess.DEVNULL, capture_output=True, check=False,
                                  timeout=seconds)
        except subprocess.TimeoutExpired as error:
            raise Problem(f"{first}: grading the starter on this trace took longer than "
                          f"{seconds:g} seconds (batch.seconds)") from error
        if done.returncode not in (0, 1):
            raise Problem(done.stderr.decode(errors="replace").strip() or ended(done.returncode))

    def words(self, slot, policy, record, submission="mm.c"):
        """The command that grades a file in the folder `slot`, to be run there. Paths inside the
        kit are relative, so that a finding's next command is right on every machine."""
        traces = [os.path.relpath(t, ROOT) if Path(t).is_relative_to(ROOT) else str(t)
                  for t in (Path(trace).resolve() for trace in self.traces)]
        if self.folder != ROOT / "build":
            traces = [t.replace(os.path.relpath(self.folder, ROOT), "build", 1) for t in traces]
        return [*self.command, "--kit", str(slot), "--profile", self.profile,
                "--policy", policy, "--submission", submission,
                *(["--json", str(record)] if record else []), "--", *traces]


def ended(status, said=""):
    how = f"exit status {status}" if status >= 0 else f"signal {-status}"
    return f"mdriver ended with {how}: {said.strip() or 'it said nothing'}"


def version_of(compiler):
    try:
        said = subprocess.run([*compiler.split(), "--version"], capture_output=True, text=True,
                              errors="replace", check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Problem(f"no compiler: '{compiler}' cannot be run: {error}") from error
    return said.stdout.partition("\n")[0]
