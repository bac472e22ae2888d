"""The doctor answers every question, for people and programs; its measurement measures."""

import json
import os
import subprocess

import driver

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
