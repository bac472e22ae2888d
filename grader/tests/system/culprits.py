"""The line of source behind a finding: over the one-fault allocators whose harm is a write.

`make culprits` prints a table of what test_broken.py demands. The line named must be one that
the fault changed, or the one that its .fault file documents as the right line which it misleads.
"""

import pathlib
import sys
import tempfile

import test_broken as broken


def table():
    """Prints all verdicts and counts them; returns whether none is wrong."""
    count = {"right": 0, "wrong": 0, "not found": 0}
    with tempfile.TemporaryDirectory() as folder:
        for path in broken.WRITING:
            fault, record = broken.grade_fault(pathlib.Path(folder) / path.stem, path)
            for trace, code, word, named, _ in broken.verdicts(fault, record):
                count[word] += 1
                print(f"{word:10} {path.stem:38} {trace:24} {code:13} {named or '(no line)'}",
                      flush=True)
    print(", ".join(f"{number} {word}" for word, number in count.items()))
    return count["wrong"] == 0


if __name__ == "__main__":
    sys.exit(not table())
