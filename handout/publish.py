#!/usr/bin/python3
"""Makes the two archives of the handout, and proves what is in the students' one.

    publish.py students ARCHIVE WRITEUP   starter, engine, tools, public traces, writeup
    publish.py grader ARCHIVE             all of the kit, for machines that grade

Both are reproducible: the same tree gives the same bytes. What students get is a list of
what is public; everything else stays. Then the finished archive is opened again and
searched by content for what must not be in it: a list of names cannot see a solution that
somebody has pasted into a public file.
"""
import functools
import html
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP / "grader"))
from gradebook import archive  # noqa: E402
from gradebook.files import make_folder, save, sha256  # noqa: E402

STUDENTS, GRADER = "brklab-handout", "brklab-grader"
RELEASE = "RELEASE"  # tells make that a newer archive was unpacked over an older one

# Files and folders that are public, as they are.
PUBLIC = [
    ".clang-format", ".editorconfig", "LICENSE", "Makefile", "rules.mk",
    "starter", "grader/engine", "grader/tools", "grader/tracetools", "grader/policy",
    "traces", "handout/explore.mk", "handout/explore", "handout/first-hour",
]
# Where the policies of the archive look for what stands for the reference.
YARDSTICK = ["handout/yardstick/mm.c", "handout/yardstick/published.tsv"]
# Within them: what is not, whatever else is said.
NEVER = re.compile(r"(^|/)(private|build|__pycache__|reference|\.git)(/|$)")
# Allocators that are the answer, by the patterns of their paths.
ANSWERS = ["solution/mm.c", "solution/stages/*/mm.c", "grader/policy/reference/*.c"]
STAFF_TEXT = ["solution/NOTES.md", "solution/stages/*/NOTES.md", "handout/*/staff/*.md"]
# Keys of a policy whose values are not for students.
SECRET_KEY = re.compile(r"^\s*[\w.]*(seed|secret)[\w.]*\s*=")
PUBLIC_KEY = re.compile(r"^\s*fuzz\.")  # the fuzz category is the same for everybody


class Leak(Exception):
    """Something private is in a public archive."""


class Unknown(Exception):
    """Which files are the kit's."""


# ---- what goes in ----------------------------------------------------------------

def public_policy(text):
    """With a zero for each secret, and with the yardstick for the reference."""
    lines = [line if PUBLIC_KEY.match(line) or not SECRET_KEY.match(line)
             else line.split("=", 1)[0] + "= 0\n" for line in text.splitlines(keepends=True)]
    return re.sub(r"^reference\s*=.*$", "reference = yardstick/mm.c\n"
                  "published = yardstick/published.tsv\ncategory.unpublished = 0",
                  "".join(lines), flags=re.M)


def public_files():
    """Yields (name in the archive, bytes)."""
    for name, data in kit_files():
        if NEVER.search(name) or not any(f"{name}/".startswith(f"{p}/") for p in PUBLIC):
            continue
        if name.endswith(".policy"):
            data = public_policy(data.decode()).encode()
        yield name, data
    for name in YARDSTICK:
        yield name.replace("handout/", "grader/policy/"), (TOP / name).read_bytes()
    yield "README.md", (TOP / "handout/student.md").read_bytes()


def writeup_files(folder):
    for path in archive.files_below(folder):
        if not path.name.startswith("staff-"):
            yield f"writeup/{path.name}", path.read_bytes()


def ask_git():
    """What it knows about: nothing of an unpacked archive. In a repository where it refuses,
    nobody else may answer."""
    if not any((folder / ".git").exists() for folder in (TOP, *TOP.parents)):
        return []
    try:
        listed = subprocess.run(["git", "-C", TOP, "ls-files", "-z"], capture_output=True)
    except FileNotFoundError as error:
        raise Unknown("git is missing; on Debian: sudo apt-get install git") from error
    if listed.returncode != 0:
        raise Unknown(listed.stderr.decode(errors="replace").strip())
    return [name for name in listed.stdout.decode().split("\0") if name]


def kit_files():
    """What git knows about, so that nothing that only lies around is taken."""
    names = ask_git()
    if not names:
        names = [p.relative_to(TOP).as_posix() for p in archive.files_below(TOP)
                 if "build" not in p.relative_to(TOP).parts[:1] and p.parent.name != "__pycache__"]
    for name in sorted(set(names) - {RELEASE}):
        if not (TOP / name).is_symlink() and (TOP / name).is_file():
            yield name, (TOP / name).read_bytes()


# ---- the archive -----------------------------------------------------------------

def release(files):
    """What names these files, and no others."""
    listed = "".join(f"{name} {sha256(data)}\n" for name, data in sorted(files.items()))
    return sha256(listed.encode()).encode() + b"\n"


def write_archive(target, root, files):
    make_folder(target.parent)
    files[RELEASE] = release(files)
    save(target, archive.packed(archive.tar(files, root)), lasting=False)


# ---- the proof -------------------------------------------------------------------

TOKEN = re.compile(r"[A-Za-z_]\w*|\d\w*|[^\s\w]")
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*|^\s*#\s*include[^\n]*", re.S | re.M)
LEADER = re.compile(r"^[ \t]*[#+*-]+", re.M)  # of a comment's or a diff's lines
SHINGLE = 24  # tokens in a row that nobody writes twice by chance
SHAPE = 40  # so many, if the names in them do not count
SENTENCE = 12  # words in a row
KEYWORDS = frozenset("""auto bool break case char const continue default do double else enum
    false for goto if inline int long return short signed sizeof static struct switch true
    typedef union unsigned void while size_t uint64_t uintptr_t NULL""".split())


def code_tokens(text):
    return TOKEN.findall(LEADER.sub("", COMMENT.sub(" ", text)))


def code_shingles(text):
    """Every run of SHINGLE tokens of the code: layout and comments do not matter."""
    tokens = code_tokens(text)
    return {" ".join(tokens[i:i + SHINGLE]) for i in range(len(tokens) - SHINGLE + 1)}


def shape(window):
    """The tokens with each name as a number, in the order in which names appear."""
    names = {}
    return " ".join(token if token in KEYWORDS or not (token[0].isalpha() or token[0] == "_")
                    else f"@{names.setdefault(token, len(names))}" for token in window)


def code_shapes(text):
    """Like code_shingles; what a function, a variable or a type is called does not matter."""
    if text.count(";") < 4:  # a trace, prose: no piece of a program
        return set()
    tokens = code_tokens(text)
    return {shape(tokens[i:i + SHAPE]) for i in range(len(tokens) - SHAPE + 1)}


def word_shingles(text):
    words = re.findall(r"\w+", text.lower())
    return {" ".join(words[i:i + SENTENCE]) for i in range(len(words) - SENTENCE + 1)}


def telling_lines(text):
    """Lines of code, in a diff or a comment too, that are long enough not to be everybody's."""
    lines = (" ".join(line.split()) for line in LEADER.sub("", COMMENT.sub(" ", text)).splitlines())
    return {line for line in lines if len(re.findall(r"\w", line)) >= 24}


def texts(patterns):
    return [p.read_text() for pattern in patterns for p in sorted(TOP.glob(pattern))]


@functools.cache
def private_marks():
    """What the starter and the contract show is public, whoever else repeats it."""
    shown = "\n".join(texts(["starter/mm.c", "grader/engine/mm.h", "grader/engine/memlib.h"]))
    answers, staff = texts(ANSWERS), texts(STAFF_TEXT)
    return {
        "code": set().union(*map(code_shingles, answers)) - code_shingles(shown),
        "shape": set().union(*map(code_shapes, answers)) - code_shapes(shown),
        "line": set().union(*map(telling_lines, answers)) - telling_lines(shown),
        "text": set().union(*map(word_shingles, staff)) - word_shingles(shown),
    }


def secrets():
    """The values of secret keys of all policies, as they would appear in a text."""
    found = set()
    for text in texts(["grader/policy/*.policy"]):
        for line in text.splitlines():
            if SECRET_KEY.match(line) and not PUBLIC_KEY.match(line):
                found.add(line.split("=", 1)[1].split("#")[0].strip())
    return {value for value in found if len(value) >= 6}  # fewer digits are everywhere


def pdf_text(name, data):
    """Its pages and what is said about it. Files that are attached to it nobody would search."""
    def ask(*command):
        done = subprocess.run(command, input=data, capture_output=True)
        if done.returncode != 0:
            raise Leak(f"{name}: {command[0]} cannot read it, so it cannot be searched")
        return done.stdout.decode(errors="replace")
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:  # pdfdetach reads no pipe
        file.write(data)
        file.flush()
        if not ask("pdfdetach", "-list", file.name).startswith("0 "):
            raise Leak(f"{name}: a file is attached to it")
    return ask("pdftotext", "-", "-") + ask("pdfinfo", "-")


def readable(name, data):
    """The text of a file, a page's without its marks, too. What is neither is refused."""
    if data.startswith(b"%PDF-"):
        return pdf_text(name, data)
    if b"\0" in data:
        raise Leak(f"{name}: compiled or packed; the archive holds what can be read only")
    text = data.decode(errors="replace")
    if re.match(r"\s*<", text):
        text += "\n" + html.unescape(re.sub(r"<[^>]*>", "", text))
    return text


def search(name, data, marks, hidden):
    text = readable(name, data)
    for kind, found in (("code", code_shingles(text)), ("shape", code_shapes(text)),
                        ("line", telling_lines(text)), ("text", word_shingles(text))):
        common = sorted(found & marks[kind])
        if common:
            raise Leak(f"{name}: holds a piece of a solution or of a staff page: {common[0]!r}")
    for value in hidden:
        if re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text):
            raise Leak(f"{name}: holds the secret value {value!r} of a policy")


def prove(target):
    """Opens the finished archive. Raises Leak at the first thing that must not be there."""
    marks, hidden = private_marks(), secrets()
    with tarfile.open(target) as tar:
        for entry in tar:
            if not entry.isfile() or ".." in entry.name or NEVER.search(entry.name):
                raise Leak(f"{entry.name}: must not be in the archive")
            search(entry.name, tar.extractfile(entry).read(), marks, hidden)


def publish_students(target, writeup):
    write_archive(target, STUDENTS, dict(public_files()) | dict(writeup_files(writeup)))
    try:
        prove(target)
    except Leak as leak:
        target.unlink()
        sys.exit(f"handout: {leak}\nThe archive was removed. Take it out, then make handout again.")


def main(arguments):
    match arguments:
        case ["students", target, writeup]:
            publish_students(Path(target), Path(writeup))
        case ["grader", target]:
            write_archive(Path(target), GRADER, dict(kit_files()))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Unknown as unknown:
        sys.exit(f"handout: nothing was packed: git must say which files are the kit's: {unknown}")
