"""Submissions of each sort, for rehearsals."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GOOD = ROOT / "solution/stages/3-segregated/mm.c"
CLASSIC = ROOT / "grader/tests/classic/implicit-macros.c"
MARK = "root:x:0:"  # how /etc/passwd begins: what no result may hold

# Prints a grade of its own, writes to where results are kept, and attacks what runs it.
HOSTILE = r"""
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>
__attribute__((constructor)) static void forge(void)
{
    puts("\n::error::owned\n##[error]owned\n{\"scores\":{\"Correctness\":1000}}");
    fflush(stdout);
    static const char *const places[] = {"/autograder/results/results.json", "autograde.txt",
                                         "/grade/results/results.json", "results/junit.xml"};
    for (int i = 0; i < 4; i++) {
        int fd = open(places[i], O_WRONLY | O_CREAT | O_TRUNC, 0666);
        if (fd >= 0)
            (void)!write(fd, "{\"score\":1000}", 14);
    }
    kill(getppid(), SIGKILL);
}
"""
READ_PASSWD = '#include "/etc/passwd"\n'


def _with(text):
    """The good one with other code before it."""
    return text + GOOD.read_text()


def _endless():
    name = "void *mm_malloc(size_t size)\n{"
    text = GOOD.read_text()
    assert text.count(name) == 1
    return text.replace(name, name + "\n    for (;;)\n        ;")


def _failing():
    """Right, but for what it returns for large requests: the same block again."""
    return GOOD.read_text().replace("void *mm_malloc(size_t size)\n{",
                             "void *mm_malloc(size_t size)\n{\n    static void *last;\n"
                             "    if (size > 100 && size < 5000 && last)\n        return last;\n"
                             "    if (size > 100 && size < 5000)\n"
                             "        return last = mm_malloc(5000);")


# How to write each.
TEXTS = {"good": GOOD.read_text, "failing": _failing, "endless": _endless,
         "hostile": lambda: _with(HOSTILE), "not compiling": lambda: "int broken",
         "reads a file": lambda: _with(READ_PASSWD), "empty": lambda: "",
         "binary": lambda: "\x7fELF\0\0\0", "huge": lambda: "/**/\n" * 300000,
         "of the classic shape": CLASSIC.read_text}


def bands(profile):
    """{sort: between which parts of all points it lies} in a profile. All of them compile in
    both but one, which is written for the classic one."""
    shaped = (0.2, 1) if profile == "classic" else (0, 0)
    return {name: (0, 0) for name in TEXTS} | {
        "good": (0.3, 1), "failing": (0, 0.3), "missing": (0, 0), "link": (0, 0),
        "of the classic shape": shaped}


def lay_out(sort, folder):
    """Makes the folder as a platform hands it over."""
    folder.mkdir(parents=True)
    if sort == "link":
        (folder / "mm.c").symlink_to("/etc/passwd")
    elif sort == "missing":
        (folder / "notes.txt").write_text("I forgot.")
    else:
        (folder / "mm.c").write_text(TEXTS[sort]())
