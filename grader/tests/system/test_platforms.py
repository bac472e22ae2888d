"""The packages for platforms, each used by a stand-in for its platform, offline.

This is the quick part: what is built was built before, and two short traces are graded. All of
it, with every sort of submission and all traces: make rehearse-platforms.
"""

import json
import os
import re
import shutil

import driver
import pytest

from gradebook import settings
from gradebook.problem import Problem
from platforms import pack, submissions
from platforms.accept import Refused
from platforms.stand_ins import STAND_INS

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="a container's root: only root can be it")


@pytest.fixture(scope="module")
def policy(tmp_path_factory):
    path = tmp_path_factory.mktemp("policy") / "quick.policy"
    driver.write_policy(path, timing__official_seconds=0.2, limit__operation_seconds=0.2)
    shutil.copytree(driver.POLICIES / "reference", path.parent / "reference")
    return settings.read(path)


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    trace = tmp_path_factory.mktemp("traces") / "mix-short.rep"
    trace.write_text(driver.SHORT_TRACE)
    return [trace]


@pytest.fixture(scope="module")
def packages(policy, few):
    return {name: pack.pack(name, policy, few) for name in STAND_INS}


@pytest.fixture(scope="module")
def stand_in(packages, tmp_path_factory):
    """stand_in(name, kind): one that has built its package."""
    made = {}

    def get(name, kind="namespaces"):
        if (name, kind) not in made:
            made[name, kind] = STAND_INS[name](packages[name], tmp_path_factory.mktemp(name), kind,
                                               driver.built()["folder"])
            made[name, kind].build()
        return made[name, kind]

    return get


def submit(stand_in, sort, tmp_path):
    submissions.lay_out(sort, tmp_path / "submission")
    return stand_in.grade(tmp_path / "submission")


@pytest.mark.parametrize("name", STAND_INS)
def test_the_platform_keeps_a_grade(name, stand_in, tmp_path):
    kept = submit(stand_in(name), "good", tmp_path)
    assert kept.part >= 0.2 and "20.0 of 20.0" in kept.text


@pytest.mark.parametrize("sort", ["hostile", "not compiling", "reads a file", "link", "missing"])
def test_what_earns_nothing_is_graded_and_says_why(sort, stand_in, tmp_path):
    kept = submit(stand_in("gradescope"), sort, tmp_path)
    assert kept.part == 0 and submissions.MARK not in kept.text
    result = json.loads(stand_in("gradescope").data)
    assert {"hostile": "FORBIDDEN", "not compiling": "COMPILE", "reads a file": "No such file",
            "link": "is a link", "missing": "no file of the name"}[sort] in result["output"]


def test_without_namespaces_the_result_says_how_it_was_confined(stand_in, tmp_path):
    assert submit(stand_in("gradescope", "docker"), "good", tmp_path).part >= 0.2
    about = json.loads(stand_in("gradescope", "docker").data)["extra_data"]
    assert about["sandbox"] == "another user" and about["missing"] == []


def test_where_nothing_confines_there_is_no_grade_and_the_cure_is_said(stand_in, tmp_path):
    powerless = stand_in("ci", "powerless")
    with pytest.raises(Refused, match="the job failed"):
        submit(powerless, "good", tmp_path)
    assert b"install bubblewrap" in powerless.data


def test_out_of_time_there_is_a_file_and_no_score(stand_in, tmp_path):
    one = stand_in("gradescope")
    run = one.source / "run_autograder"
    whole = run.read_text()
    try:
        run.write_text(whole.replace(" 540 ", " 0 "))
        with pytest.raises(Refused, match="no score"):
            submit(one, "good", tmp_path)
        assert "was stopped" in json.loads(one.data)["output"]
    finally:
        run.write_text(whole)


def test_autolabs_own_limit_of_files_is_refused_and_the_cure_is_said(stand_in, tmp_path):
    one = stand_in("autolab")
    one.file_size = 100 << 20  # what Tango has where nobody has changed it
    try:
        with pytest.raises(Refused, match="parsing autoresult"):
            submit(one, "good", tmp_path)
        assert b"no more than 100 MiB here" in one.data and b"VM_ULIMIT_FILE_SIZE" in one.data
    finally:
        one.file_size = 0


def test_when_nothing_of_ours_runs_there_is_a_file_and_no_score(stand_in, tmp_path):
    one = stand_in("gradescope")
    hidden = one.source / "kit/Makefile.away"
    (one.source / "kit/Makefile").rename(hidden)
    try:
        with pytest.raises(Refused, match="no score"):
            submit(one, "good", tmp_path)
        assert "tell the course staff" in json.loads(one.data)["output"]
    finally:
        hidden.rename(one.source / "kit/Makefile")


def test_the_same_tree_gives_the_same_bytes(packages, policy, few):
    for name, files in packages.items():
        assert pack.pack(name, policy, few) == files, name


def test_a_package_holds_no_solution_beyond_the_reference(packages, policy, few):
    names = pack.kit_files(policy, few)
    assert not [name for name in names if name.startswith(("solution", "grader/tests"))]
    assert f"grader/policy/{policy.values['reference']}" in names


def test_memory_is_what_a_container_has(policy, few):
    text = pack.kit_files(policy, few)["grader/policy/course.policy"].decode()
    assert re.search(r"(?m)^limit\.resident_mib = 256$", text)


def test_a_classic_package_grades_by_the_classic_profile(policy, few, tmp_path):
    """A file of that lab's shape earns points there, and none where the modern one is asked for."""
    parts = {}
    for profile in pack.PROFILES:
        one = STAND_INS["ci"](pack.pack("ci", policy, few, profile), tmp_path / profile,
                              built=driver.built()["folder"])
        one.build()
        parts[profile] = submit(one, "of the classic shape", tmp_path / f"{profile}-mm").part
    assert parts["classic"] >= 0.2 and parts["modern"] == 0


def test_what_cannot_be_packed_is_refused(policy, tmp_path):
    with pytest.raises(Problem, match="ONLY is one of"):
        pack.pack("blackboard", policy, [])
    with pytest.raises(Problem, match="PROFILE is one of"):
        pack.pack("ci", policy, [], "romantic")
    with pytest.raises(Problem, match="TRACES names neither"):
        pack.pack("ci", policy, [tmp_path])
    for target in "platforms", "rehearse-platforms":
        done = driver.make("-s", target, "ONLY=blackboard", f"OUT={tmp_path}")
        assert done.exit == 2 and done.stderr.startswith("ONLY is one of")


def test_make_packs_one(tmp_path):
    """By a copy of a policy, which may leave its reference behind."""
    mine = shutil.copy(driver.POLICIES / "final.policy", tmp_path / "my.policy")
    done = driver.make("-s", "platforms", "ONLY=autolab", f"OUT={tmp_path}", f"POLICY={mine}")
    assert done.exit == 0, done.stderr
    assert {path.name for path in (tmp_path / "autolab").iterdir()} == {
        "autograde.tar", "autograde-Makefile", "brklab.tar"}


@pytest.mark.parametrize("text, said", [
    ("utilisation = 5\n", "unknown key 'utilisation'"),
    ("reference = gone.c\n", "there is no reference 'gone.c', beside it or in grader/policy"),
])
def test_a_policy_that_no_platform_could_grade_by_is_not_packed(tmp_path, text, said):
    mine = tmp_path / "my.policy"
    mine.write_text(re.sub(r"(?m)^reference.*\n", "", (driver.POLICIES / "final.policy").read_text())
                    + text)
    done = driver.make("-s", "platforms", "ONLY=ci", f"OUT={tmp_path / 'out'}", f"POLICY={mine}")
    assert done.exit == 2 and said in done.stderr, done.stderr
    assert not (tmp_path / "out").exists()
