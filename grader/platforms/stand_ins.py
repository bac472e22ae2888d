"""Stand-ins for the platforms: each does to its package what the platform does, and refuses what
the platform refuses. What they take is in accept.py, where they run things in container.py.

A stand-in is made of a package (files by name, as pack.py makes them) and a folder; `build` is
what the platform does once, `grade` what it does for a submission (a folder): it returns what
the platform would keep, or raises accept.Refused.
"""

import io
import json
import os
import re
import shutil
import subprocess
import tarfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from platforms import accept
from platforms.accept import Refused, demand
from platforms.container import Container

MIB = 1 << 20
# What `make batch-kit` leaves in the build folder.
MADE = ("engine", "gradebook", "modern", "classic", "traces", "flags", "link", "seccomp", "mdriver",
        "score", "tracegen")


@dataclass
class Kept:
    """What the platform keeps of a submission."""
    part: float  # of all points
    text: str  # all that the student may see
    ended: object  # container.Ended


@dataclass
class StandIn:
    package: dict
    folder: Path
    kind: str = "namespaces"
    built: Path | None = None  # a build folder of this very kit, as if of a cached layer
    memory: int | None = None
    container: Container = field(init=False)

    def __post_init__(self):
        self.container = Container(self.folder, self.kind, self.memory)

    def seed(self, kit):
        """Sources in packages are older than anything, so make finds all of this made."""
        if self.built:
            kit.mkdir(exist_ok=True)
            subprocess.run(["tar", "-C", self.built, "-cf", self.folder / "build.tar",
                            *(p.name for p in self.built.iterdir() if p.name in MADE)], check=True)
            (kit / "build").mkdir()
            subprocess.run(["tar", "-C", kit / "build", "-xf", self.folder / "build.tar"], check=True)

    def open(self, name, where):
        """Unpacks a tar archive as `tar xzf` does, without its first folder."""
        with tarfile.open(fileobj=io.BytesIO(self.package[name])) as archive:
            for entry in archive:
                entry.name = entry.name.partition("/")[2] or "."
                archive.extract(entry, where)

    def new(self, name):
        shutil.rmtree(self.folder / name, ignore_errors=True)
        (self.folder / name).mkdir(parents=True)
        return self.folder / name

    def demand_built(self, ended):
        demand(ended.status == 0, f"the image cannot be built: {ended.output.decode()[-2000:]}")
        return ended


class Gradescope(StandIn):
    """Unzips to /autograder/source, runs setup.sh as root, then run_autograder for each."""

    def __post_init__(self):
        self.memory = 768 * MIB
        super().__post_init__()

    def build(self):
        self.source = self.new("source")
        archive = self.folder / "package.zip"
        archive.write_bytes(self.package["gradescope.zip"])
        with zipfile.ZipFile(archive) as files:
            names = files.namelist()
        for name in ("setup.sh", "run_autograder"):
            demand(name in names, f"{name} is not at the root of the zip")
        subprocess.run(["unzip", "-q", "-o", archive, "-d", self.source], check=True)
        self.seed(self.source / "kit")
        return self.demand_built(self.container.run(
            ["sh", "-c", "chmod +x source/setup.sh && source/setup.sh"], self.binds(), "/autograder"))

    def binds(self):
        autograder = self.folder / "autograder"
        for name in ("submission", "results", "source"):
            (autograder / name).mkdir(parents=True, exist_ok=True)
        shutil.copy(self.source / "run_autograder", autograder)
        (autograder / "run_autograder").chmod(0o755)
        return {"/autograder": autograder, "/autograder/source": self.source}

    def grade(self, submission):
        shutil.rmtree(self.folder / "autograder", ignore_errors=True)
        binds = self.binds() | {"/autograder/submission": submission}
        ended = self.container.run(["/autograder/run_autograder"], binds, "/autograder")
        results = self.folder / "autograder/results/results.json"
        self.data = results.read_bytes() if results.exists() else b""
        demand(not ended.killed, "out of memory")
        demand(ended.cpu / 0.5 < 600, f"{ended.cpu:.0f} s of half a processor are over 10 minutes")
        try:
            score = accept.gradescope(self.data)
        except Refused as refused:
            raise Refused(f"{refused}; {self.data.decode()[:400]}") from refused
        result = json.loads(self.data)
        most = sum(test.get("max_score", 0) for test in result["tests"])
        return Kept(score / most, self.data.decode(), ended)


class Autolab(StandIn):
    """Tango: a folder with tar, Makefile and handin; plain `make`; the last line counts."""
    file_size = 0  # bytes of a file, VM_ULIMIT_FILE_SIZE; 0: no limit, as our README asks
    processes = 100  # VM_ULIMIT_USER_PROC

    def build(self):
        with tarfile.open(fileobj=io.BytesIO(self.package["autolab/brklab.tar"])) as archive:
            roots = {name.partition("/")[0] for name in archive.getnames()}
            demand(roots == {"brklab"}, f"the assessment has several folders: {roots}")
            said = yaml.safe_load(archive.extractfile("brklab/brklab.yml").read())
        demand(said["general"]["name"] == "brklab", "the name of the folder is another one")
        self.most = {problem["name"]: problem["max_score"] for problem in said["problems"]}
        self.handin = said["general"]["handin_filename"]
        json.loads(said["scoreboard"]["colspec"])

    def grade(self, submission):
        work = self.new("autolab")
        (work / "autograde.tar").write_bytes(self.package["autolab/autograde.tar"])
        (work / "Makefile").write_bytes(self.package["autolab/autograde-Makefile"])
        for path in submission.iterdir():  # Autolab takes one file, and renames it
            shutil.copy(path, work / self.handin, follow_symlinks=False)
        self.seed(work / "kit")
        ended = self.container.run(
            ["prlimit", f"--nproc={self.processes}", f"--fsize={self.file_size or 'unlimited'}", "make"],
            {"/home/autolab": work}, "/home/autolab")
        self.data = ended.output
        scores = accept.autolab(ended.output, self.most)
        return Kept(sum(scores.values()) / sum(self.most.values()),
                    ended.output.decode(), ended)


class PrairieLearn(StandIn):
    """Builds the image line by line, then runs the entry point on /grade."""

    def build(self):
        package = self.new("package")
        self.open("prairielearn.tar.gz", package)
        info = json.loads((package / "question/info.json").read_text())
        options = info["externalGradingOptions"]
        demand(info["gradingMethod"] == "External" and options["enabled"], "not graded externally")
        demand(options["timeout"] <= 600, "no more than 600 seconds are given")
        demand(info["type"] == "v3" and re.fullmatch(r"[0-9a-f-]{36}", info["uuid"]), "info.json")
        self.entrypoint = options["entrypoint"]
        demand((package / "question/question.html").exists(), "question.html is missing")
        self.image = package / "image"
        self.seed(self.image / "kit")
        text = re.sub(r"(?m)^#.*\n", "", (self.image / "Dockerfile").read_text()).replace("\\\n", "")
        for line in text.splitlines():
            word, _, rest = line.partition(" ")
            demand(word in ("FROM", "RUN", "COPY"), f"Dockerfile: {line}")
            if word == "RUN":
                ended = self.demand_built(self.container.run(["sh", "-c", rest],
                                                             {"/brklab": self.image / "kit"}))
        (self.image / "entrypoint.sh").chmod(0o755)
        return ended

    def grade(self, submission):
        grade = self.new("grade")
        for name in ("data", "tests", "serverFilesCourse"):
            (grade / name).mkdir()
        shutil.copytree(submission, grade / "student", symlinks=True)
        (grade / "data/data.json").write_text("{}")
        ended = self.container.run(["sh", "-c", f"cp /image/entrypoint.sh /tmp && chmod +x "
                                    f"/tmp/entrypoint.sh && /tmp{self.entrypoint}"],
                                   {"/grade": grade, "/brklab": self.image / "kit",
                                    "/image": self.image})
        results = grade / "results/results.json"
        self.data = results.read_bytes() if results.exists() else b""
        demand(ended.cpu < 600, "longer than 600 seconds")
        return Kept(accept.prairielearn(self.data), self.data.decode(), ended)


class Ci(StandIn):
    """Runs the lines of a workflow: GitHub's form, and GitLab's."""
    form = "github"

    def build(self):
        package = self.new("package")
        self.open("ci.tar.gz", package)
        jobs = yaml.safe_load((package / ".github/workflows/grade.yml").read_text())
        steps = jobs["jobs"]["grade"]["steps"]
        for step in steps:
            demand(("run" in step) != ("uses" in step), f"a step does not do one thing: {step}")
        self.lines = {"github": [step["run"] for step in steps if "run" in step],
                      "gitlab": yaml.safe_load((package / ".gitlab-ci.yml").read_text())
                      ["grade"]["script"]}
        demand(all(isinstance(line, str) for line in self.lines["gitlab"]), "script")
        self.kit = package / "kit"
        self.seed(self.kit)

    def grade(self, submission):
        work = self.new("work")
        env = {"CI": "true"}
        if self.form == "github":  # both checkouts are actions of GitHub's own
            shutil.copytree(submission, work / "submission", symlinks=True)
            shutil.copytree(self.kit, work / "kit", symlinks=True)
        else:
            shutil.copytree(submission, work, symlinks=True, dirs_exist_ok=True)
            self._repository()
            env["BRKLAB_KIT"] = "/kit"
        ended = self.container.run(["bash", "-e", "-c", "\n".join(self.lines[self.form])],
                                   {"/work": work, "/kit": self.kit}, "/work", env)
        results = work / "results/junit.xml"
        self.data = results.read_bytes() if results.exists() else b""
        suites = accept.junit(self.data)
        (_, _, errors), = suites.values()
        demand(ended.status == 0 and errors == 0, f"the job failed: {ended.output.decode()[-800:]}")
        json.loads((work / "results/findings.sarif").read_text())
        for line in ended.output.decode().splitlines():
            demand(not re.match(r"\s*::|.*##\[", line), f"the host would obey: {line}")
        values = dict(re.findall(r'<property name="(\w+)" value="([\d.]+)"', self.data.decode()))
        return Kept(float(values["total"]) / float(values["max"]),
                    self.data.decode() + ended.output.decode(), ended)

    def _repository(self):
        if not (self.kit / ".git").exists():
            git = ["git", "-C", self.kit, "-c", "user.name=x", "-c", "user.email=x"]
            env = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
            for words in (["init", "-q"], ["add", "-f", "."], ["commit", "-q", "-m", "kit"]):
                subprocess.run([*git, *words], check=True, env=env)


STAND_INS = {"gradescope": Gradescope, "autolab": Autolab, "prairielearn": PrairieLearn, "ci": Ci}
