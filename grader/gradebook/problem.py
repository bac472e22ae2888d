"""Problem: a sentence for the person at the keyboard; the program ends with exit status 2."""


class Problem(Exception):
    """What happened, where, and what to do about it. Nothing that was stored is lost."""
