"""The recorder keeps what a program asked of malloc, whatever the program is like; tracestat
describes a trace in exact numbers."""

import itertools
import re
import signal

import driver
import pytest

FOLDER = driver.built()["folder"]
HEADERS = """
#include <dlfcn.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
static void *get(size_t size) { return malloc(size); }
"""


@pytest.fixture
def compiled(tmp_path):
    """compiled(text, *flags, name="program"): an executable made of C text."""

    def compile_program(text, *flags, name="program"):
        source = tmp_path / f"{name}.c"
        source.write_text(HEADERS + text)
        # Without -fno-builtin a compiler leaves calls out, or makes others of them.
        outcome = driver.run(["cc", "-std=gnu11", "-O1", "-fno-builtin", "-w", "-pthread",
                              source, "-o", tmp_path / name, *flags])
        assert outcome.exit == 0, outcome.stderr
        return tmp_path / name

    return compile_program


class Recording:
    """What the recorder said, and the operations of the trace."""

    def __init__(self, outcome, path):
        self.exit, self.stderr, self.path = outcome.exit, outcome.stderr, path
        self.text = path.read_text() if path.exists() else ""
        lines = [line for line in self.text.splitlines() if not line.startswith("#")]
        self.header, self.operations = lines[:4], lines[4:]

    def sizes(self):
        return [int(line.split()[-1]) for line in self.operations if line[0] in "ar"]


@pytest.fixture
def record(tmp_path):
    """record(command..., options=[...]): runs the recorder and reads the trace."""
    numbers = itertools.count()

    def run_recorder(*command, options=()):
        path = tmp_path / f"recorded-{next(numbers)}.rep"
        outcome = driver.run([FOLDER / "record/record", *options, "-o", path, *command])
        recording = Recording(outcome, path)
        if recording.exit == 0:  # the engine's own reader finds the trace sound
            assert driver.run([FOLDER / "tracestat", path]).exit == 0
        return recording

    return run_recorder


def test_every_call_of_the_family_is_there(compiled, record):
    trace = record(compiled("""
int main(void)
{
    void *a = get(100), *b = calloc(3, 7), *c = realloc(NULL, 50);
    void *d = NULL;
    a = realloc(a, 5000);
    posix_memalign(&d, 64, 201);
    free(aligned_alloc(64, 256));
    free(memalign(4096, 203));
    free(valloc(204));
    b = reallocarray(b, 5, 8);
    free(NULL);
    free(malloc(0));
    realloc(c, 0);
    void (*sized)(void *, size_t) = dlsym(NULL, "free_sized"); /* of C23 */
    sized(a, 5000);
    void (*aligned)(void *, size_t, size_t) = dlsym(NULL, "free_aligned_sized");
    aligned(d, 64, 201);
    return 0;
}"""))
    assert trace.operations == """a 0 100
c 1 3 7
r 2 50
r 0 5000
a 3 201
a 4 256
f 4
a 5 203
f 5
a 6 204
f 6
r 1 40
f -1
a 7 0
f 7
r 2 0
f 2
f 0
f 3""".splitlines()
    assert trace.header == ["0", "8", "19", "1"]


def test_requests_answered_by_null_are_left_out(compiled, record):
    trace = record(compiled("""
int main(void)
{
    volatile size_t huge = SIZE_MAX / 2, four = 4;
    void *a = get(10);
    get(huge);
    calloc(huge, four);
    realloc(a, huge);
    reallocarray(a, huge, four);
    free(a);
    return 0;
}"""))
    assert trace.operations == ["a 0 10", "f 0"]
    assert "3 requests answered by NULL" in trace.stderr


THREADS = """
static void *passed[64];
static void *work(void *number)
{
    for (uintptr_t i = 0; i < 20000; i++) {
        void *mine = malloc(i % 300 + 1);
        if (i % 5 == 0)
            mine = realloc(mine, i % 700 + 1);
        free(__atomic_exchange_n(&passed[(i * 7 + (uintptr_t)number) % 64], mine, 5));
    }
    return NULL;
}
int main(void)
{
    pthread_t thread[4];
    for (uintptr_t i = 0; i < 4; i++)
        pthread_create(&thread[i], NULL, work, (void *)i);
    for (int i = 0; i < 4; i++)
        pthread_join(thread[i], NULL);
    return 0;
}"""


def test_threads_make_one_sound_trace(compiled, record):
    """An address that one thread frees and another gets must come in that order."""
    trace = record(compiled(THREADS), options=["-m", "400000"])
    letters = [line[0] for line in trace.operations]
    # Each thread's start and end adds a few calls of the C library.
    assert 80000 <= letters.count("a") + letters.count("c") < 80100
    assert letters.count("r") == 16000
    live = letters.count("a") + letters.count("c") - letters.count("f") + \
        trace.operations.count("f -1")
    assert 64 <= live < 80
    assert "left out" not in trace.stderr


@pytest.mark.parametrize("start", ["fork()", "vfork()"])
def test_children_are_not_recorded(compiled, record, start):
    allocate = "for (int i = 0; i < 1000; i++) get(777);" if start == "fork()" else ""
    child = compiled("int main(void) { for (int i = 0; i < 1000; i++) get(777); }",
                     name="child")
    trace = record(compiled(f"""
int main(void)
{{
    get(11);
    if ({start} == 0) {{
        {allocate}
        execl("{child}", "child", NULL);
        _exit(1);
    }}
    wait(NULL);
    system("{child}");
    get(12);
    return 0;
}}"""))
    assert 777 not in trace.sizes()
    assert [size for size in trace.sizes() if size in (11, 12)] == [11, 12]


def test_the_environment_of_children_is_free_of_us(compiled, record, tmp_path):
    out = tmp_path / "env.txt"
    command = f"env > {out}; ls /proc/self/fd >> {out}"
    record(compiled(f'int main(void) {{ return system("{command}"); }}'))
    assert "PRELOAD" not in out.read_text() and "BRKLAB_RECORD" not in out.read_text()
    assert not re.search(r"(?m)^2\d\d$", out.read_text())  # descriptors are closed
    shell = record("bash", "-c", f"env > {out}")  # its unsetenv() is not the C library's
    assert "PRELOAD" not in out.read_text() and "ERROR" not in shell.stderr


@pytest.mark.parametrize("end, said", [
    ("abort();", f"signal {int(signal.SIGABRT)}"),
    ("*(volatile int *)8 = 1;", f"signal {int(signal.SIGSEGV)}"),
    ("kill(getpid(), SIGKILL);", f"signal {int(signal.SIGKILL)}"),
    ("_exit(3);", "status 3"),
])
def test_a_program_that_ends_badly_leaves_its_trace(compiled, record, end, said):
    trace = record(compiled("int main(void) { for (int i = 1; i <= 5000; i++) get(i);" + end +
                            "return 0; }"))
    assert trace.exit == 0
    assert trace.sizes() == list(range(1, 5001))
    assert said in trace.stderr


def test_calls_before_main_are_there(compiled, record, tmp_path):
    """The constructor of a library runs before the recorder's own."""
    early = "__attribute__((constructor)) static void early(void) { get(%d); }"
    compiled(early % 31 + "int library(void) { return 0; }", "-shared", "-fPIC",
             name="libearly.so")
    trace = record(compiled(early % 32 + "int library(void); int main(void) { get(33); "
                            "return library(); }",
                            f"-L{tmp_path}", f"-Wl,-rpath,{tmp_path}", "-learly"))
    assert [size for size in trace.sizes() if 31 <= size <= 33] == [31, 32, 33]


MANY = "int main(void) { for (int i = 0; i < 3000; i++) free(get(i)); get(9000); return 0; }"


def test_first_operations_only(compiled, record):
    trace = record(compiled(MANY), options=["-m", "1001"])
    assert trace.header == ["0", "501", "1001", "1"]
    assert trace.sizes() == list(range(501))
    assert trace.operations[-1] == "a 500 500"


def test_150000_operations_are_the_limit(compiled, record):
    trace = record(compiled("int main(void) { for (int i = 0; i < 90000; i++) free(get(i)); }"))
    assert trace.header[2] == "150000"


def test_a_window_from_the_middle(compiled, record):
    trace = record(compiled(MANY), options=["-f", "2001", "-m", "10"])
    assert trace.operations[:3] == ["a 0 1001", "f 0", "a 1 1002"]
    assert len(trace.operations) == 10
    assert "1 frees of older blocks" in trace.stderr


def test_a_window_behind_the_end(compiled, record):
    trace = record(compiled(MANY), options=["-f", "7000"])
    assert (trace.exit, trace.text) == (2, "")
    assert "nothing was recorded" in trace.stderr


def test_reallocs_across_the_edge_of_a_window(compiled, record):
    """A block from before the window becomes a new one at its first realloc inside."""
    trace = record(compiled("""
int main(void)
{
    void *a = get(10), *b = get(20);
    a = realloc(a, 30);
    b = realloc(b, 40);
    a = realloc(a, 50);
    free(a);
    free(b);
    return 0;
}"""), options=["-f", "3"])
    assert trace.operations == ["r 0 40", "r 1 50", "f 1", "f 0"]


def test_balanced_as_asked(compiled, record):
    program = compiled("int main(void) { get(1); free(get(2)); get(3); return 0; }")
    assert record(program).operations == ["a 0 1", "a 1 2", "f 1", "a 2 3"]
    assert record(program, options=["-b"]).operations == \
        ["a 0 1", "a 1 2", "f 1", "a 2 3", "f 0", "f 2"]


def test_one_program_of_many_is_chosen_by_name(compiled, record, tmp_path):
    compiled("int main(void) { get(41); return 0; }", name="wanted")
    shell = ["sh", "-c", f"ls >/dev/null; {tmp_path}/wanted; ls >/dev/null"]
    assert record(*shell, options=["-p", "wanted"]).operations == ["a 0 41"]
    (tmp_path / "called").symlink_to("wanted")
    shell[2] = f"{tmp_path}/called; ls >/dev/null"
    for name in "called", "wanted":
        assert record(*shell, options=["-p", name]).operations == ["a 0 41"]


def test_redirections_and_arguments_belong_to_the_program(compiled, record):
    program = compiled("int main(int c, char **v) { get(c); get(strlen(v[2])); return 0; }")
    assert record(program, "-o", "two words").sizes() == [3, 9]


def test_what_cannot_be_recorded_is_said(compiled, record):
    still = compiled("int main(void) { get(1); return 0; }", "-static", name="still")
    own = compiled("void *malloc(size_t n) { static char all[999]; return n < 999 ? all : 0; }"
                   "int main(void) { get(1); return 0; }", name="own")
    for command, why in ((still, "linked statically"), ("no-such-program", "No such file"),
                         (own, "an allocator of its own")):
        trace = record(command)
        assert (trace.exit, trace.text) == (2, "")
        assert "nothing was recorded" in trace.stderr and why in trace.stderr
        assert len(trace.stderr.strip().split("\n")) == 1


def test_who_crashed_before_the_first_call_is_not_said_to_need_none(compiled, record):
    trace = record(compiled("int main(void) { *(volatile int *)8 = 1; }"))
    assert trace.exit == 2
    assert trace.stderr.endswith(f"the program ended by signal {int(signal.SIGSEGV)}\n")


def test_no_operations_are_not_asked_for(compiled, record):
    trace = record(compiled("int main(void) { get(1); return 0; }"), options=["-m", "0"])
    assert trace.exit == 2
    assert "expected a number from 1 to 4194304 after -m (MAX), found '0'" in trace.stderr


def test_what_was_recorded_is_named(compiled, record, write):
    """A command may be a script that starts the real program: then it is the script's shell."""
    program = compiled("int main(void) { get(1); return 0; }", name="real")
    script = write(f"#!/bin/bash\ntrue; {program}; true\n", "script")
    script.chmod(0o755)
    assert "operations of bash on" in record(script).stderr
    assert "1 operations of real on" in record(script, options=["-p", "real"]).stderr


def test_a_comment_names_no_path(compiled, record):
    program = compiled("int main(void) { get(1); return 0; }")
    assert record(program, options=["-a", "lua 5.4, read/write"]).text.startswith(
        "# recorded from: lua 5.4, read/write\n")
    for comment in ("/usr/bin/lua", "from /home", "two\nlines"):
        assert record(program, options=["-a", comment]).exit == 2


def test_a_trace_tells_nothing_of_the_machine(compiled, record):
    """Two runs at other addresses give the same trace."""
    program = compiled("int main(void) { for (int i = 0; i < 99; i++) get(i); return 0; }")
    first, second = record(program), record(program)
    assert first.text == second.text
    assert str(program) not in first.text


def test_a_recorded_trace_can_be_graded(compiled, record, tmp_path, quick):
    trace = record(compiled(THREADS), options=["-m", "5000"])
    outcome = driver.mdriver(tmp_path, driver.ROOT / "solution/mm.c", [trace.path],
                             policy=quick)
    assert (outcome.exit, outcome.errors()) == (0, [])


# ---- the recorded traces of the kit ----------------------------------------------------

CORE = sorted((driver.ROOT / "traces/core").glob("*.rep"))


def test_recorded_traces_are_many_and_small():
    assert len({path.stem.partition("-")[0] for path in CORE}) >= 10
    assert sum(path.stat().st_size for path in CORE) < 8 << 20


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.stem)
def test_a_recorded_trace_says_where_it_is_from_and_no_path(path):
    comments = [line for line in path.read_text().splitlines() if line.startswith("#")]
    assert comments[0].startswith("# recorded from: ")
    assert "/" not in "".join(comments)
    operations = int(path.read_text().splitlines()[len(comments) + 2])
    assert 20_000 <= operations <= 150_000


# ---- tracestat -------------------------------------------------------------------------

HAND_MADE = """# nine kinds of line
0
5
14
1
a 0 1
a 1 40
c 2 4 16
f -1
r 0 100
r 1 24
r 3 500
f 2
r 3 500
a 4 0
f 4
f 0
r 1 0
f 1
"""


def squeezed(text):
    return [" ".join(line.split()) for line in text.splitlines()]


def test_tracestat_counts_exactly(write):
    outcome = driver.run([FOLDER / "tracestat", write(HAND_MADE, "hand.rep")])
    lines = squeezed(outcome.stdout)
    assert outcome.exit == 0
    assert all(len(line) <= 80 for line in outcome.stdout.splitlines()[1:])
    for line in [
        "operations 14 on 5 ids",
        "malloc 3, calloc 1, realloc 5, free 5",
        "special size 0: 2, free(NULL): 1, realloc(NULL): 1, refused: 0",
        "reallocs 4 of a live block: 25.0% grow, 50.0% shrink, 25.0% stay",
        # sizes: 1; 24; 40; 64, 100; 500, 500; 0, 0
        "1 1 11.1% ####",
        "16 .. 31 1 11.1% ####",
        "32 .. 63 1 11.1% ####",
        "64 .. 127 2 22.2% #######",
        "256 .. 511 2 22.2% #######",
        "0 2 22.2% #######",
        # lives: block 4: 1; block 2: 5; blocks 0 and 1: 11; block 3 stays
        "1 1 20.0% ######",
        "4 .. 7 1 20.0% ######",
        "8 .. 15 2 40.0% #############",
        "never freed 1 20.0% ######",
        # 100 + 24 + 64 + 500
        "peak 688 bytes in 4 blocks, after operation 7 (line 12)",
        # 1 + 40 + 64 + 99 + 500
        "allocated 704 bytes in all, 1.0 times the peak",
        # 112 + 32 + 64 + 512 = 720; with headers 112 + 32 + 80 + 512 = 736
        "utilization at most 95.56% when sizes are rounded up to 16,",
        "at most 93.48% with an 8-byte header and blocks of 32 or more",
    ]:
        assert line in lines, line


def test_tracestat_prints_bounds_for_programs(write):
    paths = [write(HAND_MADE, "hand.rep"), write("0 1 1 1\na 0 16\n", "one.rep")]
    outcome = driver.run([FOLDER / "tracestat", "--bounds", *paths])
    assert outcome.exit == 0
    assert outcome.stdout.splitlines() == [f"{paths[0]}\t{688 / 720:.6f}\t{688 / 736:.6f}",
                                           f"{paths[1]}\t1.000000\t0.500000"]
    assert driver.run([FOLDER / "tracestat", "--bounds"]).exit == 2


def test_tracestat_draws_what_is_live(write):
    """Half of the time 160 bytes are live, then 80."""
    text = "0 2 4 1\na 0 80\na 1 80\nf 1\nf -1\n"
    outcome = driver.run([FOLDER / "tracestat", write(text, "steps.rep")])
    rows = [line.partition("|")[2] for line in outcome.stdout.splitlines() if "|" in line]
    assert rows == [" " * 16 + "#" * 16 + " " * 32] * 4 + ["#" * 64] * 4


def test_requests_that_no_heap_can_hold_are_not_live(write):
    text = "0 3 5 1\na 0 64\na 1 18446744073709551615\nr 0 17592186044417\nc 2 4294967296 " \
           "4294967296\nf 1\n"
    lines = squeezed(driver.run([FOLDER / "tracestat", write(text, "huge.rep")]).stdout)
    assert "special size 0: 0, free(NULL): 0, realloc(NULL): 0, refused: 3" in lines
    assert "peak 64 bytes in 1 blocks, after operation 1 (line 2)" in lines


def test_tracestat_takes_a_folder(tmp_path):
    (tmp_path / "more").mkdir()
    for name in ("b.rep", "more/a.rep", "notes.txt"):
        (tmp_path / name).write_text("0 1 1 1\na 0 8\n")
    outcome = driver.make("-s", "tracestat", f"TRACES={tmp_path}")
    assert (outcome.exit, outcome.stderr) == (0, "")
    names = [line for line in outcome.stdout.splitlines() if line.endswith(".rep")]
    assert names == [f"{tmp_path}/b.rep", f"{tmp_path}/more/a.rep"]


def test_tracestat_refuses_a_damaged_trace_and_goes_on(write):
    damaged, sound = write("0 1 1 1\na 0\n", "bad.rep"), write("0 1 1 1\na 0 8\n", "good.rep")
    outcome = driver.run([FOLDER / "tracestat", damaged, sound])
    assert outcome.exit == 2
    assert f"{damaged}:2: expected a size" in outcome.stderr
    assert str(sound) in outcome.stdout
    assert driver.run([FOLDER / "tracestat"]).exit == 2


@pytest.mark.parametrize("tool", ["tracestat", "record/leaks -t"])
def test_a_description_that_does_not_arrive_is_no_success(tool, write):
    trace = write("0 1 1 1\na 0 8\n", "x.rep")
    outcome = driver.run(["sh", "-c", f"{FOLDER}/{tool} {trace} > /dev/full"])
    assert outcome.exit == 2
    assert "the standard output: could not be written in full" in outcome.stderr


def test_a_link_is_written_through(tmp_path, quick, short):
    """Else, for root, /dev/stdout would be a file from now on."""
    (tmp_path / "link").symlink_to(tmp_path / "record.json")
    done = driver.make("-s", "grade", f"POLICY={quick}", f"TRACES={short}", f"JSON={tmp_path / 'link'}")
    assert done.exit == 0, done.stderr
    assert (tmp_path / "link").is_symlink() and driver.read_record(tmp_path / "record.json")
