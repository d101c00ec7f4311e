"""Writes what is taken from the contract's OpenAPI document, without its prose.

    python scripts/openapi-document.py contract/openapi.json

- src/openapi/settings-models.json: the models of the reference's own settings; all else is made of our routes and schemas
- test/contract/openapi.json.gz: the whole document, to compare ours with

The contract is what the oracle's contract.py reads out of the reference.
"""

import gzip
import json
import pathlib
import sys

root = pathlib.Path(__file__).parent.parent


def without_prose(value):
    if isinstance(value, dict):
        return {
            key: without_prose(inner)
            for key, inner in value.items()
            # a field may be called `description`; then its value is a schema
            if not (key == "description" and isinstance(inner, str)) and not (key == "examples" and isinstance(inner, list))
        }
    if isinstance(value, list):
        return [without_prose(inner) for inner in value]
    return value


def written(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False) + "\n"


document = without_prose(json.loads(pathlib.Path(sys.argv[1]).read_text()))
models = {name: schema for name, schema in document["components"]["schemas"].items() if name.endswith("Settings")}
(root / "src/openapi/settings-models.json").write_text(written(models))
(root / "test/contract/openapi.json.gz").write_bytes(gzip.compress(written(document).encode(), 9, mtime=0))
