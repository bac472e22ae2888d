"""The compiler's sandbox where no namespaces can be made: another user in a root folder of
its own (grader/engine/sandbox.h). Everything here runs below no_namespaces.py.
"""

import concurrent.futures
import os
import sys

import driver
import pytest
import test_hostile

ALONE = (sys.executable, driver.ROOT / "grader/tests/system/no_namespaces.py")
# Root, but not allowed to change its root folder: neither kind of sandbox is left.
POWERLESS = (*ALONE, "setpriv", "--bounding-set=-sys_chroot")
# What the compiler may see and write is another matter here, limits are much the same: of
# those attacks two. All of them: make sandbox-attacks.
GROUPS = ("source-", "compile-", "link-") if os.environ.get("ALL_ATTACKS") else (
    "source-inc", "source-embed", "source-dep", "source-as", "compile-array-tebi", "link-debug")
ATTACKS = [path for path in test_hostile.ATTACKS if path.stem.startswith(GROUPS)]

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="another user: only root can be one")


@pytest.fixture(scope="module", autouse=True)
def root():
    """The toolchain's root folder, made once for all kits of these tests."""
    words = driver.built()["command"]
    values = [words[words.index(option) + 1] for option in ("--cc", "--flags", "--link")]
    made = driver.run(["sh", driver.ENGINE / "toolroot.sh", driver.built()["folder"], *values])
    assert made.exit == 0, made.stderr
    return made.stdout.strip()


@pytest.fixture(scope="module")
def arena(tmp_path_factory):
    """As for all attacks, with one trace and no time for timing."""
    arena = test_hostile.Arena(tmp_path_factory.mktemp("sandbox"))
    arena.traces = [driver.DEBUG_TRACE]
    arena.within = ALONE
    return arena


@pytest.fixture(scope="module")
def outcomes(arena):
    """Some end by the compiler's time limit: graded two at a time."""
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return dict(zip(ATTACKS, pool.map(arena.attack, ATTACKS)))


@pytest.mark.parametrize("path", ATTACKS, ids=lambda path: path.stem)
def test_an_attack_does_no_harm(path, arena, outcomes):
    outcome = outcomes[path]
    test_hostile.assert_harmless(outcome, arena)
    assert outcome.record["kit"]["compiler_sandbox"] == "another user"
    assert driver.stages() == []


def test_an_official_grade_is_given(tmp_path, quick):
    outcome = driver.mdriver(tmp_path, driver.ROOT / "solution/mm.c", policy=quick,
                             within=ALONE, more=["--official"])
    assert outcome.exit == 0, outcome.stderr
    assert set(outcome.record["protections"].values()) == {"on"}
    assert outcome.record["kit"]["compiler_sandbox"] == "another user"


@pytest.mark.parametrize("style", ["buddy-with-math", "tree-of-sizes"])
def test_a_classic_submission_finds_its_headers_and_libraries(style, tmp_path, quick):
    outcome = driver.mdriver(tmp_path, driver.ROOT / f"grader/tests/classic/{style}.c",
                             policy=quick, profile="classic", within=ALONE)
    assert outcome.errors() == []


def test_a_finding_names_the_line(tmp_path, quick, write):
    """addr2line runs there as well."""
    source = write(driver.bump(malloc="\n*(volatile int *)8 = 1;\n"))
    outcome = driver.mdriver(tmp_path, source, policy=quick, within=ALONE)
    (finding,) = outcome.errors()
    line = source.read_text().partition("*(volatile")[0].count("\n") + 1
    assert f"mm.c:{line}" in finding["message"]


def test_without_any_sandbox_own_code_is_graded(tmp_path, quick):
    outcome = driver.mdriver(tmp_path, driver.ROOT / "solution/mm.c", policy=quick,
                             within=POWERLESS)
    assert outcome.exit == 0, outcome.stderr
    assert outcome.record["protections"]["confined_compiler"] == "not available"
    assert outcome.record["kit"]["compiler_sandbox"] == "none"
    assert "not confined by: confined_compiler" in outcome.stdout


def test_without_any_sandbox_an_official_grade_is_refused(tmp_path, quick):
    outcome = driver.mdriver(tmp_path, driver.ROOT / "solution/mm.c", policy=quick,
                             within=POWERLESS, more=["--official"])
    assert outcome.exit == 2
    assert outcome.record is None
    assert "bubblewrap" in outcome.stderr and outcome.stderr.count("\n") == 1


def test_interrupted_it_leaves_nothing(tmp_path, quick, write):
    """The compiler loops when it is stopped: its stage goes, and so does the compiler."""
    again = '#include "mm.c"\n'
    endless = write(f"#if __INCLUDE_LEVEL__ < 40\n{again}{again}#endif\n")
    outcome = driver.mdriver(tmp_path, endless, policy=quick,
                             within=("timeout", "-s", "TERM", "2", *ALONE))
    assert outcome.exit not in (0, 1, 2)
    assert outcome.files == ()
    assert driver.stages() == []
