"""Gradescope's list of submitters, in what it gives when all submissions are exported.

    assignment_12_export/submission_metadata.yml
    assignment_12_export/submission_345/mm.c

The list has a key for each folder. Of its values these are read:

    submission_345:
      :submitters:                 one, or the members of a group
      - :name: Ada Lovelace
        :email: ada@example.edu
      :created_at: 2026-11-28 10:00:00.000000000 Z
"""

import datetime

from .naming import Owner
from .problem import Problem
from .text import visible

FILE = "submission_metadata.yml"
MOST = 1 << 28  # bytes; it holds what the autograder has printed as well
DEEP = 50  # lists within lists; the C reader would go on until its stack is full


def _time(said):
    """Seconds since 1970. A time without a zone is UTC there."""
    if not isinstance(said, datetime.datetime):
        return None
    return (said if said.tzinfo else said.replace(tzinfo=datetime.timezone.utc)).timestamp()


def _owner(submitter):
    """Words and numbers only: what lists hold by reference may be too long to be written out."""
    said = (submitter.get(key) for key in (":name", ":email", ":sid"))
    name, email, sid = (str(v) if isinstance(v, (str, int)) else "" for v in said)
    if not (email or sid or name):
        raise KeyError
    return Owner(email or sid or name, name, scheme="gradescope")


def _parse(text):
    import yaml  # here: where a platform grades, there is none
    loader, depth = getattr(yaml, "CSafeLoader", yaml.SafeLoader), 0
    try:
        for event in yaml.parse(text, loader):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEP:
                raise ValueError("its lists lie too deep in each other")
        return yaml.load(text, loader)
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error


def read(member):
    """{folder: (owners, time)} of the list, a member of the delivery (tree.py)."""
    try:
        if member.data is None and member.place is None:
            raise ValueError("it is too large for an archive; unpack that, and give the folder")
        said = _parse(member.read(MOST))
        return {str(folder): ([_owner(one) for one in about[":submitters"]], _time(about.get(":created_at")))
                for folder, about in said.items()}
    except (OSError, ValueError) as error:
        why = visible(str(error).replace("\n", " "))
    except (TypeError, KeyError, AttributeError):
        why = "not every folder in it has :submitters with a name, an email or a number"
    raise Problem(f"{FILE}: Gradescope's list of submitters cannot be read: {why}")
