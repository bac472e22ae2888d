"""Formats of the gradebook: one module each, found by its name.

A format is a module in this folder with a docstring, whose first line `make export` shows,
`SUFFIX`, and `export(rows, options)`, which returns the bytes of the file. `rows` are the
dicts of gradebook.jsonl; `options` is a dict of what else was given (`template`, …).
"""

import importlib
import pkgutil

from ..problem import Problem


def names():
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def find(name):
    if name not in names():
        raise Problem(f"FORMAT is one of {', '.join(names())}, not '{name}'")
    return importlib.import_module(f"{__name__}.{name}")
