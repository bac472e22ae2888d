"""Text that strangers made: names of files, names of people, output of programs.

A name is kept as Python gives it (undecodable bytes as surrogates); visible() makes of it
what may be shown. HTML is escaped later, by the templates.
"""

import hashlib
import re
import unicodedata

# Terminals obey control characters; format characters turn text round or hide it.
HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# Letters and marks that nobody sees: fillers, joiners, selectors (utf8.c has them, too).
UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0"
                    "\U000e0000-\U000e0fff]")
NOT_PLAIN = re.compile(r"[^ -~]")  # all else is looked up, which takes longer


def _escape(found, keep):
    char = found[0]
    code = ord(char)
    hidden = unicodedata.category(char) in HIDDEN or UNSEEN.match(char)
    if char in keep or not hidden:
        return char
    if 0xDC80 <= code <= 0xDCFF:  # a byte that was not UTF-8
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def visible(text, keep="", limit=400):
    """The text with everything written out that could be obeyed or be invisible, but for `keep`."""
    shown = NOT_PLAIN.sub(lambda found: _escape(found, keep), text[:limit])
    return shown + ("…" if len(text) > limit else "")


def slug(text):
    """A file name for any text: readable where that is safe, and always distinct. Who may choose a
    name can try 2^32 of them, and make its page take the place of another's; but not 2^64."""
    readable = re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")[:40].lower()
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{readable}-{digest}" if readable else digest


def natural(text):
    """A sorting key in which 2 comes before 10."""
    return [(0, int(part), "") if part.isdigit() and part.isascii() else (1, 0, part)
            for part in re.split(r"([0-9]+)", text) if part]
