"""Formats of the gradebook: one module each, found by its name.

A format is a module in this folder with a docstring, `SUFFIX`, and one of these functions:

    export(rows, options)       the bytes of a file, or parts of it one after the other, of the
                                gradebook's rows, the dicts of gradebook.jsonl
    students(shown, options)    the parts of a file of all students, as they may see it (shown.py)
    student(shown, options)     the bytes of a file of one student, called FILE; None if there is
                                none. A class is an archive of them, a folder per student

`rows` and `shown` come one after the other and can be gone through once: a class of any size is
exported in little memory.
`options` is a dict: `show` makes a Shown of a row, `people` are those of the roster, `notes` is
a list for sentences to the teacher; `from`, `column`, `by`, `most`, `student` and the policy's
keys `platform.…` are what was asked for.
"""

import importlib
import pkgutil

from ..archive import zip_parts
from ..problem import Problem
from ..text import slug, visible


def names():
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def find(name):
    if name not in names():
        raise Problem(f"FORMAT is one of {', '.join(names())}, not '{name}'")
    return importlib.import_module(f"{__name__}.{name}")


def _files(module, rows, options):
    for row in rows:
        data = module.student(options["show"](row), options)
        if data is not None:
            yield f"{slug(row['id'])}/{module.FILE}", data


def make(name, rows, options):
    """(bytes or parts of them, suffix) of the file that was asked for."""
    module, wanted = find(name), options.get("student")
    if wanted:
        rows = [row for row in rows if row["id"] == wanted]
        if not rows:
            raise Problem(f"STUDENT={visible(wanted)}: nobody in this gradebook has this id")
    if hasattr(module, "export"):
        return module.export(rows, options), module.SUFFIX
    if hasattr(module, "students"):
        return module.students(map(options["show"], rows), options), module.SUFFIX
    if not wanted:
        return zip_parts(_files(module, rows, options)), "zip"
    data = module.student(options["show"](rows[0]), options)
    if data is None:
        raise Problem(f"'{visible(wanted)}' has no grade yet, and this platform has no word for it")
    return data, module.SUFFIX
