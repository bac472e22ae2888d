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


def _suite(root, shown):
    failed = sum(not trace["valid"] for trace in shown.traces)
    general = [f for f in shown.general() if f["severity"] == "error"]
    error = shown.total is None
    count = len(shown.traces) + bool(general) + error
    suite = xml.SubElement(root, "testsuite", name=shown.id, tests=str(count), skipped="0",
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
    root = xml.Element("testsuites", name="brklab")
    suites = [_suite(root, one) for one in shown]
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name)) for suite in suites)))
    xml.indent(root, " ")
    return xml.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"
