#!/usr/bin/python3
"""Makes the packages with which platforms grade: pack.py --out FOLDER [--only NAME] …

    gradescope.zip         setup.sh and run_autograder at its root, and the kit
    autolab/               autograde.tar, autograde-Makefile; brklab.tar brings all of it and
                           the problems into a course
    prairielearn.tar.gz    image/ (Dockerfile, kit) and question/ (info.json, question.html)
    ci.tar.gz              kit/, for a private repository; workflows for the students' ones

Each holds the same kit: the sources that grading needs, the policy, the traces. The same tree
gives the same bytes. PROFILE=classic packs what grades an mm.c of the CS:APP lab's shape. What a
platform's container can give is less than a server: the policy's
limit of memory is lowered to what fits there, and grading ends before the platform would end it.
"""

import argparse
import json
import re
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gradebook import archive, exports, points, settings, shown  # noqa: E402
from gradebook.files import make_folder, save  # noqa: E402
from gradebook.kit import PROFILES, ROOT  # noqa: E402
from gradebook.problem import Problem  # noqa: E402

TEMPLATES = Path(__file__).with_name("templates")
# What grading needs of the tree. The solution itself is not among it: the policy's reference is.
KIT = ["Makefile", "rules.mk", "LICENSE", "grader/engine", "grader/tracetools", "grader/policy",
       "grader/gradebook", "grader/platforms", "starter", "traces/core", "traces/debug",
       "traces/recipes"]
NEVER = re.compile(r"(^|/)(__pycache__|build|private|\.[^/]*|README\.md|report|templates)(/|$)")
PACKAGES = "binutils bubblewrap gcc libc6-dev libseccomp-dev make python3"
RESIDENT_MIB = 256  # heap pages of a submission; the reference's and ours lie beside them
PARTS = ("correctness", "utilization", "throughput", "checker")


@dataclass
class Platform:
    seconds: int  # for grading
    limit: int  # minutes, to be set at the platform


PLATFORMS = {"gradescope": Platform(540, 10), "autolab": Platform(540, 10),
             "prairielearn": Platform(540, 10), "ci": Platform(840, 15)}


def files_below(entry):
    for file in archive.files_below(ROOT / entry):
        name = file.relative_to(ROOT).as_posix()
        if not NEVER.search(name):
            yield name, file.read_bytes()


def lowered(policy):
    """The policy's text with a limit of memory that fits into a container."""
    def lower(match):
        return f"{match[1]}{min(float(match[2]), RESIDENT_MIB):g}"
    text, count = re.subn(r"(?m)^(\s*limit\.resident_mib\s*=\s*)([^\s#]+)", lower,
                          policy.path.read_text())
    if count != 1:
        raise Problem(f"{policy.path}: expected one line limit.resident_mib")
    return text.encode()


def trace_files(entries):
    for entry in map(Path, entries):
        found = sorted(entry.glob("*.rep")) if entry.is_dir() else [entry]
        if not found or not all(path.is_file() for path in found):
            raise Problem(f"{entry}: TRACES names neither a .rep file nor a folder of them")
        for path in found:
            yield f"traces/course/{path.name}", path.read_bytes()


def faults():
    """What each platform reads when nothing of ours could be run."""
    seen = shown.fault("Grading was interrupted; tell the course staff.")
    for name in exports.names():
        module = exports.find(name)
        data = (module.student(seen, {}) if hasattr(module, "student") else
                b"".join(module.students([seen], {})) if hasattr(module, "students") else None)
        if data is not None:
            yield f"faults/{name}", data


def reference_of(policy):
    """{name: bytes} of what the policy measures beside. A copied policy may leave it behind."""
    name = policy.values.get("reference")
    if not name:
        return {"solution/mm.c": (ROOT / "solution/mm.c").read_bytes()}
    for folder in (policy.path.parent, ROOT / "grader/policy"):
        if (folder / name).is_file():
            return {f"grader/policy/{name}": (folder / name).read_bytes()}
    raise Problem(f"{policy.path}: there is no reference '{name}', beside it or in grader/policy")


def kit_files(policy, traces, profile="modern"):
    """{name: bytes} of the kit, as it lies in every package."""
    kit = dict(pair for entry in KIT for pair in files_below(entry))
    kit |= reference_of(policy)
    kit["grader/policy/course.policy"] = lowered(policy)
    # The Makefile includes it after its own default.
    kit["grader/platforms/course.mk"] = f"PROFILE := {profile}\n".encode()
    return kit | dict(trace_files(traces)) | dict(faults())


def filled(name, words):
    """{name: bytes} of a platform's own files."""
    folder, made = TEMPLATES / name, {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            text = re.sub(r"@(\w+)@", lambda m: str(words[m[1]]), path.read_text())
            made[path.relative_to(folder).as_posix()] = text.encode()
    return made


def below(folder, files):
    return {f"{folder}/{name}": data for name, data in files.items()}


# ---- the packages -----------------------------------------------------------------------

def gradescope(kit, words, policy):
    files = filled("gradescope", words) | below("kit", kit)
    return {"gradescope.zip": archive.zipped(files)}


def problems(policy):
    """(name, most) for each part that the policy gives points for."""
    found = [(name, float(policy.values.get(name, 0))) for name in PARTS]
    return [(shown.label(name), most) for name, most in found if most > 0]


def autolab_yml(policy, platform):
    """What Autolab reads an assessment from. Each value is written as JSON, which YAML reads."""
    columns = {"scoreboard": [{"hdr": name} for name in ("Score", "Utilization", "Speed")]}
    sections = {
        "general": {"name": "brklab", "description": "", "display_name": "Malloc lab",
                    "handin_filename": policy.batch["file"], "handin_directory": "handin",
                    "max_grace_days": 0, "max_submissions": -1, "disable_handins": False,
                    "max_size": 2, "category_name": "Labs"},
        "problems": [{"name": name, "description": "", "max_score": most, "optional": False}
                     for name, most in problems(policy)],
        "scoreboard": {"banner": "", "colspec": json.dumps(columns)},
        "autograder": {"autograde_timeout": platform.limit * 60, "autograde_image": "brklab",
                       "release_score": True}}
    return "".join(f"{name}: {json.dumps(value)}\n" for name, value in sections.items()).encode()


def autolab(kit, words, policy):
    own = filled("autolab", words)
    own["autograde.tar"] = archive.packed(archive.tar(below("kit", kit)))  # tar sees that itself
    whole = own | {"brklab.yml": autolab_yml(policy, PLATFORMS["autolab"])}
    return below("autolab", own) | {"autolab/brklab.tar": archive.tar(whole, "brklab")}


def prairielearn(kit, words, policy):
    info = {"uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, f"brklab {policy.name}")),
            "title": "Malloc lab", "topic": "Memory", "type": "v3", "singleVariant": True,
            "gradingMethod": "External", "externalGradingOptions": {
                "enabled": True, "image": words["image"], "entrypoint": "/entrypoint.sh",
                "timeout": words["limit"] * 60, "enableNetworking": False}}
    files = filled("prairielearn", words) | below("image/kit", kit)
    files["question/info.json"] = json.dumps(info, indent=4).encode() + b"\n"
    return {"prairielearn.tar.gz": archive.packed(archive.tar(files, "brklab-prairielearn"))}


def ci(kit, words, policy):
    files = filled("ci", words) | below("kit", kit)
    return {"ci.tar.gz": archive.packed(archive.tar(files, "brklab-ci"))}


MAKERS = {"gradescope": gradescope, "autolab": autolab, "prairielearn": prairielearn, "ci": ci}


def pack(name, policy, traces, profile="modern"):
    """{file: bytes} of one platform's package."""
    if name not in PLATFORMS:
        raise Problem(f"ONLY is one of {', '.join(PLATFORMS)}, not '{name}'")
    if profile not in PROFILES:
        raise Problem(f"PROFILE is one of {', '.join(PROFILES)}, not '{profile}'")
    platform = PLATFORMS[name]
    words = {"packages": PACKAGES, "seconds": platform.seconds, "limit": platform.limit,
             "image": "brklab/grader"}
    return MAKERS[name](kit_files(policy, traces, profile), words, policy)


def main(words):
    parser = argparse.ArgumentParser(prog="pack.py", allow_abbrev=False)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--policy", required=True)
    parser.add_argument("--score", required=True)
    parser.add_argument("--profile", default="modern")
    parser.add_argument("--traces", nargs="*", default=[])
    asked = parser.parse_args(words)
    try:
        points.compute(asked.score, asked.policy, [])  # or it would be refused on the platform
        policy = settings.read(asked.policy)
        for name in [asked.only] if asked.only else PLATFORMS:
            for file, data in pack(name, policy, asked.traces, asked.profile).items():
                make_folder((asked.out / file).parent)
                save(asked.out / file, data, lasting=False)
                print(f"{len(data) / 1e6:7.2f} MB  {asked.out / file}")
        return 0
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
