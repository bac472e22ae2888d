#!/usr/bin/python3
"""Makes the figures of one language from those in figures/.

    figures.py LANGUAGE FOLDER      writes FOLDER/figures/*.svg

Each gets style.css written into it: a page holds its figures as single files. The labels of
another language than English come from LANGUAGE/figures.tsv: a label, a tab, its translation.
A label that has none, or a translation that no figure needs, ends it with status 1.
"""
import re
import sys
from html import escape, unescape
from pathlib import Path

HANDOUT = Path(__file__).resolve().parent
LABEL = re.compile(r"(<(text|title)\b[^>]*>)([^<]+)(</\2>)")
SHEET = re.compile(r"<\?xml-stylesheet[^>]*\?>\n")


def translations(language):
    if language == "en":
        return {}
    lines = (HANDOUT / language / "figures.tsv").read_text().splitlines()
    return dict(line.partition("\t")[::2] for line in lines if line and not line.startswith("#"))


def translate(text, words, used):
    """Labels without a letter, such as 16 or 1..16, are the same everywhere."""
    def other(match):
        label = unescape(match[3])
        if not re.search(r"[A-Za-z]", label):
            return match[0]
        used.add(label)
        return match[1] + escape(words.get(label, label), quote=False) + match[4]
    return LABEL.sub(other, text)


def main(language, folder):
    style = (HANDOUT / "figures/style.css").read_text()
    words, used = translations(language), set()
    out = Path(folder) / "figures"
    out.mkdir(parents=True, exist_ok=True)
    for source in sorted((HANDOUT / "figures").glob("*.svg")):
        text = SHEET.sub("", source.read_text())
        text = re.sub(r"(<svg\b[^>]*>)", rf"\1\n  <style>\n{style}  </style>", text, count=1)
        (out / source.name).write_text(translate(text, words, used) if words else text)
    wrong = [f"{language}/figures.tsv: no translation of '{x}'" for x in used if not words.get(x)]
    wrong += [f"{language}/figures.tsv: no figure says '{x}'" for x in set(words) - used]
    if wrong:
        sys.exit("\n".join(sorted(wrong)))


if __name__ == "__main__":
    main(*sys.argv[1:])
