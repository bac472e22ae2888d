"""Who delivered a file or folder, by the naming schemes of the course systems.

    Moodle       Full Name_1234567_assignsubmission_file_/mm.c, or all in one folder
    Canvas       lastfirst_LATE_12345_67890_mm-1.c
    Blackboard   Malloc lab_s1234_attempt_2026-11-28-10-00-00_mm.c
    Brightspace  12345-678 - Full Name - Nov 28, 2026 1000 AM/mm.c, or all in one folder
    Autolab      ada@example.edu_3_mm.c, or ada@example.edu/3_mm.c: the third version
    Gradescope   submission_123/mm.c; its submission_metadata.yml says whose (gradescope.py)
    loose        <id>_mm.c, <id>mm.c, <id>_mm-2.c, <id>_mm.zip
    folder       <id>/…, <prefix><id>/… (clones)
"""

import re
import time
from dataclasses import dataclass

ARCHIVE = re.compile(r"\.(zip|tar|tar\.gz|tgz|tar\.xz|txz|tar\.bz2|tbz2?|gz|xz|bz2|7z|rar)$",
                     re.IGNORECASE)
# Systems that give each file by itself. What follows their own part of a name, `file`, is the
# student's word.
SYSTEMS = {scheme: re.compile(pattern, re.DOTALL) for scheme, pattern in {
    "moodle": r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?P<kind>[a-z]+)(?:_(?P<file>.*))?$",
    "canvas": r"(?P<name>[^_]+)_(?P<late>LATE_)?(?P<id>\d+)_"
              r"(?:\d+_(?P<file>(?!attempt_\d{4}-).+)|(?:text|link)\.html)$",
    "blackboard": r"(?P<id>.+?)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|\.txt)$",
    "brightspace": r"(?P<id>\d+)-\d+ - (?P<name>.+?) - "
                   r"(?P<time>[A-Z][a-z]{2} \d{1,2}, \d{4} \d{3,4} [AP]M)(?: - (?P<file>.+))?$",
}.items()}
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
    time: float | None = None  # when it was delivered, if the name says so
    file: str | None = None  # the student's own name of it, where the system put another before


def stem(file):
    return re.escape(file[:-2])


def wanted(file):
    """What the one file may be called inside a delivery."""
    return re.compile(rf"(?:.*[_-] ?)?{stem(file)}{ATTEMPT}\.c$", re.IGNORECASE | re.DOTALL)


def attempt_of(name, file):
    """The number of the attempt in a file's name; 0 when there is none."""
    found = (re.fullmatch(rf"(?P<attempt>\d{{1,4}})_{stem(file)}\.c", name, re.IGNORECASE)
             or re.search(rf"{stem(file)}{ATTEMPT}(\.\w+)*$", name, re.IGNORECASE))
    return int(found["attempt"] or 0) if found else 0


def _time_of(text):
    """Seconds since 1970 of a time in a name: that of the clock on the system's wall."""
    formats = "%Y-%m-%d-%H-%M-%S", "%b %d, %Y %I:%M %p"
    for pattern in formats:
        try:
            return time.mktime(time.strptime(re.sub(r"(\d\d) ([AP]M)$", r":\1 \2", text), pattern))
        except (ValueError, OverflowError):
            continue
    return None


def owner_by_system(name):
    """The Owner of a file or folder that a system has named, or None. Of several readings that
    one counts in which the student's own word is the longest: by no name of a file can anybody
    deliver as somebody else."""
    found = [(len(match["file"] or ""), scheme, match) for scheme, pattern in SYSTEMS.items()
             if (match := pattern.match(name))]
    if not found:
        return None
    _, scheme, match = max(found)
    said = match.groupdict()
    kind = said.get("kind", "file")
    return Owner(said["id"], said.get("name", ""), late=bool(said.get("late")),
                 scheme=scheme if kind == "file" else f"{scheme}-{kind}",
                 time=_time_of(said["time"]) if "time" in said else None, file=said["file"])


def owner_of_folder(name, prefix=""):
    system = owner_by_system(name)
    if system:
        return system
    if prefix and name.startswith(prefix) and name != prefix:
        name = name[len(prefix):]
    return Owner(name, scheme="folder")


def owner_of_file(name, file):
    """The Owner of a loose file or archive, or None when its name tells nobody."""
    system = owner_by_system(name)
    if system:
        return system
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
