"""JSON Lines: every row of the gradebook with all that it is made of."""

import json

SUFFIX = "jsonl"


def export(rows, options):
    return (json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n" for row in rows)
