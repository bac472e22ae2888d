"""SARIF 2.1.0: findings in mm.c, for editors and code hosts that show them beside the line.

A run per student. A finding whose line in mm.c is known has it; the others are about the file.
"""

import json

from ..shown import clip, finding_text

SUFFIX = "sarif"
LEVELS = {"error": "error", "warning": "warning", "advice": "note"}
LIMIT = 4000
FILE_NAME = "mm.c"


def _location(finding):
    place = {"artifactLocation": {"uri": FILE_NAME}}
    culprit = finding["culprit"]
    if culprit and culprit["file"].rpartition("/")[2] == FILE_NAME:
        place["region"] = {"startLine": culprit["line"]}
    return {"physicalLocation": place}


def _run(shown):
    rules = {finding["code"]: finding for finding in shown.findings}
    return {
        "tool": {"driver": {"name": "brklab", "rules": [
            {"id": code, "help": {"text": clip(finding["cause"], LIMIT)}}
            for code, finding in sorted(rules.items())]}},
        "automationDetails": {"id": f"brklab/{shown.id}"},
        "results": [{"ruleId": finding["code"], "level": LEVELS.get(finding["severity"], "none"),
                     "message": {"text": finding_text(finding, LIMIT)},
                     "locations": [_location(finding)]} for finding in shown.findings]}


def students(shown, options):
    yield (b'{"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",'
           b' "runs": [\n')
    for number, one in enumerate(shown):
        yield (",\n" * bool(number) + json.dumps(_run(one), indent=1)).encode()
    yield b"\n]}\n"
