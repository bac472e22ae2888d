"""make preload, make run: real programs on mm.c print what they print on the C library."""

import shutil
import subprocess

import driver
import pytest

REFERENCE = driver.ROOT / "solution/mm.c"
STAGE = driver.ROOT / "solution/stages/3-segregated/mm.c"
TEXT = driver.ROOT / "grader/engine/checked.c"

PROGRAMS = {
    "python3": "/usr/bin/python3 -c 'print(sum(len(str({i: [i] * 9})) for i in range(9999)))'",
    "perl": "perl -e 'my %h; $h{$_ % 777} .= $_ for 1..9999; print map { $h{$_} } sort keys %h'",
    "cc": f"cc -O1 -D_GNU_SOURCE -S -o - {driver.ENGINE}/json.c",
    "make": r"printf 'a b:\n\t@echo $@ $(words $(wildcard *))\nall: a b\n' | make -s -f - all",
    "git": f"git -C {driver.ROOT} ls-files -s",
    "awk": f"awk '{{ a[$1] = a[$1] $2 }} END {{ for (k in a) print k, a[k] }}' {TEXT} | sort",
    "sed": f"sed 's/static/local/g;10,20d' {TEXT}",
    "tar": f"tar cf - --sort=name --mtime=@0 -C {driver.ROOT} traces/debug | cksum",
    "xz": f"xz -T2 -c {TEXT} | xz -dc | cksum",
    "bash": "bash -c 'for i in {1..999}; do m[i % 77]+=$i; done; echo ${m[@]}'",
}


@pytest.fixture(scope="module")
def libraries(tmp_path_factory):
    """One for the reference, one for stage 3."""
    folder = tmp_path_factory.mktemp("preload")
    made = []
    for number, submission in enumerate([REFERENCE, STAGE]):
        outcome = driver.make("-s", "preload", f"SUBMISSION={submission}")
        assert outcome.exit == 0, outcome.stderr
        made.append(shutil.copy(driver.built()["folder"] / "libmm.so", folder / f"{number}.so"))
    return made


def shell(command, library=None):
    env = driver.environment() | ({"LD_PRELOAD": str(library)} if library else {})
    done = subprocess.run(["bash", "-c", command], env=env, capture_output=True,
                          timeout=driver.HANGS)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("name", PROGRAMS)
def test_real_programs_print_the_same(libraries, name):
    expected = shell(PROGRAMS[name])
    assert expected[0] == 0 and expected[1]
    for library in libraries:
        assert shell(PROGRAMS[name], library) == expected


def test_the_whole_family_with_threads_and_forks(libraries, tmp_path):
    program = tmp_path / "family"
    source = driver.ROOT / "grader/tests/system/family.c"
    subprocess.run(["cc", "-fno-builtin", "-o", program, source, "-pthread"], check=True)
    for library in libraries:
        assert shell(program, library) == (0, b"good\n", b"")


def test_run_reports_the_heap_and_keeps_output_and_status():
    outcome = driver.make("-s", "run", f"SUBMISSION={STAGE}", "CMD=/usr/bin/perl -e 'print 6 * 7'")
    assert outcome.stdout.endswith("42")
    assert "peak payload" in outcome.stderr and "perl" in outcome.stderr
    failing = driver.make("-s", "run", f"SUBMISSION={STAGE}", "CMD=/usr/bin/perl -e 'exit 3'")
    assert failing.exit == 2 and "exit status 3" in failing.stderr


def test_a_wrong_pointer_is_named(write):
    source = driver.bump(malloc="if (size == 4321) return (char *)mem_heap_lo() + 17;")
    submission = write(source)
    outcome = driver.make("-s", "run", f"SUBMISSION={submission}",
                          "CMD=/usr/bin/python3 -c 'import ctypes; ctypes.CDLL(None).malloc(4321)'")
    assert "mm_malloc(4321) returned" in outcome.stderr
    assert "not a multiple of 16" in outcome.stderr


def test_a_realloc_from_within_keeps_the_bytes(write, tmp_path):
    """The heap's block moves into the early area; how long it was, only the table knows."""
    source = driver.bump(
        top="#include <stdlib.h>\nstatic char *first;",
        malloc='if (size == 54321) first = (char *)mem_sbrk(0) + 8;'
               ' if (size == 12345 && memcmp(realloc(first, 60000), "kept", 5) != 0) abort();')
    program = write('#include <stdlib.h>\n#include <string.h>\nint main(void)'
                    '{ char *p = malloc(54321); if (p) strcpy(p, "kept");'
                    ' return malloc(12345) == NULL; }', "within.c")
    subprocess.run(["cc", "-fno-builtin", "-o", tmp_path / "within", program], check=True)
    outcome = driver.make("-s", "run", f"SUBMISSION={write(source)}",
                          f"CMD={tmp_path / 'within'}")
    assert outcome.exit == 0, outcome.stderr


def test_an_allocator_that_prints_does_not_call_itself(write):
    source = driver.bump(top="#include <stdio.h>", malloc='printf("%zu\\n", size);')
    outcome = driver.make("-s", "run", f"SUBMISSION={write(source)}", "CMD=/bin/true")
    assert outcome.exit == 0
