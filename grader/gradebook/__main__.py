"""Called by the targets of gradebook.mk: python3 -m gradebook ACTION … -- mdriver …"""

import argparse
import errno
import os
import re
import sys
from pathlib import Path

from . import batch, demo, files
from .kit import Kit, version_of
from .problem import Problem

ASKED = ("out", "policy", "submissions", "roster", "marks", "adjust", "traces", "jobs", "executor",
         "again", "profile", "to", "count")
# What only some formats ask for.
EXPORT = ("from", "column", "by", "most", "student", "classroom", "assignment")


def arguments(words):
    parser = argparse.ArgumentParser(prog="gradebook", allow_abbrev=False)
    parser.add_argument("action", choices=("batch", "regrade", "publish", "export", "demo",
                                           "recall"))
    for name in (*ASKED, *EXPORT):
        parser.add_argument(f"--{name}", default="")
    parser.add_argument("--kit", default="build")
    parser.add_argument("--compiler", default="cc")
    parser.add_argument("--format", default="csv")
    parser.add_argument("--all-traces", nargs="*", default=[])
    at = words.index("--") if "--" in words else len(words)
    return parser.parse_args(words[:at]), words[at + 1:]


def number(text, name):
    if text and not re.fullmatch("[1-9][0-9]{0,8}", text):
        raise Problem(f"{name} is a number from 1 up, not '{text}'")
    return int(text or 0)


def perform(asked, command):
    if asked.action == "recall":
        return [str(batch.policy_of(Path(asked.out)))], 0
    if not asked.out:
        target = "demo-class" if asked.action == "demo" else asked.action
        raise Problem(f"Say where: make {target} OUT=folder")
    out = Path(asked.out)
    if asked.action == "demo":
        return demo.make(out, number(asked.count, "COUNT") or 300)
    if asked.action == "publish":
        return batch.publish(out)
    if asked.action == "export":
        return batch.export(out, asked.format, asked.to, {
            name: value for name in (*EXPORT, "roster") if (value := vars(asked)[name])})
    wanted = batch.Asked(out.resolve(), Path(asked.submissions) if asked.submissions else None,
                         asked.policy, asked.roster, asked.marks, asked.adjust, asked.traces,
                         asked.profile, number(asked.jobs, "JOBS"), asked.executor or "local",
                         asked.again)

    def kit(profile, traces):
        """Random mixes (--fuzz) belong to all traces, and to no others."""
        words = [word for word in command if not (traces and word == "--fuzz")]
        return Kit(Path(asked.kit).resolve(), [str(Path(words[0]).resolve()), *words[1:]],
                   version_of(asked.compiler), profile, "--official" in words,
                   [traces] if traces else asked.all_traces)

    return getattr(batch, asked.action)(wanted, kit)


def say(lines):
    """Who hangs up early (`| head`) has seen enough; what else does not arrive is no success."""
    try:
        print("\n".join(lines), flush=True)
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if error.errno != errno.EPIPE:
            raise Problem(f"the summary could not be written: {error.strerror}") from error


def main(words):
    try:
        lines, status = perform(*arguments(words))
        say(lines)
        return status
    except Problem as problem:
        print(problem, file=sys.stderr)
    except OSError as error:
        place = error.filename or "OUT"
        print(files.disk_problem(place, error) if error.errno in files.FULL else
              f"{place}: {error.strerror or error}", file=sys.stderr)
    except ModuleNotFoundError as error:
        print(f"Python's module '{error.name}' is missing, and nothing was graded; `make deps`, as "
              "root, installs it from Debian", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nstopped; the same command goes on from here", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
