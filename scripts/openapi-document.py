"""Writes src/http/docs/openapi.json: the contract's OpenAPI document without its prose.

    python scripts/openapi-document.py contract/openapi.json

The contract is what the oracle's contract.py reads out of the reference.
"""

import json
import pathlib
import sys

# OpenAPI wants a description of each response; these two say nothing of their own.
KEPT = {"Successful Response", "Validation Error"}


def without_prose(value):
    if isinstance(value, dict):
        return {
            key: without_prose(inner)
            for key, inner in value.items()
            # a field may be called `description`; then its value is a schema
            if not (key == "description" and isinstance(inner, str) and inner not in KEPT)
        }
    if isinstance(value, list):
        return [without_prose(inner) for inner in value]
    return value


document = without_prose(json.loads(pathlib.Path(sys.argv[1]).read_text()))
target = pathlib.Path(__file__).parent.parent / "src/http/docs/openapi.json"
target.write_text(json.dumps(document, separators=(",", ":"), ensure_ascii=False) + "\n")
