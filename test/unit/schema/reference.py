"""
Prints what the reference makes of a table of (schema, JSON text) pairs, and of whole requests, one JSON object a line:
the fixture `cases.jsonl`. Run it with the Python of the reference:

    python test/unit/schema/reference.py > test/unit/schema/cases.jsonl

The schemas have the same names in `schemas.ts`.
"""

import datetime
import json
import math
from enum import Enum
from typing import Annotated, Any, Dict, List, Literal, Optional, Tuple, Union
from uuid import UUID

from fastapi import Body, FastAPI, Query
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.testclient import TestClient
from prefect.server.api.server import validation_exception_handler
from prefect.types import (
    KeyValueLabels,
    Name,
    NameOrEmpty,
    NonEmptyishName,
    NonNegativeFloat,
    NonNegativeInteger,
    NonNegativeTimeDelta,
    PositiveInteger,
    StrictVariableValue,
    URILike,
    ValidAssetKey,
)
from prefect.types._datetime import DateTime, PositiveInterval
from prefect.types.names import ArtifactKey, BlockDocumentName, BlockTypeSlug, VariableName
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    RootModel,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    TypeAdapter,
    ValidationError,
    field_validator,
    model_validator,
)


class Color(str, Enum):
    RED = "RED"
    GREEN = "GREEN"
    DARK_BLUE = "it's blue"


class Small(BaseModel):
    a: int


class Plain(BaseModel):
    name: str
    count: int = 5
    tags: List[str] = Field(default_factory=list)
    note: Optional[str] = None
    when: Optional[DateTime] = None


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: Name
    size: NonNegativeInteger = 0
    nested: Optional[Small] = None


class Open(BaseModel):
    model_config = ConfigDict(extra="allow")
    a: int = 1


class Aliased(BaseModel):
    model_config = ConfigDict(extra="forbid")
    schema_: int = Field(alias="schema")
    from_: str = Field(default="x", alias="from")


class Populated(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    schema_: int = Field(alias="schema")
    other: int = 0


class Parent(BaseModel):
    child: Small
    children: List[Small] = []
    by_name: Dict[str, Small] = {}
    maybe: Optional[Plain] = None


class Tree(BaseModel):
    value: int
    branches: List["Tree"] = Field(default_factory=list)


class Checked(BaseModel):
    model_config = ConfigDict(extra="forbid")
    low: int = 0
    high: int = 10

    @field_validator("low")
    @classmethod
    def low_is_even(cls, value: int) -> int:
        if value % 2:
            raise ValueError("low must be even")
        return value

    @model_validator(mode="after")
    def check_order(self) -> "Checked":
        if self.low > self.high:
            raise ValueError("low must not exceed high")
        return self


def split_words(value: Any) -> Any:
    if isinstance(value, str):
        if not value:
            raise ValueError("nothing to split")
        return value.split(",")
    return value


class Prepared(BaseModel):
    words: Annotated[List[int], BeforeValidator(split_words)]

    @model_validator(mode="before")
    @classmethod
    def drop_old(cls, values: Any) -> Any:
        if isinstance(values, dict):
            if "forbidden" in values:
                raise ValueError("forbidden is gone")
            values = {key: value for key, value in values.items() if key != "old"}
            if "renamed" in values:
                values["words"] = values.pop("renamed")
        return values


def to_upper(value: str) -> str:
    return value.upper()


class First(BaseModel):
    x: int
    y: int = 0


class Second(BaseModel):
    x: int
    z: int = 0


class Third(BaseModel):
    x: str


class Forbidding(BaseModel):
    model_config = ConfigDict(extra="forbid")
    interval: PositiveInterval
    timezone: Optional[str] = None


class ForbiddingToo(BaseModel):
    model_config = ConfigDict(extra="forbid")
    cron: str
    timezone: Optional[str] = None
    day_or: bool = True


class Cat(BaseModel):
    type: Literal["cat"] = "cat"
    lives: int


class Dog(BaseModel):
    type: Literal["dog"] = "dog"
    good: bool = True


class Labels(RootModel[Dict[str, str]]):
    pass


class Labelled(BaseModel):
    labels: Labels
    others: List[Tuple[str, Labels]] = []


def non_negative(value: int) -> int:
    if value < 0:
        raise ValueError("must not be negative")
    return value


Checked_integer = Annotated[int, AfterValidator(non_negative)]

SCHEMAS: Dict[str, Any] = {
    "string": str,
    "shortString": Annotated[str, Field(max_length=3)],
    "longString": Annotated[str, Field(min_length=2, max_length=4)],
    "oneCharacter": Annotated[str, Field(min_length=1, max_length=1)],
    "patternString": Annotated[str, Field(pattern="^[a-z]+$", min_length=1)],
    "integer": int,
    "boundedInteger": Annotated[int, Field(ge=1, lt=10)],
    "positiveInteger": PositiveInteger,
    "nonNegativeInteger": NonNegativeInteger,
    "atMostInteger": Annotated[int, Field(le=200)],
    "number": float,
    "boundedNumber": Annotated[float, Field(gt=0.5, le=2)],
    "nonNegativeFloat": NonNegativeFloat,
    "boolean": bool,
    "uuid": UUID,
    "datetime": DateTime,
    "timedelta": datetime.timedelta,
    "positiveInterval": PositiveInterval,
    "nonNegativeTimeDelta": NonNegativeTimeDelta,
    "any": Any,
    "dict": Dict[str, Any],
    "dictOfIntegers": Dict[str, int],
    "dictOfLists": Dict[str, List[int]],
    "list": List[Any],
    "listOfIntegers": List[int],
    "boundedList": Annotated[List[int], Field(min_length=1, max_length=2)],
    "listOfUuids": List[UUID],
    "setOfStrings": set[str],
    "setOfIntegers": set[int],
    "tuple": Tuple[str, int],
    "listOfTuples": List[Tuple[str, Small]],
    "oneLiteral": Literal["only"],
    "literals": Literal["a", "b", "it's"],
    "numberLiterals": Literal[1, 2],
    "mixedLiterals": Union[int, Literal["any", "all"]],
    "color": Color,
    "nullableString": Optional[str],
    "nullableColor": Optional[Color],
    "integerOrString": Union[int, str],
    "stringOrInteger": Union[str, int],
    "numberOrInteger": Union[float, int],
    "integerOrNumber": Union[int, float],
    "booleanOrInteger": Union[bool, int],
    "uuidOrString": Union[UUID, str],
    "uuidOrInteger": Union[UUID, int],
    "datetimeOrInteger": Union[DateTime, int],
    "anyOrInteger": Union[Any, int],
    "listOrDict": Union[List[int], Dict[str, int]],
    "stringOrStrings": Union[str, List[str]],
    "colorOrString": Union[Color, str],
    "nullableUnion": Optional[Union[int, List[int]]],
    "strictScalars": Union[StrictBool, StrictInt, StrictFloat, StrictStr],
    "checkedOrList": Union[Checked_integer, List[int]],
    "preparedOrInteger": Union[Annotated[List[int], BeforeValidator(split_words)], int],
    "constrainedUnion": Union[Annotated[int, Field(ge=5)], Annotated[str, Field(max_length=2)], Annotated[float, Field(lt=1)]],
    "nestedUnion": Union[Union[int, bool], List[Union[int, str]]],
    "unionOfLiterals": Union[Literal["a"], Literal["b", "c"], int],
    "unionWithNullable": Union[int, Optional[List[str]]],
    "checked": Checked_integer,
    "upper": Annotated[str, AfterValidator(to_upper)],
    "small": Small,
    "plain": Plain,
    "strict": Strict,
    "open": Open,
    "aliased": Aliased,
    "populated": Populated,
    "parent": Parent,
    "tree": Tree,
    "checkedModel": Checked,
    "prepared": Prepared,
    "firstOrSecond": Union[First, Second],
    "firstOrThird": Union[First, Third],
    "smallOrPlain": Union[Small, Plain],
    "schedule": Union[Forbidding, ForbiddingToo],
    "schedules": List[Union[Forbidding, ForbiddingToo]],
    "modelOrDict": Union[Small, Dict[str, Any]],
    "checkedModelOrSmall": Union[Checked, Small],
    "parentOrTree": Union[Parent, Tree],
    "pet": Annotated[Union[Cat, Dog], Field(discriminator="type")],
    "pets": List[Annotated[Union[Cat, Dog], Field(discriminator="type")]],
    "petOrInteger": Union[Annotated[Union[Cat, Dog], Field(discriminator="type")], int],
    "labels": Labels,
    "labelled": Labelled,
    "labelsOrSmall": Union[Labels, Small],
    "name": Name,
    "nameOrEmpty": NameOrEmpty,
    "nonEmptyishName": NonEmptyishName,
    "blockDocumentName": BlockDocumentName,
    "blockTypeSlug": BlockTypeSlug,
    "artifactKey": ArtifactKey,
    "variableName": VariableName,
    "uriLike": URILike,
    "validAssetKey": ValidAssetKey,
    "keyValueLabels": KeyValueLabels,
    "variableValue": StrictVariableValue,
}

U = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
SCALARS = """null|true|false|0|1|-1|5|2.5|5.0|-0.0|1e3|"5"|" 5 "|"5.0"|"abc"|""|[]|[1]|{}|{"a": 1}""".split("|")


def texts(*values: Any) -> List[str]:
    return [json.dumps(value) for value in values]


INPUTS: Dict[str, List[str]] = {
    "string": SCALARS + texts("é", "\U0001f600", "a\0b"),
    "shortString": texts("abc", "abcd", "\U0001f600" * 3, "\U0001f600" * 4, "é" * 4, 5),
    "longString": texts("a", "ab", "\U0001f600", "\U0001f600\U0001f600", "abcde", ""),
    "oneCharacter": texts("", "a", "ab", "\U0001f600"),
    "patternString": texts("abc", "ABC", "abc\n", "", "a b"),
    "integer": SCALARS
    + """9007199254740991|9223372036854775807|9223372036854775808.0|9.3e18|1.5e0|100e-2""".split("|")
    + texts("+5", "-5", "--5", "+-5", "1_000", "1__0", "_1", "007", "0_7", "1e3", "5.5", "00.0", "0-5", "\u00a05", "９", "0x10", "inf")
    + ['"' + "9" * 4300 + '0"', '"' + "0" * 4301 + '"'],
    "boundedInteger": ["0", "1", "9", "10", '"0"', "true", "9.0", "9.5"],
    "positiveInteger": ["0", "1", "-1"],
    "nonNegativeInteger": ["0", "-1", "null"],
    "atMostInteger": ["200", "201", '"201"'],
    "number": SCALARS + ["12345678901234567890", "0.1"] + texts("1.5", "1e3", ".5", "5.", "1_0.5", "nan x", "0x1", "+1.5", " 1.5\n"),
    "boundedNumber": ["0.5", "0.6", "2", "2.1", '"2.1"', "true"],
    "nonNegativeFloat": ["0", "0.0", "-0.1", '"-1"'],
    "boolean": SCALARS + texts("true", "TRUE", "on", "Off", "y", "no", "t", "F", "1", "0", "2", " true") + ["2", "1.0", "0.0", "0.5", "9223372036854775807", "9223372036854775808"],
    "uuid": SCALARS
    + texts(
        U,
        U.upper(),
        U.replace("-", ""),
        "{" + U + "}",
        "urn:uuid:" + U,
        "URN:UUID:" + U,
        "{" + U.replace("-", "") + "}",
        U[:-1],
        U + "0",
        U.replace("-", "") + "0",
        U.replace("-", "", 1),
        U.replace("a", "g"),
        "{" + U,
        U.replace("0", "é"),
        "{" + U[:-1] + "z}",
        "urn:uuid:" + U[:-1] + "z",
        "urn:uuid:" + U[:-1],
        "a0eebc999-c0b-4ef8-bb6d-6bb9bd380a11",
        "-" * 36,
    ),
    "datetime": SCALARS
    + texts(
        "2020-01-01", "2020-01-01T10:20", "2020-01-01 10:20:30", "2020-01-01_10:20:30", "2020-01-01t10:20:30z",
        "2020-01-01T10:20:30.1", "2020-01-01T10:20:30,123456789Z", "2020-01-01T10:20:30+01:00", "2020-01-01T10:20:30-0530",
        "2020-01-01T10:20:30\u221201:00", "2020-01-01T10:20:30+01", "2020-01-01T10:20:30 +01:00", "2020-02-30", "2020-13-01",
        "0000-01-01", "0001-01-01", "9999-12-31T23:59:59.999999Z", "2020-01-01T24:00", "2020-01-01T10:20:60", "1577836800",
        "1577836800.5", "20000000001", "-1", "+1", "1e3", "99999999999999999999", "2020-W05", "2020-W05-3", "2020W053",
        "2020-W54", "2020-366", "2020-060", "2020-059", "2020-01", "20200101T102030Z", "20200101T10:20:30", "2020-01-01T1020",
        "2020/12/01", "2020/13/01", "2020:12:01 10:00", "2020/02/30 10:00", "2020 10:00", "12:", "25:00", "12:60", "P1D", "P", "PT",
        "P1Y2M", "P1M1Y", "2020-01-01/2020-02-01", "2020-01-01T00:00Z/2020-01-02", "P1D/2020-01-01T00:00", "P1D/2020-01-01",
        "10:00/11:00", "a/b", "2020-01-01T10:20:30+01:", "2020/01/01\n", " 2020-01-01", "tomorrow", "2020-01-01T10:20:30.",
    )
    + ["1577836800.123456", "20000000000", "20000000001", "-20000000001", "-1.5", "-11676096000", "253402300799999", "253402300800000", "1e18", "1100000000000.25"],
    "timedelta": SCALARS
    + texts(
        "P1D", "PT1.5S", "-P1D", "+P1D", "P-1D", "P1Y2M3DT4H5M6.7S", "P1W2D", "PT0.1H", "P0.5D", "p1d", "P", "PT", "P1", "P1H", "PT1D",
        "P1DT", "P1D2D", "PTT1S", "PT1.5M1S", "P4294967296D", "P1000000000D", "10:20", "10:20:30", "10:20:30.5", "-10:20", "100:20",
        "24:00", "23:60", "00:00:60", "1:2:3", "10:20x", "10:20:", "10:20:30.", "10:20:30Z", "12345678901:00", "2400000001:00",
        "1 day, 10:20:30", "1 days 10:20", "3 days", "1d", "1 DAYS", "1 da", "1dx", "1 day 25:00", "1 weeks", "1000000000 days", "1 day,  10:00",
        "1.5", "+", "ab:cd", "PT1.S",
    )
    + ["1.0000005", "0.0000005", "-1.5", "86399999999999", "86400000000000", "1e20"],
    "positiveInterval": ["1", "0", "-1", '"PT0S"', "null"],
    "nonNegativeTimeDelta": ["0", "-0.5", '"-P1D"'],
    "any": SCALARS,
    "dict": SCALARS + ['{"a": {"b": [1.0, null]}}'],
    "dictOfIntegers": ['{"a": 1, "b": "2"}', '{"a": "x", "b": null, "c": 1}', "[]", "{}"],
    "dictOfLists": ['{"a": [1, "x"], "b": 5}'],
    "list": SCALARS,
    "listOfIntegers": ['[1, "2", 3.0]', '[1, "x", null, 2.5]', '{"0": 1}', '"12"'],
    "boundedList": ["[]", "[1]", "[1, 2]", "[1, 2, 3]", '["x"]', '["x", "y", "z"]', "null"],
    "listOfUuids": [json.dumps([U, U.upper(), "x"]), json.dumps([U])],
    "setOfStrings": ['["b", "a", "b"]', "[]", '{"a": 1}', '"ab"', '["a", 1]'],
    "setOfIntegers": ['[1, "1", 1.0, true, 2]', '["x", "x"]'],
    "tuple": ['["a", 1]', '["a"]', "[]", '["a", 1, 2]', '[1, "x"]', "null", '"a"', '[1, "x", 3]'],
    "listOfTuples": ['[["a", {"a": 1}]]', '[["a", {"a": "x"}], [1]]'],
    "oneLiteral": texts("only", "other", None, 1),
    "literals": texts("a", "it's", "A", 1, None, ["a"]),
    "numberLiterals": ["1", "2", "3", "1.0", "true", '"1"', "2.0"],
    "mixedLiterals": ['"any"', '"5"', "5", '"none"', "2.5", "null", "true"],
    "color": texts("RED", "it's blue", "red", "", 1, None, ["RED"]),
    "nullableString": ["null", '"a"', "1"],
    "nullableColor": ["null", '"GREEN"', '"x"'],
    "integerOrString": ["1", '"1"', '"x"', "1.0", "1.5", "true", "null"],
    "stringOrInteger": ["1", '"1"', "1.0", "null"],
    "numberOrInteger": ["1", "1.0", '"1"', "true", "null"],
    "integerOrNumber": ["1", "1.0", "1.5", '"1"', '"1.5"', "true"],
    "booleanOrInteger": ["1", "true", '"1"', '"on"', '"2"', "2", "null"],
    "uuidOrString": texts(U, U.upper(), "x", 1),
    "uuidOrInteger": texts(U, "5", 5, "x"),
    "datetimeOrInteger": ["5", '"5"', '"2020-01-01"', '"x"'],
    "anyOrInteger": ["5", '"5"', "null"],
    "listOrDict": ["[1]", '{"a": 1}', '["x"]', "5"],
    "stringOrStrings": ['"a"', '["a"]', "[1]", "1"],
    "colorOrString": ['"RED"', '"x"', "1"],
    "nullableUnion": ["null", "1", "[1]", '["x"]', '"x"'],
    "strictScalars": ["true", "1", "1.0", '"1"', "null", "[]"],
    "checkedOrList": ["-1", "1", "[1]", '"x"'],
    "preparedOrInteger": ['"1,2"', "5", '""', '"a,b"', "null"],
    "constrainedUnion": ["5", "4", '"ab"', '"abc"', "0.5", "null", '"6"'],
    "nestedUnion": ["1", "true", '[1, "a", "2"]', "[null]", "null"],
    "unionOfLiterals": ['"a"', '"c"', '"1"', '"x"', "1"],
    "unionWithNullable": ["null", "1", '["a"]', "[1]"],
    "checked": ["1", "-1", '"-1"', '"x"'],
    "upper": ['"abc"', "1"],
    "small": ['{"a": 1}', "{}", '{"a": "x"}', '{"a": 1, "b": 2}', "[]", "null", '"x"', "1", "true", "1.0"],
    "plain": [
        '{"name": "x"}',
        '{"name": "x", "count": "7", "tags": ["a"], "note": null, "when": "2020-01-01T00:00:00+01:00"}',
        '{"name": 1, "count": null, "tags": [1, null], "note": 5, "when": "x"}',
        "{}",
        '{"__proto__": {"name": "x"}, "constructor": 1}',
    ],
    "strict": [
        '{"name": "x"}',
        '{"name": "a/b", "size": -1, "nested": {}}',
        '{"name": "x", "extra": [1], "more": null}',
        '{"nested": {"a": 1, "ignored": 2}, "name": "x"}',
        '{"z": 1}',
        '{"__proto__": 1, "name": "x"}',
    ],
    "open": ['{"a": 2, "b": {"c": 1.0}}', "{}", '{"a": "x", "b": 1}', '{"__proto__": 5}'],
    "aliased": ['{"schema": 1}', '{"schema_": 1}', '{"schema": "x", "from": 1}', '{"schema": 1, "from": "y"}'],
    "populated": ['{"schema": 1}', '{"schema_": 1}', '{"schema": 1, "schema_": 2}', '{"schema_": "x"}', "{}", '{"schema_": 1, "other": "x"}'],
    "parent": [
        '{"child": {"a": 1}}',
        '{"child": {"a": 1}, "children": [{"a": 1}, {"a": "x"}, {}], "by_name": {"k": {"a": null}}, "maybe": {"count": 1}}',
        '{"child": 1, "children": {}, "by_name": [], "maybe": []}',
        '{"child": {"a": 1, "z": 0}, "maybe": {"name": "n", "note": "o"}, "by_name": {"k": {"a": 5}}}',
    ],
    "tree": ['{"value": 1, "branches": [{"value": 2, "branches": [{"value": 3}]}]}', '{"value": 1, "branches": [{"value": 2, "branches": [{"value": "x"}, {}]}]}'],
    "checkedModel": ["{}", '{"low": 2, "high": 1}', '{"low": 3}', '{"low": "x", "high": "y", "z": 1}', '{"low": 4, "high": 20}'],
    "prepared": ['{"words": "1,2"}', '{"words": ""}', '{"words": [1, "x"]}', '{"forbidden": 1}', '{"old": 1}', '{"renamed": "5", "old": 1}', "[]", '{"words": "a,1"}'],
    "firstOrSecond": ['{"x": 1}', '{"x": 1, "z": 2}', '{"x": 1, "y": 2}', '{"x": 1, "y": 2, "z": 3}', "{}", '{"x": "1", "z": 2}', "null", '{"x": 1, "y": "q"}'],
    "firstOrThird": ['{"x": 1}', '{"x": "1"}', '{"x": "a"}', '{"x": null}', '{"x": "1", "y": 2}'],
    "smallOrPlain": ['{"a": 1}', '{"name": "x", "a": 1}', '{"name": "x", "a": 1, "count": 2}', "{}", '{"a": "x", "name": 1}'],
    "schedule": ['{"interval": 5}', '{"cron": "* * * * *"}', '{"interval": 0}', '{"cron": 1}', "{}", '{"interval": 5, "cron": "x"}', "null", '{"timezone": "UTC"}'],
    "schedules": ['[{"interval": 5}, {"cron": "x", "day_or": "maybe"}, 5]'],
    "modelOrDict": ['{"a": 1}', '{"a": "1"}', '{"a": "x"}', '{"b": 1}', "{}", "[]"],
    "checkedModelOrSmall": ['{"a": 1}', '{"low": 3}', '{"low": 4}', "[]", '{"low": 12, "high": 2}'],
    "parentOrTree": ['{"child": {"a": 1}, "value": 1}', '{"value": 1, "child": {"a": "x"}}', '{"value": 1, "branches": [{"value": 1}], "child": {"a": 1}}', "{}"],
    "pet": ['{"type": "cat", "lives": 9}', '{"type": "dog"}', '{"type": "cow"}', "{}", '{"type": "cat"}', '{"type": 1}', '{"type": null}', '{"type": ["cat"]}', '{"type": {"a": true}}', '{"type": 1.5}', "[]", "null", '{"type": "dog", "good": "x"}'],
    "pets": ['[{"type": "cat", "lives": "x"}, {"type": "dog"}, {}]'],
    "petOrInteger": ["5", '{"type": "cat", "lives": "x"}', '{"type": "dog"}'],
    "labels": ['{"a": "b"}', '{"a": 1}', "[]", "null"],
    "labelled": ['{"labels": {"a": "b"}}', '{"labels": {"a": 1}, "others": [["x", {"b": null}], ["y"], "z"]}', '{"labels": null}', '{"labels": {}, "others": [["x", {"b": "c"}]]}'],
    "labelsOrSmall": ['{"a": "1"}', '{"a": 1}', '{"a": null}', "{}"],
    "name": texts("a b", "a/b", "", "a\nb", 1, None, "100%", "a&b", "<a>"),
    "nameOrEmpty": texts("", "a", "a/b"),
    "nonEmptyishName": texts("a", "", " ' \"", "a/b", "\t"),
    "blockDocumentName": texts("a-1", "A", "a_b", "a/b", "a\n", "", 1),
    "blockTypeSlug": texts("a-1", "A", "", "a\n\n", None),
    "artifactKey": texts("a-1", "a b", "é"),
    "variableName": texts("a_1-b", "A", "a" * 255, "a" * 256, "A" * 256, "a\n", "", 5),
    "uriLike": texts("s3://a", "S3://a", "a", "://a", 1),
    "validAssetKey": texts("s3://a/b", "s3://a b", "a", "s3://" + "a" * 508, "s3://" + "a" * 507, "s3://a\nb", "s3://\U0001f600" + "\U0001f600" * 506),
    "keyValueLabels": ["null", "{}", '{"a": 1, "b": 1.0, "c": "x", "d": true}', '{"a": null, "b": [1], "c": {}}', "[]", '"x"'],
    "variableValue": SCALARS + texts("x" * 4998, "x" * 4999, "é" * 2500, [1, {"a": None}], list(range(1200)), "\u2028" * 1666) + ["18446744073709551615", "18446744073709551616", "-9223372036854775808", "-9223372036854775809", '["\\ud800"]'],
}


def written(value: Any) -> Any:
    """The value as JSON that `schemas.test.ts` compares with; of models also the fields that were sent."""
    if isinstance(value, RootModel):
        return written(value.root)
    if isinstance(value, BaseModel):
        fields = {**{name: getattr(value, name) for name in type(value).model_fields}, **(value.model_extra or {})}
        return {
            "model": {name: written(each) for name, each in fields.items()},
            "sent": sorted(value.model_fields_set),
            "onlySent": written(value.model_dump(exclude_unset=True)),
        }
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ").zfill(27)
    if isinstance(value, datetime.timedelta):
        return {"microseconds": value // datetime.timedelta(microseconds=1)}
    if isinstance(value, dict):
        return {key: written(each) for key, each in value.items()}
    if isinstance(value, (set, frozenset)):
        return {"set": sorted(written(each) for each in value)}
    if isinstance(value, (list, tuple)):
        return [written(each) for each in value]
    return value


def read(schema: Any, text: str) -> Dict[str, Any]:
    try:
        value = TypeAdapter(schema).validate_python(json.loads(text), from_attributes=True)
    except ValidationError as error:
        return {"issues": jsonable_encoder(error.errors(include_url=False))}
    return {"value": written(value)}


app = FastAPI(exception_handlers={RequestValidationError: validation_exception_handler})



def answer(**values: Any) -> Any:
    return {name: written(value) for name, value in values.items()}


@app.post("/model")
def one_model(body: Strict) -> Any:
    return answer(body=body)


@app.post("/optionalModel")
def optional_model(body: Optional[Strict] = None) -> Any:
    return answer(body=body)


@app.post("/list")
def one_list(body: List[int]) -> Any:
    return answer(body=body)


@app.post("/dict")
def one_dict(body: Dict[str, Any]) -> Any:
    return answer(body=body)


@app.post("/parameters")
def several(
    limit: Optional[int] = Body(None),
    offset: int = Body(0, ge=0),
    filter: Optional[Strict] = Body(None),
    sort: Color = Body(Color.RED),
) -> Any:
    return answer(body={"limit": limit, "offset": offset, "filter": filter, "sort": sort})


@app.post("/required")
def required(ids: List[UUID] = Body(..., max_length=2), reason: str = Body("none"), force: Optional[bool] = Body(...)) -> Any:
    return answer(body={"ids": ids, "reason": reason, "force": force})


@app.post("/embedded")
def embedded(name: str = Body(..., embed=True)) -> Any:
    return answer(body={"name": name})


@app.post("/query")
def query(
    limit: int = Query(3, gt=0),
    names: List[str] = Query(default_factory=list),
    since: Optional[DateTime] = Query(None),
    exact: bool = Query(False),
    need: UUID = Query(...),
) -> Any:
    return answer(query={"limit": limit, "names": names, "since": since, "exact": exact, "need": need})


@app.post("/both")
def both(body: Strict, limit: int = Query(...)) -> Any:
    return answer(query={"limit": limit}, body=body)


JSON_TYPE = "application/json"
BROKEN = [
    "", "null", "{", '{"a"', '{"a" 1}', '{"a": }', '{"a": 1,}', '{"a": 1 "b"}', "[", "[1", "[1,]", "[1 2]", "nul", "tru", "01", "1.", "-", "+1", "1e",
    '"abc', '"a\\x"', '"a\\u12"', '"\\ud83d\\ude00" x', '"a\nb"', "{} x", "{'a': 1}", " ", "\n{\n  \"é\": \U0001f600}", "{1: 2}", '{"a": 1}}', "/* */ {}",
    '{"name": "x"} ', "[1, 2", '{"a": [1, {"b": tru}]}', '"\\', '"\\u', '"\\u1234', "\ufeff[]", "-Infinit", "[\x0b]", '{"name": "\\ud83d\\ude00"}', '{,}', '{"a": 1, , }', "[,]",
]
REQUESTS: List[Dict[str, Any]] = [
    *({"route": "model", "body": body, "type": JSON_TYPE} for body in [*BROKEN, '{"name": "x"}', "[]", '"x"', "5", '{"name": 1}', "false"]),
    *({"route": "model", "body": '{"name": "x"}', "type": kind} for kind in [None, "text/plain", "application/json; charset=utf-8", "application/problem+json", "APPLICATION/JSON", "application/jsonx", "json"]),
    *({"route": "optionalModel", "body": body, "type": JSON_TYPE} for body in ["", "null", "{}", '{"name": "x"}']),
    *({"route": "list", "body": body, "type": JSON_TYPE} for body in ["", "null", "[]", "{}", '[1, "x"]', "5"]),
    {"route": "list", "body": "[1]", "type": "text/plain"},
    *({"route": "dict", "body": body, "type": JSON_TYPE} for body in ["", "[]", '{"a": [1.0]}']),
    *(
        {"route": "parameters", "body": body, "type": JSON_TYPE}
        for body in [
            "", "null", "{}", "[]", '"x"', "5", "false", '{"limit": null, "offset": null, "filter": null, "sort": null}',
            '{"limit": "5", "offset": -1, "filter": {}, "sort": "x", "unknown": 1}', '{"filter": {"name": "n", "x": 1}}', '{"limit": 7, "sort": "GREEN"}', '{"unknown": [NaN, -Infinity, Infinity]}', "{",
        ]
    ),
    {"route": "parameters", "body": '{"limit": 5}', "type": "text/plain"},
    *(
        {"route": "required", "body": body, "type": JSON_TYPE}
        for body in ["", "null", "{}", "[]", '{"ids": [], "force": null}', '{"ids": ["x"], "force": "maybe", "reason": 5}', json.dumps({"ids": [U, U, U], "force": True}), json.dumps({"ids": [U], "force": False})]
    ),
    {"route": "required", "body": "{}", "type": None},
    *({"route": "embedded", "body": body, "type": JSON_TYPE} for body in ["", '{"name": "x"}', '"x"', "{}"]),
    *(
        {"route": "query", "body": "", "type": None, "query": query}
        for query in [
            "", f"need={U}", f"need={U}&limit=5&limit=6", f"need={U}&limit=0", "need=x&limit=x&since=x&exact=x", f"need={U}&names=a&names=b&names=",
            f"need={U}&since=2020-01-01T00:00:00%2B01:00&exact=on", f"need={U}&since=2020-01-01T00:00:00+01:00", f"need={U}&limit=", f"need={U}&exact", f"need={U}&limit=%20%205&unknown=1",
        ]
    ),
    *({"route": "both", "body": body, "type": JSON_TYPE, "query": query} for query in ["", "limit=x", "limit=1"] for body in ["", "{}", '{"name": "x"}', "{"]),
]


def finite(value: Any) -> Any:
    """JSON has no NaN and no infinity: null takes their place."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: finite(each) for key, each in value.items()}
    return [finite(each) for each in value] if isinstance(value, list) else value


def send(client: TestClient, request: Dict[str, Any]) -> Dict[str, Any]:
    headers = {} if request["type"] is None else {"content-type": request["type"]}
    response = client.post(
        f"/{request['route']}?{request.get('query', '')}", content=request["body"].encode("utf-8"), headers=headers
    )
    return {"status": response.status_code, "reply": response.json()}


def main() -> None:
    client = TestClient(app, raise_server_exceptions=True)
    assert set(SCHEMAS) == set(INPUTS), set(SCHEMAS) ^ set(INPUTS)
    for name, inputs in INPUTS.items():
        for text in inputs:
            show({"schema": name, "input": text, **read(SCHEMAS[name], text)})
    for request in REQUESTS:
        show({**request, **send(client, request)})


def show(case: Dict[str, Any]) -> None:
    print(json.dumps(finite(case), allow_nan=False))


main()
