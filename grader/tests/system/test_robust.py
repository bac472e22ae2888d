"""Submissions that do what no allocator should: there is always a grade, soon, and nothing
of them is left behind.

This is about accidents. What a submission does on purpose, to the referee or the machine, is
for confinement to stop.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import driver
import pytest
from classroom import descendants, wait_gone

LOOP = "for (volatile int i = 0;; i++);"
EARLY = "__attribute__((constructor)) static void early(void)"
HEADERS = "#include <signal.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <unistd.h>\n"

# A system call behind the C library's back: the object file does not show it.
RAW = """
static long raw(long number, long a, long b)
{
#if defined(__x86_64__)
    long result;
    asm volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(0)
                 : "rcx", "r11", "memory");
    return result;
#else
    register long x8 asm("x8") = number, x0 asm("x0") = a, x1 asm("x1") = b, x2 asm("x2") = 0;
    asm volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
    return x0;
#endif
}
#include <sys/syscall.h>
"""
FORK = "raw(SYS_clone, SIGCHLD, 0)"

# What is done: the code at the allocator's places, and the codes of which one is expected.
# FORBIDDEN comes first where protections work; where there are none, the other.
ERRORS = {
    "crash in a constructor": ({"top": EARLY + "{ *(volatile int *)8 = 1; }"}, {"CRASH"}),
    "exit in a constructor": ({"top": EARLY + "{ exit(0); }"}, {"EXITED"}),
    "abort in a constructor": (
        {"top": EARLY + "{ abort(); }"}, {"CRASH", "EXITED", "FORBIDDEN"}),
    "endless constructor": ({"top": EARLY + "{" + LOOP + "}"}, {"TIMEOUT"}),
    "endless mm_init": ({"init": LOOP}, {"TIMEOUT"}),
    "endless mm_malloc": ({"malloc": LOOP}, {"TIMEOUT"}),
    "endless recursion": (
        {"top": "static int deep(volatile char *p) { volatile char c[512]; c[0] = *p;"
                "  return deep(c) + c[0]; }",
         "malloc": "char c = 1; if (deep(&c)) return NULL;"}, {"CRASH"}),
    "mm_init says no": ({"init": "return false;"}, {"INIT_FAILED"}),
    "sleeping for ever": ({"malloc": "pause();"}, {"FORBIDDEN", "TIMEOUT"}),
    "printing for ever": ({"malloc": 'for (;;) puts("more");'}, {"TIMEOUT"}),
    "endless break": ({"malloc": "for (;;) { mem_sbrk(16); mem_sbrk(-16); }"}, {"TIMEOUT"}),
    "exit in mm_malloc": ({"malloc": "exit(7);"}, {"EXITED"}),
    "_exit in mm_init": ({"init": "_exit(0);"}, {"EXITED"}),
    "abort in mm_malloc": ({"malloc": "abort();"}, {"EXITED"}),
    "killed by itself": (
        {"top": RAW, "malloc": "raw(SYS_kill, raw(SYS_getpid, 0, 0), SIGKILL);"},
        {"FORBIDDEN", "CRASH"}),
    "killed by itself, in words": ({"malloc": "kill(getpid(), SIGKILL);"}, {"FORBIDDEN"}),
    "terminated by itself": ({"malloc": "raise(SIGTERM);"}, {"EXITED", "FORBIDDEN", "CRASH"}),
    "stopped by itself": ({"malloc": "raise(SIGSTOP);"}, {"EXITED", "FORBIDDEN", "TIMEOUT"}),
    "deaf to signals": (
        {"top": RAW, "init": "for (int s = 1; s < 32; s++) { long a[4] = {1};"
                             " raw(SYS_rt_sigaction, s, (long)a); }" + LOOP},
        {"FORBIDDEN", "TIMEOUT"}),
    "a handler that never returns": (
        {"top": "static void again(int s) { (void)s;" + LOOP + "}",
         "malloc": "signal(SIGSEGV, again); *(volatile int *)8 = 1;"}, {"FORBIDDEN", "TIMEOUT"}),
    "all descriptors closed early": (
        {"top": EARLY + "{ for (int fd = 0; fd < 100; fd++) close(fd); }"},
        {"FORBIDDEN", "EXITED", "CRASH"}),
    "far beyond the break": (
        {"malloc": "((volatile char *)mem_heap_lo())[1 << 30] = 1;"}, {"PAST_BREAK"}),
    "giant static array": (
        {"top": "char giant[1 << 30];", "malloc": "giant[size] = 1;"},
        {"CRASH", "EXITED", "COMPILE"}),
    "impossible static array": (
        {"top": "char giant[1UL << 40];", "malloc": "giant[size] = 1;"},
        {"CRASH", "EXITED", "COMPILE"}),
    "memory of the C library": (
        {"malloc": "for (;;) memset(malloc(1 << 20), 1, 1 << 20);"},
        {"FORBIDDEN", "CRASH", "TIMEOUT"}),
    "forked child takes over": (
        {"top": RAW + EARLY + "{ if (" + FORK + " > 0) _exit(0); for (;;) pause(); }"},
        {"FORBIDDEN", "EXITED", "CRASH"}),
    "forked child, parent dies": (
        {"top": RAW, "malloc": "if (" + FORK + " > 0) _exit(0); for (;;) pause();"},
        {"FORBIDDEN", "EXITED"}),
    "forked child in a session of its own": (
        {"top": RAW, "malloc": "if (" + FORK + " == 0) { setsid(); for (;;) pause(); }"
                               " else _exit(0);"}, {"FORBIDDEN", "EXITED"}),
    "forked child, in words": ({"init": "if (fork() == 0) for (;;);"}, {"FORBIDDEN"}),
    "all heap pages touched": (
        {"malloc": "for (char *p; (p = mem_sbrk(1 << 24)) != (void *)-1;)"
                   " for (int i = 0; i < 1 << 24; i += 4096) p[i] = 1;"},
        {"TOUCHED_TOO_MUCH", "TIMEOUT"}),
}

# Rude, but the payloads are right: no error is found.
HARMLESS = {
    "one line per call": {"malloc": 'printf("malloc(%zu)\\n", size);'},
    "a flood of output": {"init": 'for (int i = 0; i < 20000; i++) puts("words");'},
    "some static data": {"top": "static char some[4096];", "malloc": "some[size % 4096]++;"},
    "thread-local data": {"top": "static _Thread_local int some[60000];",
                          "malloc": "some[size % 60000]++;"},
    "mathematics": {"top": "#include <math.h>", "malloc": "size += log2(size + 1.0) < 0;"},
    "perror": {"malloc": 'if (mem_sbrk(-1 - (intptr_t)mem_heapsize()) == (void *)-1) '
                         'perror("mem_sbrk");'},
    "a long jump": {"top": "#include <setjmp.h>\nstatic jmp_buf place;\n"
                           "static void give_up(void) { longjmp(place, 1); }",
                    "malloc": "if (setjmp(place)) return NULL; if (size > 1u << 30) give_up();"},
}


def grade(source, where, write, short, policy):
    """Grades on a debug trace and on a scored one; whatever happens, these things hold."""
    outcome = driver.mdriver(where, write(source), [driver.DEBUG_TRACE, short], policy=policy)
    assert outcome.exit in (0, 1), outcome.stderr
    assert outcome.record is not None
    assert "\x1b" not in outcome.stdout
    assert outcome.stderr == ""
    assert len(outcome.stdout) < 20000
    assert outcome.processes == ()
    assert outcome.files == ()
    return outcome


@pytest.mark.parametrize("name", ERRORS)
def test_it_is_found_and_survived(name, tmp_path, write, short, quick):
    places, codes = ERRORS[name]
    source = HEADERS + driver.bump(**places)
    outcome = grade(source, tmp_path, write, short, quick)
    assert {finding["code"] for finding in outcome.errors()} <= codes
    assert outcome.errors()
    assert outcome.record["score"]["total"] == 0
    assert outcome.exit == 1


@pytest.mark.parametrize("name", [name for name in ERRORS if name.startswith("forked child")])
def test_without_filters_no_process_survives(name, tmp_path, write, short, quick):
    """What a filter would have forbidden is done, and ended."""
    source = HEADERS + driver.bump(**ERRORS[name][0])
    within = (sys.executable, driver.ROOT / "grader/tests/system/no_namespaces.py",
              "--no-filters")
    outcome = driver.mdriver(tmp_path, write(source), [short], policy=quick, within=within)
    assert outcome.record["protections"]["system_call_filter"] == "not available"
    assert outcome.errors()
    assert outcome.processes == ()


@pytest.mark.parametrize("name", HARMLESS)
def test_it_does_no_harm(name, tmp_path, write, short, quick):
    outcome = grade(HEADERS + driver.bump(**HARMLESS[name]), tmp_path, write, short, quick)
    assert outcome.errors() == []
    assert all(trace["valid"] for trace in outcome.record["traces"])


@pytest.mark.parametrize("places", [
    ERRORS["endless recursion"][0],
    {"malloc": "volatile char all[100 << 20]; all[size % sizeof all] = 1;"},
], ids=["recursion", "array"])
def test_a_full_stack_is_called_by_its_name(places, tmp_path, write, short, quick):
    outcome = grade(HEADERS + driver.bump(**places), tmp_path, write, short, quick)
    for finding in outcome.errors():
        assert "its stack is full" in finding["message"]


# What a careless program leaves to those that it starts, and becomes mdriver.
CARELESS = """
import os, signal, sys
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
os.dup2(os.open("/dev/null", os.O_RDONLY), 77)
os.execvp(sys.argv[1], sys.argv[1:])
"""


def test_who_started_us_does_not_matter(tmp_path, write, short, quick):
    """Children whose end is not told, blocked signals, an open file: the runner has none of it."""
    places = {"top": "#include <fcntl.h>",
              "init": "for (int fd = 3; fd < 256; fd++) if (fcntl(fd, F_GETFD) >= 0)"
                      ' printf("descriptor %d\\n", fd);'}
    outcome = driver.mdriver(tmp_path, write(HEADERS + driver.bump(**places)), [short],
                             policy=quick, within=(sys.executable, "-c", CARELESS),
                             more=("--confine", "none"))
    assert outcome.errors() == []
    assert outcome.record["output"]["text"] == ""


def test_a_preloaded_library_that_is_missing_is_no_fault(tmp_path, write, short, quick):
    outcome = driver.mdriver(tmp_path, write(driver.bump()), [short], policy=quick,
                             within=("env", "LD_PRELOAD=/none/libnone.so"))
    assert outcome.exit == 0, outcome.stderr
    assert outcome.errors() == []


@pytest.mark.parametrize("limit, status, said", [
    ("-S -s 32", 0, ""),
    ("-s 64", 2, "a stack may have no more than 64 KiB here (ulimit -H -s)"),
])
def test_a_small_stack_is_raised_or_said(limit, status, said, tmp_path, write, short, quick):
    outcome = driver.mdriver(tmp_path, write(driver.bump()), [short], policy=quick,
                             within=("sh", "-c", f'ulimit {limit} && exec "$0" "$@"'))
    assert outcome.exit == status
    assert said in outcome.stderr


@pytest.mark.parametrize("closed", ["<&-", ">&-", "<&- >&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_fault(closed, tmp_path, write, short, quick):
    outcome = driver.mdriver(tmp_path, write(driver.bump()), [short], policy=quick,
                             within=("sh", "-c", f'exec "$0" "$@" {closed}'))
    assert (outcome.exit, outcome.stderr) == (0, "")
    assert outcome.errors() == []


# A disk of 64 KiB in the place of the kit's folder: a runner does not fit.
FULL = """
import os, subprocess, sys
kit = sys.argv[sys.argv.index("--kit") + 1]
links = {name: os.readlink(f"{kit}/{name}") for name in os.listdir(kit)}
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", kit], check=True)
for name, target in links.items():
    os.symlink(target, f"{kit}/{name}")
os.execvp(sys.argv[1], sys.argv[1:])
"""


def test_a_full_disk_is_no_finding(tmp_path, write, short, quick):
    if subprocess.run(["unshare", "-m", "true"], check=False).returncode != 0:
        pytest.skip("nobody may mount a small disk here")
    outcome = driver.mdriver(tmp_path, write(driver.bump()), [short], policy=quick,
                             within=("unshare", "-m", sys.executable, "-c", FULL))
    assert (outcome.exit, outcome.record) == (2, None)
    assert "the disk is full" in outcome.stderr


# Bubblewrap, on a machine that has no namespaces left from its second call on, for a while.
SCARCE = """#!/bin/sh
echo >> calls
test $(wc -l < calls) -lt 2 || test $(wc -l < calls) -gt %d || {
    echo 'bwrap: Creating new namespace failed: No space left on device' >&2; exit 1; }
exec %s "$@"
"""


@pytest.mark.parametrize("last, exit_status", [(2, 0), (99, 2)])
def test_a_machine_short_of_namespaces_accuses_nobody(last, exit_status, tmp_path, write, short,
                                                      quick):
    real = shutil.which("bwrap")
    if not real or subprocess.run([real, "--unshare-all", "--ro-bind", "/", "/", "true"],
                                  check=False).returncode != 0:
        pytest.skip("there are no namespaces here")
    fake = tmp_path / "bin" / "bwrap"
    fake.parent.mkdir()
    calls = f"{tmp_path}/calls"
    fake.write_text(SCARCE.replace("calls", calls) % (last, real))
    fake.chmod(0o755)
    outcome = driver.mdriver(tmp_path, write(driver.bump()), [short], policy=quick,
                             within=("env", f"PATH={fake.parent}:/usr/bin:/bin"))
    assert outcome.exit == exit_status
    assert outcome.record is None or outcome.errors() == []


# What nohup does, and a terminal that is closed again and again.
NOHUP = """
import os, signal, sys, time
signal.signal(signal.SIGHUP, signal.SIG_IGN)
parent = os.getpid()
if os.fork() == 0:
    while os.getppid() == parent:
        os.kill(parent, signal.SIGHUP)
        time.sleep(0.01)
    os._exit(0)
os.execvp(sys.argv[1], sys.argv[1:])
"""


def test_under_nohup_a_closed_terminal_ends_nothing(tmp_path, write, short, quick):
    outcome = driver.mdriver(tmp_path, write(driver.bump()), [short], policy=quick,
                             within=(sys.executable, "-c", NOHUP))
    assert outcome.exit in (0, 1), outcome.stderr
    assert outcome.errors() == []


def wait_for_runner(kit):
    """The first process that runs the submission."""
    deadline = time.monotonic() + 60
    while not (found := driver.processes_of(kit)):
        assert time.monotonic() < deadline, "no runner was started"
        time.sleep(0.001)
    return found[0]


def send(number, process):
    """One that somebody else has let go on may have ended."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, number)


def test_a_job_that_was_suspended_is_not_accused(tmp_path, write):
    """A batch system stops all processes of a job; then they go on, one after the other."""
    kit = driver.open_kit(tmp_path)
    policy = driver.write_policy(tmp_path / "slow.policy", limit__operation_seconds=3)
    long_enough_to_be_met = driver.bump(init="for (volatile int i = 0; i < 100000000; i++);")
    words = driver.command_line(kit, write(long_enough_to_be_met), [driver.DEBUG_TRACE],
                                policy=policy)
    with subprocess.Popen([str(word) for word in words], stdout=subprocess.PIPE, text=True,
                          env=driver.environment()) as referee:
        runner = wait_for_runner(kit)
        send(signal.SIGSTOP, runner)
        time.sleep(0.1)  # the referee looks
        send(signal.SIGSTOP, referee.pid)
        time.sleep(4)
        send(signal.SIGCONT, referee.pid)
        time.sleep(0.1)  # it looks again
        send(signal.SIGCONT, runner)
        said = referee.communicate()[0]
    assert referee.returncode == 0, said


def test_a_machine_that_hides_its_processes_accuses_nobody(tmp_path, write, short, quick):
    outcome = driver.mdriver(tmp_path, write(driver.bump()), [short], policy=quick,
                             within=("bwrap", "--dev-bind", "/", "/", "--tmpfs", "/proc"),
                             more=("--confine", "none"))
    if outcome.stderr.startswith("bwrap:"):
        pytest.skip("no namespaces here, to hide them in")
    assert (outcome.exit, outcome.record) == (2, None)
    assert "/smaps" in outcome.stderr


def test_a_report_that_does_not_arrive_is_no_success(tmp_path, write, short, quick):
    outcome = driver.mdriver(tmp_path, write(driver.bump()), [short], policy=quick,
                             within=("sh", "-c", 'exec "$0" "$@" > /dev/full'))
    assert outcome.exit == 2
    assert "the report could not be written" in outcome.stderr


def test_advice_does_not_hide_an_error(tmp_path, write, short, quick):
    """What stands on every trace comes after what stands on one."""
    places = {"malloc": 'volatile char deep[1 << 16]; deep[0] = 1; if (size == 300) *(int *)8 = 1;'}
    traces = [write("0 1 1 1\na 0 64\n", f"mix-{i:02}.rep") for i in range(20)]
    bad = write("0 2 2 1\na 0 64\na 1 300\n", "mix-last.rep")
    outcome = driver.mdriver(tmp_path, write(HEADERS + driver.bump(**places)), [*traces, bad],
                             policy=quick)
    assert len([f for f in outcome.record["findings"] if f["code"] == "PRIVATE_STATE"]) > 10
    assert outcome.stdout.index("CRASH") < outcome.stdout.index("PRIVATE_STATE")


def test_a_crash_ends_its_trace_only(tmp_path, write, short, quick):
    """The one trace has a request that crashes; the other is graded all the same."""
    crash = "if (size == 300) *(volatile int *)8 = 1;"
    bad = write("0 2 2 1\na 0 64\na 1 300\n", "mix-bad.rep")
    outcome = driver.mdriver(tmp_path, write(driver.bump(malloc=crash)), [bad, short],
                             policy=quick)
    assert [trace["valid"] for trace in outcome.record["traces"]] == [False, True]
    (finding,) = outcome.errors()
    assert (finding["code"], finding["trace"], finding["line"]) == ("CRASH", "mix-bad", 3)
    assert outcome.record["score"]["correctness"] == 10


def test_sources_that_are_no_allocator(tmp_path, write, short, quick):
    for source in ("", "not C", "int x;\n", "#error no\n", "\x00\x01\x02", '#include "mm.c"\n',
                   '#include "/etc/no-such-file"\n', driver.bump(top="int main; "),
                   driver.bump(top='asm(".incbin \\"/no/such/file\\"");')):
        outcome = grade(source, tmp_path, write, short, quick)
        assert {finding["code"] for finding in outcome.errors()} == {"COMPILE"}
        assert outcome.record["score"]["total"] == 0


def test_a_flood_of_compiler_messages_is_cut(tmp_path, write, short, quick):
    source = "".join(f"int a{i} = undeclared{i};\n" for i in range(2000))
    outcome = grade(source, tmp_path, write, short, quick)
    assert outcome.codes() == {"COMPILE"}


def test_interrupted_it_leaves_nothing(tmp_path, write, short, quick):
    """Ctrl-C in the middle: the runner dies, and the folder it was built in goes."""
    kit = driver.open_kit(tmp_path)
    source = write(driver.bump(init=LOOP))
    policy = driver.write_policy(tmp_path / "slow.policy", limit__operation_seconds=60,
                                 limit__trace_seconds=60)
    words = driver.command_line(kit, source, [short], policy=policy)
    child = subprocess.Popen([str(word) for word in words], stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL, env=driver.environment())
    deadline = time.monotonic() + 20
    while not driver.processes_of(kit) and time.monotonic() < deadline:
        time.sleep(0.02)
    child.send_signal(signal.SIGINT)
    child.wait(timeout=20)
    assert driver.end_leftovers(kit) == ()
    assert {path.name for path in kit.iterdir()} == {p.name for p in driver.shared_parts()}


def test_no_neighbour_outlives_a_benchmark(tmp_path):
    """After Ctrl-C in `make bench-noise` a loop went on for ever, beside every later grade."""
    repeat = tmp_path / "repeat"  # ends at once the first time, and then never
    repeat.write_text('#!/bin/sh\n[ ! -e "$0.once" ] || exec sleep 60\n: >"$0.once"\n')
    repeat.chmod(0o755)
    noise = subprocess.Popen(["sh", driver.ROOT / "grader/doctor/noise.sh", tmp_path, "x", "1"],
                             start_new_session=True,
                             preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    deadline, names = time.monotonic() + 20, set()
    while not names >= {"dd", "sleep"} and time.monotonic() < deadline:
        time.sleep(0.02)
        family = descendants(noise.pid)
        with contextlib.suppress(OSError):
            names = {Path(f"/proc/{pid}/comm").read_text().strip() for pid in family}
    os.killpg(noise.pid, signal.SIGINT)
    noise.wait(timeout=20)
    left = wait_gone(family, seconds=5)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(noise.pid, signal.SIGKILL)
    assert names >= {"dd", "sleep"} and left == []
