"""JUnit XML: a test suite per student, a test case per trace; points are properties.

There is no specification: this is what all readers share. A trace that is not valid is a
failure; a fault of ours is an error.
"""

from xml.etree import ElementTree as xml

from ..shown import clip, finding_text, number

SUFFIX = "xml"
LIMIT = 4000


def _case(suite, shown, name, findings, failed):
    case = xml.SubElement(suite, "testcase", name=name, classname=shown.id, time="0")
    if failed:
        fault = xml.SubElement(case, "failure", type=findings[0]["code"] if findings else "INVALID",
                               message=clip(findings[0]["message"], 200) if findings else "")
        fault.text = "\n\n".join(finding_text(f, LIMIT) for f in findings)


def _properties(suite, shown):
    known = [(part.name, part.points) for part in shown.parts] + [("total", shown.total),
                                                                 ("max", shown.max)]
    properties = xml.SubElement(suite, "properties")
    for name, value in known:
        if value is not None:
            xml.SubElement(properties, "property", name=name, value=number(value, 4))


def _suite(shown):
    failed = sum(not trace["valid"] for trace in shown.traces)
    general = [f for f in shown.general() if f["severity"] == "error"]
    error = shown.total is None
    count = len(shown.traces) + bool(general) + error
    suite = xml.Element("testsuite", name=shown.id, tests=str(count), skipped="0",
                           failures=str(failed + bool(general)), errors=str(int(error)), time="0")
    if shown.submitted:
        suite.set("timestamp", shown.submitted.replace(" ", "T").removesuffix("Z"))
    _properties(suite, shown)
    if general:
        _case(suite, shown, "submission", general, True)
    for trace in shown.traces:
        _case(suite, shown, trace["name"], shown.of_trace(trace["name"]), not trace["valid"])
    if error:
        case = xml.SubElement(suite, "testcase", name="grading", classname=shown.id, time="0")
        xml.SubElement(case, "error", type=shown.status,
                       message=clip(" ".join(shown.why) or "no grade", LIMIT))
    return suite


def students(shown, options):
    """The outermost element does not say how many there are: they come one after the other."""
    yield b"<?xml version='1.0' encoding='utf-8'?>\n<testsuites name=\"brklab\">\n"
    for suite in map(_suite, shown):
        xml.indent(suite, " ")
        yield xml.tostring(suite, encoding="utf-8") + b"\n"
    yield b"</testsuites>\n"
