"""The doctor answers every question, for people and programs; its measurement measures."""

import json
import os
import subprocess

import driver
import pytest

DOCTOR = driver.ROOT / "grader/doctor"
CHECKS = ["governor", "turbo", "siblings", "load", "cores", "pages", "swap", "machine", "clock",
          "filter", "sandbox", "counter", "repeat"]


def test_every_question_is_answered(tmp_path):
    answers = tmp_path / "answers.json"
    done = subprocess.run(["sh", DOCTOR / "doctor.sh", tmp_path, tmp_path / "none"],
                          env={**os.environ, "JSON": str(answers)}, capture_output=True,
                          text=True, timeout=driver.HANGS, check=False)
    result = json.loads(answers.read_text())
    assert [check["check"] for check in result["checks"]] == CHECKS
    for check in result["checks"]:
        assert check["verdict"] in ("OK", "CAUTION", "FAIL")
        assert f"{check['verdict']:<8}{check['check']:<14}{check['found']}" in done.stdout
        assert check["fix"] or check["verdict"] == "OK"
    # There is no kit in this folder: no filter, and nothing to measure with.
    assert {"filter", "repeat"} <= {check["check"] for check in result["checks"]
                                    if check["verdict"] == "FAIL"}
    assert result["fit"] is False
    assert done.returncode == 1


def stub(folder, name, line):
    (folder / name).write_text(f"#!/bin/sh\n{line}\n")
    (folder / name).chmod(0o755)


@pytest.mark.parametrize("user, namespaces, filters, verdict", [
    (1000, True, False, "OK"), (0, False, True, "OK"), (0, False, False, "FAIL"), (1000, False, True, "FAIL"),
])
def test_who_can_confine_the_compiler(tmp_path, user, namespaces, filters, verdict):
    """As mdriver decides: by namespaces, or as root by another user and filters."""
    stub(tmp_path, "bwrap", f"exit {0 if namespaces else 1}")
    stub(tmp_path, "id", f"echo {user}")
    (tmp_path / "seccomp").write_text("-lseccomp\n" if filters else "")
    done = subprocess.run(["sh", DOCTOR / "doctor.sh", tmp_path, tmp_path / "none"],
                          env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
                          capture_output=True, text=True, timeout=driver.HANGS, check=False)
    assert f"{verdict:<8}sandbox " in done.stdout


def test_a_heat_is_a_line():
    folder = driver.built()["folder"]
    assert driver.make("-s", os.path.relpath(folder / "repeat", driver.ROOT)).exit == 0
    done = driver.run([folder / "repeat", folder, driver.ROOT / "traces/core/text-awk.rep", 2])
    assert done.exit == 0, done.stderr
    lines = [[float(figure) for figure in line.split("\t")]
             for line in done.stdout.splitlines()]
    assert [len(line) for line in lines] == [3, 3]
    for _, mean, best in lines:
        assert 0 < best <= mean
