"""The report: a static site, from one gradebook and its records.

    site/index.html            the class, for the staff
    site/class-2.html          the rest of its table, where there are more than ROWS students
    site/changes.html          what a regrade changed, for the staff
    site/students/NAME.html    a page per student, to be handed out one by one

Each page is one file: style and script are inside, so that it works from a disk, from mail
and from any web server, without a network.
"""

from pathlib import Path

import jinja2
from markupsafe import Markup

from ..book import portions
from ..files import make_folder, save
from ..text import slug, visible
from . import page

ROWS = 2000  # of the class's table on one page; a browser sorts and filters so many at once
TEMPLATES = Path(__file__).with_name("templates")


def _number(value, digits=1):
    return "–" if value is None else f"{value:.{digits}f}"


def _most(value):
    """Points that a policy gives, as it gives them: 2.5 are not 2."""
    return "–" if value is None else f"{value:.10g}"


def _percent(value, digits=1):
    return "–" if value is None else f"{100 * value:.{digits}f} %"


def environment():
    made = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True,
                              undefined=jinja2.StrictUndefined, trim_blocks=True,
                              lstrip_blocks=True)
    made.filters |= {"number": _number, "percent": _percent, "most": _most}
    for name in ("style.css", "script.js"):
        made.globals[name.partition(".")[0]] = Markup((TEMPLATES / name).read_text())
    return made


def links_of(book):
    return {row.id: f"students/{slug(row.id)}.html" for row in book.rows}


def write_students(batch):
    """A page per student."""
    site, template = batch.out / "site", environment().get_template("student.html")
    make_folder(site / "students")
    book, scrub, links = batch.book, page.scrub_for(batch.out, batch.kit), links_of(batch.book)
    for portion in portions(book.rows):
        for row, grade in zip(portion, book.grades(portion, detailed=True), strict=True):
            envelope = batch.store.envelope(row.key) if row.summary else None
            said = page.student(row, grade, envelope, book.settings, scrub)
            save(site / links[row.id], template.render(said), lasting=False)
    current = {Path(link).name for link in links.values()}
    for old in (site / "students").glob("*.html"):  # of somebody who is no longer in the class
        if old.name not in current:
            old.unlink()


def write_overview(batch, found):
    """The class, and what a regrade changed."""
    site, made, links = make_folder(batch.out / "site"), environment(), links_of(batch.book)
    (site / "changes.html").unlink(missing_ok=True)  # of an earlier regrade
    if found:
        save(site / "changes.html", made.get_template("changes.html").render(
            settings=found[0], changes=found[1],
            links={visible(student): link for student, link in links.items()}))
    rows = batch.book.rows
    parts = [rows[at:at + ROWS] for at in range(0, len(rows), ROWS)] or [[]]
    names = ["index.html", *(f"class-{number}.html" for number in range(2, len(parts) + 1))]
    about, template = page.overview(batch.book, links), made.get_template("overview.html")
    for number, name in enumerate(names):
        save(site / name, template.render(about | {
            "compared": bool(found), "rows": parts[number], "number": number, "names": names,
            "first": number * ROWS + 1}), lasting=False)
    for old in site.glob("class-*.html"):
        if old.name not in names:
            old.unlink()


def write_site(batch, found):
    """All pages. `found`: what a regrade changed, or None."""
    write_students(batch)
    write_overview(batch, found)
