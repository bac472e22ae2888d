"""A made-up class: what a course delivers, good, faulty, hostile and broken.

    OUT/submissions/    a folder per student, loose files, Moodle and Canvas names, archives
    OUT/roster.csv, marks.csv, adjust.txt, demo.policy

The same COUNT makes the same class. Each kind of broken delivery is there once; the rest of
the class is made of the lab's stages and reference, of grader/tests/broken and hostile.
"""

import csv
import io
import os
import random
import re
import tarfile

from .archive import packed, tar, zipped
from .files import make_folder, save
from .kit import LANDMARKS, ROOT

FIRST = "Ada Bo Chen Dana Emre Fatima Goran Hana Ivo Jun Kofi Lena Mina Noor Olga Pía Quinn Rosa " \
        "Sven Tariq Uma Vera Wei Ximena Yara Zoë".split()
LAST = "Abara Brandt Castro Dubois Eriksen Fischer Gupta Haddad Ito Jensen Kowalski Li Moreau " \
       "Nakamura Okafor Petrov Quispe Rossi Schmidt Tanaka Ueda Vargas Wang Xu Yilmaz Zhang".split()

POLICY = """
# A class that was made up: quick limits, a deadline, marks by hand.
late.deadline = 2026-11-30 23:59 +0000
late.grace_days = 1
late.max = 0.5
hand.style = 10
batch.attempts = last
batch.prefix = malloc-lab-
hidden.mix = 1
"""

HOSTILE = ROOT / "grader/tests/hostile"
DEADLINE = 1796083140  # the same moment, in seconds since 1970
DAY = 86400


class Class:
    def __init__(self, out, count):
        self.out, self.dice = out, random.Random(count)
        self.folder = make_folder(out / "submissions")
        self.roster, self.marks, self.decisions = [], [], []
        self.sources = list(self._sources())

    # ---- what students wrote

    def _sources(self):
        for path in LANDMARKS.values():
            yield "good", (ROOT / path).read_text()
        for path in sorted((ROOT / "grader/tests/broken").glob("*.fault")):
            yield "fault", faulty(path.read_text())
        for path in sorted(HOSTILE.glob("*-*.c")):
            yield "hostile", hostile(path)

    def source(self, student):
        """Half of a class is right, two fifths are faulty, the rest means harm."""
        kind = self.dice.choices(("good", "fault", "hostile"), (5, 4, 1))[0]
        text = self.dice.choice([text for k, text in self.sources if k == kind])
        if kind == "good" and self.dice.random() < 0.1:
            return text  # handed on: several students deliver the same bytes
        return text + f"\n/* {student} */\n"

    # ---- how they delivered it

    def student(self, name=None):
        number = len(self.roster) + 1
        name = name or f"{self.dice.choice(FIRST)} {self.dice.choice(LAST)}"
        student = f"s{number:04}"
        self.roster.append({"id": student, "name": name, "email": f"{student}@example.edu",
                            "canvas_id": str(50000 + number), "moodle_id": str(7000000 + number)})
        self.marks.append({"id": student, "style": self.dice.randint(4, 10)})
        return self.roster[-1]

    def place(self, path, data, days=0.0):
        """A file of the delivery, `days` after the deadline."""
        path = os.path.join(os.fsencode(self.folder), os.fsencode(path))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data if isinstance(data, bytes) else data.encode())
        os.utime(path, (DEADLINE + days * DAY,) * 2)

    def deliver(self):
        """One ordinary delivery, in one of the ways that systems have."""
        who = self.student()
        source = self.source(who["id"])
        days = self.dice.choice((-3, -2, -1, -0.5, -0.1, -0.1, 0.3, 1.5, 3))
        family = "".join(reversed(who["name"].lower().split(" ")))
        late = "LATE_" if days > 0 else ""
        way = self.dice.randrange(7)
        if way == 0:
            self.place(f"{who['id']}/mm.c", source, days)
        elif way == 1:
            self.place(f"{who['id']}_mm.c", source, days)
        elif way == 2:
            self.place(f"{who['name']}_{who['moodle_id']}_assignsubmission_file_/mm.c", source, days)
        elif way == 3:
            self.place(f"{family}_{late}{who['canvas_id']}_{90000 + len(self.roster)}_mm.c", source, days)
        elif way == 4:
            self.place(f"malloc-lab-{who['id']}/mm.c", source, days)
            self.place(f"malloc-lab-{who['id']}/.git/config", "[core]\n\tfsmonitor = touch /tmp/owned\n")
            self.place(f"malloc-lab-{who['id']}/README.md", "# my lab\n")
        elif way == 5:
            self.place(f"{who['id']}.zip", zipped({"lab/mm.c": source.encode(), "lab/notes.txt": b"x"}), days)
        else:
            self.place(f"{who['id']}.tar.gz", packed(tar({"mm.c": source.encode()})), days)

    def oddities(self):
        """Every kind of delivery that has ever spoiled somebody's evening."""
        good = self.sources[2][1]
        for name, data in {
                "empty": b"", "blank": b" \n\n", "binary": b"\x7fELF\0\0\1" * 400,
                "utf16": good.encode("utf-16"), "crlf": good.replace("\n", "\r\n").encode(),
                "enormous": b"/* */\n" * 300_000, "latin1": b"/* caf\xe9 */\n" + good.encode(),
        }.items():
            who = self.student(f"Odd {name}")
            self.place(f"{who['id']}/mm.c", data)
        make_folder(self.folder / self.student("Odd nothing")["id"])
        self.place(f"{self.student('Odd other file')['id']}/malloc.c", good)
        link = make_folder(self.folder / self.student("Odd link")["id"]) / "mm.c"
        if not link.is_symlink():
            link.symlink_to("/etc/passwd")
        who = self.student("Odd twice")
        self.place(f"{who['id']}/src/mm.c", good)
        self.place(f"{who['id']}/old/mm.c", good)
        self.place(f"{self.student('Odd bomb')['id']}.zip", zipped({"mm.c": b"\0" * (80 << 20)}))
        self.place(f"{self.student('Odd nest')['id']}.zip", nested(good, 4))
        self.place(f"{self.student('Odd damage')['id']}.zip", zipped({"mm.c": good.encode()})[:200])
        self.place(f"{self.student('Odd escape')['id']}.tar", escaping(good))
        self.place(f"{self.student('Odd rar')['id']}.rar", b"Rar!\x1a\x07\x01\x00")
        names = self.student("<script>alert('owned')</script> & \x1b[31mred\u202e")
        self.place(f"{names['id']}/mm.c", hostile(HOSTILE / "output-controls.c"))
        who = self.student("Odd attempts")
        for attempt, text in enumerate(("int broken", good), 1):
            self.place(f"attempts_{who['canvas_id']}_{attempt}_mm-{attempt}.c", text)
        self.student("Odd missing")
        self.place("mm.c", good)
        self.place("stranger\x1b[2J<b>_mm.c", good)
        self.place(b"bytes-\xff\xfe_mm.c", good)

    def write(self):
        for name, rows in (("roster.csv", self.roster), ("marks.csv", self.marks)):
            out = io.StringIO()
            table = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
            table.writeheader()
            table.writerows(rows)
            save(self.out / name, out.getvalue())
        save(self.out / "adjust.txt", "# id | kind | value | author | reason\n"
             "s0001 | extension | 2 days | K. Lee | illness, certificate seen\n"
             "s0002 | points | -5 | K. Lee | handed in without a header comment\n")
        policy = (ROOT / "grader/policy/final.policy").read_text()
        for key, value in (("limit.trace_seconds", 2), ("timing.official_seconds", 5)):
            policy = re.sub(rf"(?m)^{key} = .*", f"{key} = {value}", policy)
        reference = re.search(r"(?m)^reference *= *(\S+)", policy)
        if reference:  # a policy finds it in its own folder
            make_folder((self.out / reference[1]).parent)
            save(self.out / reference[1], (ROOT / "grader/policy" / reference[1]).read_bytes())
        save(self.out / "demo.policy", policy.replace("name = final", "name = demo") + POLICY)


def faulty(text):
    """The allocator that a .fault file (grader/tests/broken/README.md) makes of its base."""
    lines = (ROOT / re.search(r"# base: (\S+)", text)[1]).read_text().split("\n")
    for old, new in re.findall(r"((?:^-.*\n?)+)((?:^\+.*\n?)*)", text, re.MULTILINE):
        old = [line[1:].strip() for line in old.splitlines()]
        bare = [line.strip() for line in lines]
        at = next(i for i in range(len(bare)) if bare[i:i + len(old)] == old)
        lines[at:at + len(old)] = [line[2:] for line in new.splitlines()]
    return "\n".join(lines)


def whole(text):
    """An attack with files of its folder in place of their #include: the compiler sees one."""
    part = r'(?m)^#include "(honest\.c|loop\.h|found\.h|search\.h)"\n'
    while re.search(part, text):
        text = re.sub(part, lambda found: (HOSTILE / found[1]).read_text(), text)
    return text


def hostile(path):
    """An attack as its README says."""
    return '#define SECRET "/etc/passwd"\n#define OUTSIDE "/tmp/owned"\n' + whole(path.read_text())


def nested(source, depth):
    data = zipped({"mm.c": source.encode()})
    for _ in range(depth):
        data = zipped({"inside.zip": data})
    return data


def escaping(source):
    """Names that climb out, a link to a file outside, a device; and an honest mm.c."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, kind, target in (("mm.c", tarfile.SYMTYPE, "/etc/passwd"),
                                   ("hard.c", tarfile.LNKTYPE, "/etc/passwd"),
                                   ("dev", tarfile.CHRTYPE, "")):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, target
            archive.addfile(info)
        for name in ("../../../../tmp/owned_mm.c", "lab/mm.c"):
            info = tarfile.TarInfo(name)
            info.size = len(source.encode())
            archive.addfile(info, io.BytesIO(source.encode()))
    return out.getvalue()


def make(out, count):
    """Returns (lines to print, exit status)."""
    made = Class(out, count)
    made.oddities()
    while len(made.roster) < count:
        made.deliver()
    made.write()
    return [f"{len(made.roster)} students in {out}. Next: make batch SUBMISSIONS={out}/submissions "
            f"ROSTER={out}/roster.csv MARKS={out}/marks.csv ADJUST={out}/adjust.txt "
            f"POLICY={out}/demo.policy OUT={out}/graded"], 0
