"""Writes cases.jsonl: schemas and values with what the reference says of them. Run it with the oracle's python."""

import itertools
import json
import pathlib

from prefect.utilities.schema_tools import validate
from prefect.utilities.schema_tools.hydration import HydrationContext, HydrationError, hydrate
from prefect.utilities.schema_tools.validation import (
    CircularSchemaRefError,
    ValidationError,
    build_error_obj,
    is_valid_schema,
)

VALUES = [None, True, 1, 2.5, 1e20, "", "a", "é😀", "2020-01-01", [], [1, 1.0], [1, "a", None], {}, {"b": 1}, {"b": "x", "x-1": True}]  # fmt: skip

SCHEMAS = [
    {"type": "string"}, {"type": "integer"}, {"type": "number"}, {"type": ["string", "null"]}, {"type": "boolean"}, {"type": "object"}, {"type": "array"}, {"type": "null"},
    {"enum": [1, "a", None]}, {"enum": [True, 2.5]}, {"const": 1}, {"const": {"b": 1}},
    {"minimum": 2}, {"maximum": 2.5}, {"exclusiveMinimum": 1}, {"exclusiveMaximum": 1.0}, {"multipleOf": 2}, {"multipleOf": 0.5},
    {"minLength": 1}, {"minLength": 2}, {"maxLength": 0}, {"maxLength": 2}, {"pattern": "^a"}, {"pattern": "b$"}, {"format": "email"}, {"format": "date"}, {"format": "date-time"}, {"format": "uuid"},
    {"minItems": 1}, {"minItems": 2}, {"maxItems": 0}, {"maxItems": 1}, {"uniqueItems": True}, {"items": {"type": "integer"}}, {"prefixItems": [{"type": "string"}], "items": False}, {"prefixItems": [{"type": "integer"}, {"type": "integer"}]},
    {"contains": {"type": "string"}}, {"contains": {"const": 1}, "maxContains": 1}, {"contains": {"const": 1}, "minContains": 2}, {"items": [{"type": "integer"}, {"type": "integer"}]},
    {"minProperties": 1}, {"minProperties": 2}, {"maxProperties": 0}, {"maxProperties": 1}, {"required": ["b", "c"]}, {"properties": {"b": {"type": "string"}}, "type": "object", "required": ["b"]},
    {"properties": {"b": {"type": "integer", "default": 4}}}, {"additionalProperties": False}, {"additionalProperties": {"type": "string"}}, {"additionalProperties": False, "patternProperties": {"^x-": {}}}, {"patternProperties": {"^x-": {"type": "string"}}}, {"propertyNames": {"maxLength": 1, "pattern": "b"}},
    {"dependentRequired": {"b": ["z"]}}, {"dependentSchemas": {"b": {"required": ["z"]}}}, {"unevaluatedProperties": False, "properties": {"b": {}}}, {"unevaluatedProperties": {"type": "string"}}, {"unevaluatedItems": False, "prefixItems": [{}]},
    {"anyOf": [{"type": "string"}, {"type": "integer", "minimum": 3}]}, {"oneOf": [{"type": "integer"}, {"minimum": 2}]}, {"oneOf": [{"type": "string"}, {"type": "null"}]}, {"allOf": [{"type": "string"}, {"minLength": 2}]}, {"not": {"type": "string"}},
    {"if": {"type": "string"}, "then": {"minLength": 2}, "else": {"type": "object"}}, {"anyOf": [{"type": "object", "properties": {"b": {"type": "string"}}}, {"type": "array", "items": {"type": "string"}}]},
    {"$ref": "#/definitions/D"}, {"$ref": "#/definitions/E"}, {"allOf": [{"$ref": "#/definitions/D"}], "title": "t"}, {"allOf": [True]}, {"allOf": [False]},
]  # fmt: skip

DEFINITIONS = {
    "D": {"type": "object", "properties": {"b": {"type": "string"}}, "required": ["b", "c"]},
    "E": {"enum": ["a", "b"], "title": "E"},
}

WHOLE = [
    ({"a": 1}, {"properties": {"a": {"$ref": "#/definitions/Q"}}}),
    ({"a": 1}, {"properties": {"a": {"$ref": "http://x.y/z"}}}),
    ({"a": 1}, {"properties": {"a": {"$ref": "#foo"}}}),
    ({"a": 1}, {"properties": {"a": {"$ref": "#foo"}}, "$defs": {"x": {"$anchor": "foo", "type": "string"}}}),
    ({"a": {"a": {"a": 1}}}, {"properties": {"a": {"$ref": "#"}}, "type": "object"}),
    ({"a": 1}, {"$ref": "#"}),
    ({"a": 1, "b": 2}, {"properties": {"b": {"type": "string"}, "a": {"type": "string"}}, "required": ["c"]}),
    ({"a": {"x y": 1}}, {"properties": {"a": {"additionalProperties": {"type": "string"}}}, "required": ["a"]}),
    ({"a": {"q'": 2}}, {"properties": {"a": {"additionalProperties": {"type": "string"}}}, "required": ["a"]}),
    ({"a": [1, {"b": 2}]}, {"properties": {"a": {"type": "array", "items": {"type": "object", "required": ["z"]}}}, "required": ["a"]}),
    ({"a": {"$ref": "x"}}, {"properties": {"a": {"$ref": "#/definitions/Block"}}, "definitions": {"Block": {"title": "Block", "block_type_slug": "b", "type": "object", "properties": {"n": {"type": "string"}}, "required": ["n"]}}}),
    ({"a": None, "b": None}, {"properties": {"a": {"type": "string"}, "b": {"type": "string", "default": "x"}}, "required": []}),
    ({}, {"properties": {"a": {"type": "string"}}, "required": ["a", "b"]}),
]  # fmt: skip

BAD_SCHEMAS = [
    {"type": "strin"}, {"type": 5}, {"properties": []}, {"properties": {"a": {"type": "x"}}}, {"required": "a"}, {"required": ["a", "a"]}, {"minimum": "1"}, {"minLength": -1}, {"pattern": "["}, {"items": 5}, {"enum": 1}, {"anyOf": []}, {"anyOf": {}}, {"$ref": 5}, {"additionalProperties": 3}, {"properties": {"a": 5}}, {"title": 5}, {"description": None}, {"definitions": []}, {"$id": "#x"}, {"multipleOf": 0}, {"uniqueItems": 1}, {"properties": {"a": {"items": {"type": "qq"}}}},
]  # fmt: skip

HYDRATE = [
    {"__prefect_kind": "none"}, {"__prefect_kind": "none", "value": 5}, {"__prefect_kind": "none", "value": {"__prefect_kind": "json", "value": "[1]"}},
    {"__prefect_kind": "json"}, {"__prefect_kind": "json", "value": "{\"a\": [1.0, null]}"}, {"__prefect_kind": "json", "value": ""}, {"__prefect_kind": "json", "value": "{\n\"a\": }"}, {"__prefect_kind": "json", "value": 7}, {"__prefect_kind": "json", "value": "[1,"}, {"__prefect_kind": "json", "value": "1 2"},
    {"__prefect_kind": "json", "value": {"__prefect_kind": "workspace_variable", "variable_name": "v"}},
    {"__prefect_kind": "workspace_variable"}, {"__prefect_kind": "workspace_variable", "variable_name": "v"}, {"__prefect_kind": "workspace_variable", "variable_name": "no"}, {"__prefect_kind": "workspace_variable", "variable_name": 5},
    {"__prefect_kind": "workspace_variable", "variable_name": {"__prefect_kind": "json", "value": "\"v\""}},
    {"__prefect_kind": "other", "value": [1]}, {"__prefect_kind": "other"}, {"__prefect_kind": None, "value": 1}, {"__prefect_kind": "jinja"}, {"__prefect_kind": "jinja", "template": {"__prefect_kind": "none"}},
    [1, {"__prefect_kind": "json"}, 2], {"b": {"__prefect_kind": "json"}, "c": 1}, 5, "x",
]  # fmt: skip


def said(work):
    try:
        return work()
    except CircularSchemaRefError:
        return "circular"
    except ValidationError as exc:
        return str(exc)


def best(values, schema, **options):
    return said(lambda: validate(values, schema, raise_on_error=True, **options) or None)


def tree(values, schema, preprocess=True):
    return said(lambda: build_error_obj(validate(values, schema, preprocess=preprocess)))


def cases():
    for schema, value in itertools.product(SCHEMAS, VALUES):
        whole = {"properties": {"a": schema}, "required": ["a"], "definitions": DEFINITIONS}
        yield {"kind": "values", "values": {"a": value}, "schema": whole}
    for values, schema in WHOLE:
        yield {"kind": "values", "values": values, "schema": schema}
    for schema in BAD_SCHEMAS:
        yield {"kind": "schema", "schema": schema}
    for value in HYDRATE:
        yield {"kind": "hydrate", "values": {"a": value}}


def schema_problem(schema):
    try:
        is_valid_schema(schema, preprocess=False)
    except ValueError as exc:
        return str(exc)


def hydrated(values):
    context = HydrationContext(raise_on_error=True, render_workspace_variables=True, workspace_variables={"v": "7", "w": {"x": 1}})
    try:
        return {"values": hydrate(values, context)}
    except HydrationError as exc:
        return {"problem": str(exc)}


def answer(case):
    if case["kind"] == "schema":
        return schema_problem(case["schema"])
    if case["kind"] == "hydrate":
        return hydrated(case["values"])
    values, schema = case["values"], case["schema"]
    return {
        "best": best(values, schema),
        "lenient": best(values, schema, ignore_required=True, allow_none_with_default=True),
        "tree": tree(values, schema),
    }


if __name__ == "__main__":
    lines = [json.dumps({**case, "answer": answer(case)}, ensure_ascii=False) for case in cases()]
    pathlib.Path(__file__).with_name("cases.jsonl").write_text("\n".join(lines) + "\n")
