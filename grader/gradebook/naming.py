"""Who delivered a file or folder, by the naming schemes of the course systems.

    Moodle   Full Name_1234567_assignsubmission_file_/mm.c
    Canvas   lastfirst_LATE_12345_67890_mm-1.c
    Autolab  ada@example.edu_3_mm.c, or ada@example.edu/3_mm.c: the third version
    Gradescope  submission_123/mm.c; its submission_metadata.yml says whose (gradescope.py)
    loose    <id>_mm.c, <id>mm.c, <id>_mm-2.c, <id>_mm.zip
    folder   <id>/…, <prefix><id>/… (clones)
"""

import re
from dataclasses import dataclass

ARCHIVE = re.compile(r"\.(zip|tar|tar\.gz|tgz|tar\.xz|txz|tar\.bz2|tbz2?|gz|xz|bz2|7z|rar)$",
                     re.IGNORECASE)
MOODLE = re.compile(r"(?P<name>.+)_(?P<id>\d+)_assignsubmission_(?P<kind>[a-z]+)(_(?P<file>.*))?$",
                    re.DOTALL)
CANVAS = re.compile(r"(?P<name>[^_]+)_(?P<late>LATE_)?(?P<id>\d+)_(?P<number>\d+)_(?P<file>.+)$",
                    re.DOTALL)
AUTOLAB = re.compile(r"(?P<id>[^@/]+@[^@_/]+)_(?P<version>\d{1,6})_(?P<file>.+)$", re.DOTALL)
ATTEMPT = r"(?:[-_ ]?\(?(?P<attempt>\d{1,4})\)?)?"
# What systems and editors leave behind; never a submission.
LITTER = re.compile(r"(\._.*|\.DS_Store|__MACOSX|Thumbs\.db|desktop\.ini|\.git|\.hg|\.svn)$")


@dataclass(frozen=True)
class Owner:
    """Whose delivery it is, as far as its name tells."""
    id: str
    name: str = ""
    attempt: int = 0
    late: bool = False  # the system itself marked it as late
    scheme: str = ""


def stem(file):
    return re.escape(file[:-2])


def wanted(file):
    """What the one file may be called inside a delivery."""
    return re.compile(rf"(?:.*[_-])?{stem(file)}{ATTEMPT}\.c$", re.IGNORECASE | re.DOTALL)


def attempt_of(name, file):
    """The number of the attempt in a file's name; 0 when there is none."""
    found = (re.fullmatch(rf"(?P<attempt>\d{{1,4}})_{stem(file)}\.c", name, re.IGNORECASE)
             or re.search(rf"{stem(file)}{ATTEMPT}(\.\w+)*$", name, re.IGNORECASE))
    return int(found["attempt"] or 0) if found else 0


def owner_of_folder(name, prefix=""):
    moodle = MOODLE.match(name)
    if moodle:
        kind = moodle["kind"]
        return Owner(moodle["id"], moodle["name"], scheme="moodle" if kind == "file" else "moodle-" + kind)
    if prefix and name.startswith(prefix) and name != prefix:
        name = name[len(prefix):]
    return Owner(name, scheme="folder")


def owner_of_file(name, file):
    """The Owner of a loose file or archive, or None when its name tells nobody."""
    moodle = MOODLE.match(name)
    if moodle:
        kind = moodle["kind"]
        return Owner(moodle["id"], moodle["name"], attempt_of(name, file),
                     scheme="moodle" if kind == "file" else "moodle-" + kind)
    canvas = CANVAS.match(name)
    if canvas:
        return Owner(canvas["id"], canvas["name"], attempt_of(name, file), bool(canvas["late"]),
                     "canvas")
    autolab = AUTOLAB.match(name)
    if autolab:
        return Owner(autolab["id"], attempt=int(autolab["version"]), scheme="autolab")
    loose = re.match(rf"(?P<id>.+?)[_-]?{stem(file)}{ATTEMPT}\.c$", name,
                     re.IGNORECASE | re.DOTALL)
    if loose:
        return Owner(loose["id"], attempt=int(loose["attempt"] or 0), scheme="loose")
    if ARCHIVE.search(name):
        bare = ARCHIVE.sub("", name)
        packed = re.match(rf"(?P<id>.+?)[_-]{stem(file)}{ATTEMPT}$", bare, re.DOTALL)
        return Owner(packed["id"] if packed else bare, attempt=attempt_of(bare, file),
                     scheme="archive")
    return None
