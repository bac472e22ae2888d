"""The report: a static site, from one gradebook and its records.

    site/index.html            the class, for the staff
    site/changes.html          what a regrade changed, for the staff
    site/students/NAME.html    a page per student, to be handed out one by one

Each page is one file: style and script are inside, so that it works from a disk, from mail
and from any web server, without a network.
"""

from pathlib import Path

import jinja2
from markupsafe import Markup

from .. import changes as differences
from ..files import make_folder, save
from ..text import slug, visible
from . import page

TEMPLATES = Path(__file__).with_name("templates")


def _number(value, digits=1):
    return "–" if value is None else f"{value:.{digits}f}"


def _percent(value, digits=1):
    return "–" if value is None else f"{100 * value:.{digits}f} %"


def environment():
    made = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True,
                              undefined=jinja2.StrictUndefined, trim_blocks=True,
                              lstrip_blocks=True)
    made.filters |= {"number": _number, "percent": _percent}
    for name in ("style.css", "script.js"):
        made.globals[name.partition(".")[0]] = Markup((TEMPLATES / name).read_text())
    return made


def write_site(batch, found):
    """All pages. `found`: what a regrade changed, or None."""
    site, made = batch.out / "site", environment()
    make_folder(site / "students")
    book, scrub = batch.book, page.scrub_for(batch.out, batch.kit)
    links = {row.id: f"students/{slug(row.id)}.html" for row in book.rows}
    for row in book.rows:
        envelope = batch.store.envelope(row.key) if row.summary else None
        said = page.student(row, envelope, book, batch.kit, scrub)
        save(site / links[row.id], made.get_template("student.html").render(said),
             lasting=False)
    for old in (site / "students").glob("*.html"):  # of somebody who is no longer in the class
        if f"students/{old.name}" not in links.values():
            old.unlink()
    if found:
        save(site / "changes.html", made.get_template("changes.html").render(
            settings=found[0], changes=found[1], links=links, points=differences.points,
            hrefs={visible(student): link for student, link in links.items()}))
    save(site / "index.html", made.get_template("overview.html").render(
        page.overview(book, links) | {"compared": bool(found)}))
