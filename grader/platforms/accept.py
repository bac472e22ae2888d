"""What each platform takes and refuses, as its documents or its published code say.

Each function is given what the platform would be given, raises Refused with a sentence where
the platform would refuse, and returns what it would have kept. Sources:

    Gradescope      autograder_samples, docs/specs.md
    Autolab         app/helpers/assessment_autograde_core.rb, scoreboards_controller.rb
    Tango           vmms and autodriver: output cut in the middle
    PrairieLearn    docs/externalGrading.md, src/lib/externalGraderCommon.ts
    Classroom 50    schemas/result-v1.schema.json and the rules beside it
    Canvas          lib/gradebook_importer.rb
    Moodle          grade/import/csv/classes/load_data.php
    SARIF           version 2.1.0; JUnit: what its readers share
"""

import csv
import io
import json
import re
from xml.etree import ElementTree


class Refused(Exception):
    """The platform does not take this, and does not grade by it."""


def demand(truth, sentence):
    if not truth:
        raise Refused(sentence)


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _no_constant(name):
    raise ValueError(f"{name} is known to Python alone")


def _json(data, what):
    try:
        return json.loads(data, parse_constant=_no_constant)
    except ValueError as error:
        raise Refused(f"{what} is not JSON: {error}") from error


def _only(value, keys, what):
    demand(isinstance(value, dict), f"{what} is not an object")
    demand(not set(value) - set(keys.split()), f"{what} has unknown keys: {set(value) - set(keys.split())}")


# ---- Gradescope -------------------------------------------------------------------------

FORMATS = ("text", "html", "simple_format", "md", "ansi")
VISIBILITY = ("hidden", "after_due_date", "after_published", "visible")


def _common(value, what):
    for key in value:
        if key.endswith("format"):
            demand(value[key] in FORMATS, f"{what}: {key} is {value[key]!r}")
        if key.endswith("visibility"):
            demand(value[key] in VISIBILITY, f"{what}: {key} is {value[key]!r}")
        if key in ("score", "max_score", "execution_time"):
            demand(is_number(value[key]), f"{what}: {key} is no number")
        if key in ("output", "name", "number"):
            demand(isinstance(value[key], str), f"{what}: {key} is no string")


def _gradescope_test(test):
    _only(test, "score max_score status name name_format number output output_format tags "
          "visibility extra_data", "a test")
    _common(test, "a test")
    demand(test.get("status", "passed") in ("passed", "failed"), "a test's status is unknown")


def gradescope(data):
    """results.json -> the score."""
    result = _json(data, "results.json")
    _only(result, "score execution_time output output_format test_output_format test_name_format "
          "visibility stdout_visibility extra_data tests leaderboard", "results.json")
    _common(result, "results.json")
    tests = result.get("tests", [])
    for test in tests:
        _gradescope_test(test)
    for entry in result.get("leaderboard", []):
        _only(entry, "name value order", "an entry of the leaderboard")
        demand(isinstance(entry["value"], (int, float, str)), "a leaderboard's value")
    if "score" in result:
        return result["score"]
    demand(tests and all("score" in test for test in tests),
           "the autograder failed to execute correctly: no score")
    return sum(test["score"] for test in tests)


# ---- Autolab ----------------------------------------------------------------------------

TANGO_OUTPUT = 1000 * 1024  # bytes


def tango(output):
    """What is left of an autograder's output."""
    if len(output) <= TANGO_OUTPUT:
        return output
    half = TANGO_OUTPUT // 2
    return output[:half] + b"\n...[excess bytes elided]...\n" + output[-half:]


def autolab(output, problems):
    """An autograder's output -> {problem: points}."""
    lines = tango(output).decode("utf-8", "backslashreplace").rstrip().split("\n")
    demand(lines != [""], "the autograder returned no output")
    line = re.sub(r"([a-zA-Z0-9]+):", r'"\1":', lines[-1])
    try:
        said = json.loads(line)
        scores = said["scores"]
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(f"error parsing autoresult string: {lines[-1][:200]}") from error
    demand(isinstance(said.get("scoreboard", []), list), "the scoreboard is no array")
    for name, value in scores.items():
        demand(name in problems, f"there is no problem called {name!r}")
        demand(is_number(value), f"the score of {name!r} is no number")
    if len(lines) > 1 and lines[-2].startswith('{"_presentation"'):
        _semantic(json.loads(lines[-2]))
    return scores


def _semantic(said):
    demand(said["_presentation"] == "semantic", "the presentation is unknown")
    for stage in said["stages"]:
        for name, entry in said[stage].items():
            demand(isinstance(entry["passed"], bool), f"{name} has neither passed nor failed")


# ---- PrairieLearn -----------------------------------------------------------------------

PRAIRIELEARN_BYTES = 1 << 20


def prairielearn(data):
    """results.json -> the score as a part of 1."""
    demand(len(data) <= PRAIRIELEARN_BYTES, "results.json is larger than 1 MB")
    result = _json(data, "results.json")
    demand(result.get("succeeded", True), "it did not succeed")
    if result.get("gradable") is False:
        raise Refused(f"not gradable: {result.get('format_errors')}")
    score = result.get("score")
    demand(is_number(score) and 0 <= score <= 1, f"the score {score!r} is not from 0 to 1")
    tests = result.get("tests", [])
    for key in ("points", "max_points"):
        having = [key in test for test in tests]
        demand(all(having) or not any(having), f"some tests have {key} and others have not")
    for test in tests:
        demand(all(is_number(test[key]) for key in ("points", "max_points") if key in test),
               "a test's points are no numbers")
    return score


# ---- Classroom 50 -----------------------------------------------------------------------

STRINGS = "classroom assignment owner submission commit release review datetime".split()


def _whole(value, what):
    demand(isinstance(value, int) and not isinstance(value, bool) and value >= 0,
           f"{what} is no whole number from 0 up")


def classroom50(data, identity):
    """result.json -> (score, most). `identity`: what the source repository says it is."""
    result = _json(data, "result.json")
    _only(result, " ".join(STRINGS) + " schema assignment_type score max-score tests graded_at "
          "submitted_by", "result.json")
    demand(result.get("schema") == "classroom50/result/v1", "the schema is unknown")
    for name in STRINGS:
        demand(isinstance(result.get(name), str) and result[name], f"{name} is missing")
    for name, value in identity.items():
        demand(result[name] == value, f"{name} is not that of the repository")
    demand(result.get("assignment_type") in ("individual", "group"), "assignment_type")
    demand(result["submission"].startswith("submit/"), "the submission is no tag of submit/")
    demand(re.fullmatch(r"\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ", result["datetime"]),
           "datetime")
    for entry in (result, *result["tests"]):
        _whole(entry.get("score"), "score")
        _whole(entry.get("max-score"), "max-score")
        demand(entry["score"] <= entry["max-score"], "score is above max-score")
    for test in result["tests"]:
        demand(test.get("test-name") and isinstance(test.get("passed"), bool), "a test's name")
    return result["score"], result["max-score"]


# ---- Canvas -----------------------------------------------------------------------------

STRIPPED = re.compile(r"(Current|Final|Override) (Score|Grade|Points)|Override Status")


def _cells(lines, delimiter):
    """How many cells the first of these lines has; 0 where the others have more or fewer."""
    counts = [len(next(csv.reader([line], delimiter=delimiter), [])) for line in lines]
    return counts[0] if len(set(counts)) == 1 else 0


def _rows(data):
    text = data.decode("utf-8-sig")
    first = text.splitlines()[:3]
    delimiter = ";" if _cells(first, ";") > _cells(first, ",") else ","
    return [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
            if re.search("[^ ]", "".join(row))]


def _canvas_number(cell):
    """Whatever comma or point comes last is taken for the decimal one."""
    if not cell.strip() or cell.strip().upper() == "EX":
        return cell.strip().upper() or None
    *whole, last = re.split("[,.]", cell)
    return round(float(f"{''.join(whole)}.{last}" if whole else last), 2)


def _canvas_student(row, header, students):
    """`students`: {(ID, login): name}. Whom Canvas takes the line for."""
    by = {title: row[place] for place, title in enumerate(header) if place < len(row)}
    for key, name in students.items():
        if by.get("ID") == key[0] or by.get("SIS Login ID") == key[1]:
            return key[0]
    for key, name in students.items():
        if name in (by.get("Student"), f"{by.get('LastName')}, {by.get('FirstName')}"):
            return key[0]
    return None


def canvas(data, students, assignments):
    """A gradebook's table -> ({(student, assignment): grade}, what would be newly made)."""
    header, *rows = _rows(data)
    names = 1 + (header[:2] == ["LastName", "FirstName"])
    demand((names == 2 or "Student" in header[0]) and "ID" in header[names]
           and len(header) > 2 + names, "this is no gradebook")
    last = max(n for n, title in enumerate(header) if "Section" in title)
    grades, made = {}, []
    possible = next(row for row in rows if row[0].strip() == "Points Possible")
    for number, title in list(enumerate(header))[last + 1:]:
        if STRIPPED.search(title) or not title or "(read only)" in possible[number]:
            continue
        if title not in assignments:
            made.append(f"assignment {title}")
            continue
        for row in rows[rows.index(possible) + 1:]:
            student = _canvas_student(row, header, students)
            if student is None:
                made.append(f"student {row[0]}")
            elif number < len(row):
                grades[student, title] = _canvas_number(row[number])
    return grades, made


# ---- Moodle -----------------------------------------------------------------------------

def _moodle_number(cell, comma):
    """The mark of the language becomes a point; what then is no number ends the import."""
    if cell.strip() in ("", "-"):
        return None
    said = cell.strip().replace(" ", "").replace("," if comma else ".", ".")
    demand(re.fullmatch(r"-?\d+(\.\d+)?", said), f"{cell!r} is no number: the import is given up")
    return float(said)


def moodle(data, by, column, users, most=100, comma=False):
    """A gradebook's table -> {user: grade}; all or nothing."""
    header, *rows = _rows(data)
    places = header.index(by), header.index(column)
    grades = {}
    for row in rows:
        demand(row[places[0]] in users, f"user {row[places[0]]!r} is unknown: given up")
        value = _moodle_number(row[places[1]], comma)
        demand(value is None or value <= most, f"{value} is above {most}: given up")
        grades[row[places[0]]] = value
    return grades


# ---- Brightspace ------------------------------------------------------------------------

def brightspace(data, users, items):
    """Grades -> {(user, item): grade}, what would be newly made. `items`: the most points of each.
    A `#` before an id is none of its own."""
    header, *rows = _rows(data)
    demand(header[-1] == "End-of-Line Indicator", "the last heading is not the end of the line")
    key = next((n for n, title in enumerate(header) if title in ("Username", "OrgDefinedId")), None)
    demand(key is not None, "no column has the names of users")
    grades, made = {}, []
    for number, title in enumerate(header):
        item = re.match(r"(.*) Points Grade( <.*>)?$", title)
        if not item:
            continue
        if item[1] not in items:
            made.append(item[1])
        for row in rows:
            demand(len(row) == len(header) and row[-1] == "#", f"a line without its end: {row}")
            user = row[key].removeprefix("#")
            demand(user in users, f"user {user!r} is unknown")
            if row[number]:
                grades[user, item[1]] = min(float(row[number]), items.get(item[1], 10))
    return grades, made


# ---- JUnit and SARIF --------------------------------------------------------------------

def junit(data):
    """XML -> {suite: (tests, failures, errors)}, counted as well as said."""
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        raise Refused(f"this is not XML: {error}") from error
    demand(root.tag == "testsuites", "the outermost element is not testsuites")
    found = {}
    for suite in root:
        cases = suite.findall("testcase")
        counted = (len(cases), sum(c.find("failure") is not None for c in cases),
                   sum(c.find("error") is not None for c in cases))
        said = tuple(int(suite.get(name)) for name in ("tests", "failures", "errors"))
        demand(counted == said, f"{suite.get('name')}: says {said} and has {counted}")
        demand(all(c.get("name") and c.get("classname") for c in cases), "a case without a name")
        found[suite.get("name")] = said
    return found


SARIF = {
    "type": "object", "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"}, "$schema": {"type": "string", "format": "uri"},
        "runs": {"type": "array", "items": {
            "type": "object", "required": ["tool"], "additionalProperties": False,
            "properties": {
                "tool": {"type": "object", "required": ["driver"], "properties": {"driver": {
                    "type": "object", "required": ["name"], "properties": {
                        "name": {"type": "string"},
                        "rules": {"type": "array", "uniqueItems": True, "items": {
                            "type": "object", "required": ["id"]}}}}}},
                "automationDetails": {"type": "object"},
                "results": {"type": "array", "items": {
                    "type": "object", "required": ["message"], "additionalProperties": False,
                    "properties": {
                        "ruleId": {"type": "string"},
                        "level": {"enum": ["none", "note", "warning", "error"]},
                        "message": {"type": "object", "required": ["text"],
                                    "properties": {"text": {"type": "string", "minLength": 1}}},
                        "locations": {"type": "array", "items": {
                            "type": "object", "properties": {"physicalLocation": {
                                "type": "object", "required": ["artifactLocation"],
                                "properties": {"region": {"type": "object", "properties": {
                                    "startLine": {"type": "integer", "minimum": 1}}}}}}}}}}}}}}}}
