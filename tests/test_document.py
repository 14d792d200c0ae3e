from __future__ import annotations

import json
import types
import typing
from dataclasses import MISSING
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from arabnews import document as module
from arabnews.document import (
    Argument,
    Cluster,
    Document,
    Entity,
    Event,
    Mark,
    Quote,
    Span,
    Timex,
)
from arabnews.errors import InputError

SCHEMA = json.loads(resources.files("arabnews").joinpath("schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
TYPES = (Span, Timex, Entity, Cluster, Quote, Argument, Event, Mark, Document)

text = st.text(max_size=12) | st.sampled_from(
    ["سَامِي العلـــي", "\u200fبغداد\u200f", "«لا» 📰", "WHO", "\ud800", "»"]
)
number = st.integers(0, 10**9)
score = st.floats(0, 1) | st.sampled_from([0, 1]).map(float)
json_value = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=5,
)


def made_of(cls):
    """Build a strategy from the type hints, so that a new field is tested the day it is added."""
    hints = typing.get_type_hints(cls)
    values = {f: from_hint(h, f) for f, h in hints.items() if f in cls.__dataclass_fields__}
    return st.builds(cls, **values)


def from_hint(hint, name):
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if name == "schema_version":
        return st.just(1)
    if origin in (types.UnionType, typing.Union):
        return st.none() | from_hint(args[0], name)
    if origin is tuple:
        return st.lists(from_hint(args[0], name), max_size=2).map(tuple)
    if origin is typing.Literal:
        return st.sampled_from(args)
    if hint in TYPES:
        return made_of(hint)
    if origin is not None:
        return st.dictionaries(text, json_value, max_size=3)
    return {str: text, int: number, float: score, bool: st.booleans()}[hint]


documents = made_of(Document)


@settings(max_examples=60, deadline=None)
@given(documents)
def test_documents_survive_json_and_keep_the_schema(doc):
    data = doc.to_dict()
    assert Document.from_dict(data) == doc
    through = json.loads(json.dumps(data))
    assert Document.from_dict(through) == doc
    assert through == data
    VALIDATOR.validate(through)


def definition(cls):
    return SCHEMA if cls is Document else SCHEMA["$defs"][cls.__name__]


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)
    assert set(SCHEMA["$defs"]) == {c.__name__ for c in TYPES} - {"Document"}


@pytest.mark.parametrize("cls", TYPES)
def test_every_field_stands_in_the_schema_and_nothing_else(cls):
    fields, hints, node = cls.__dataclass_fields__, typing.get_type_hints(cls), definition(cls)
    assert set(node["properties"]) == set(fields)
    assert node["additionalProperties"] is False
    must = {n for n, f in fields.items() if f.default is MISSING and f.default_factory is MISSING}
    assert set(node["required"]) == must
    for name in fields:
        agrees(hints[name], node["properties"][name])


def agrees(hint, node):
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        assert args[1] is type(None)
        agrees(args[0], node)
    elif origin is typing.Literal:
        assert set(node["enum"]) == set(args)
    elif origin is tuple:
        assert node["type"] == "array"
        agrees(args[0], node["items"])
    elif hint in TYPES:
        assert node == {"$ref": f"#/$defs/{hint.__name__}"}
    elif origin is not None:
        assert node["type"] == "object"
    elif "const" not in node:
        names = {str: "string", int: "integer", float: "number", bool: "boolean"}
        assert node["type"] == names[hint]


def test_event_types_are_named_in_the_schema():
    examples = SCHEMA["$defs"]["Event"]["properties"]["type"]["examples"]
    assert tuple(examples) == module.EVENT_TYPES


def news() -> Document:
    text = "📰 قال سَامِي العلي لرويترز أمس: «لن نقبل»، وتابع «ولن نرضى» بعد زيارة بغداد."

    def span(s: str) -> Span:
        return Span(text.index(s), text.index(s) + len(s), s)

    def entity(s: str, label: str, name: str, **more: object) -> Entity:
        at = span(s)
        return Entity(at.start, at.end, at.text, label, name, **more)

    day = Timex("DATE", "resolved", "2018-02-12", "2018-02-12", "2018-02-12", anchor="published")
    baghdad = span("بغداد")
    return Document(
        text=text,
        id="1",
        published="2018-02-13",
        entities=(
            entity("سَامِي العلي", "PER", "سَامِي العلي", cluster="ali", score=0.98),
            entity("لرويترز", "ORG", "رويترز", cluster="reuters"),
            entity("أمس", "DATE", "أمس", timex=day),
            entity("بغداد", "LOC", "بغداد", cluster="bgd"),
        ),
        clusters=(
            Cluster("ali", "PER", "سَامِي العلي", (0,), ("وزير الخارجية",), "SA"),
            Cluster("reuters", "ORG", "رويترز", (1,)),
            Cluster("bgd", "LOC", "بغداد", (3,), country="IQ"),
        ),
        quotes=(
            Quote("direct", (span("لن نقبل"),), span("قال"), span("سَامِي العلي"), "ali",
                  source_type="named", via=span("لرويترز")),
            Quote("direct", (span("ولن نرضى"),), span("وتابع"), who="ali", implicit=True,
                  stance="neutral", score=0.7),
        ),
        events=(
            Event("CONSULT", "asserted", span("زيارة"),
                  (Argument("loc", baghdad.start, baghdad.end, "بغداد", "bgd", "IQ"),),
                  day, 1, "ali"),
        ),
        marks=(Mark(text.index("«"), text.index("»") + 1, "«لن نقبل»", "speech"),),
        meta={"model": "compact"},
    )  # fmt: skip


def test_a_real_document_is_valid_and_its_errors_are_not():
    data = news().to_dict()
    VALIDATOR.validate(data)
    assert Document.from_dict(json.loads(json.dumps(data))) == news()
    for change in (
        {"text": None},
        {"mood": "good"},
        {"schema_version": 2},
        {"entities": [{"start": 0}]},
        {"quotes": [{**data["quotes"][0], "type": "spoken"}]},
        {"events": [{**data["events"][0], "modality": "maybe"}]},
        {"marks": [{**data["marks"][0], "start": -1}]},
        {"marks": [{**data["marks"][0], "kind": "title"}]},
    ):
        assert not VALIDATOR.is_valid({**data, **change}), change


@pytest.mark.parametrize(
    ("data", "cause"),
    [
        ({}, "text"),
        ([], "expected an object"),
        ({"text": 3}, "expected str"),
        ({"text": "", "mood": 1}, r"unknown fields \['mood'\]"),
        ({"text": "", "entities": {}}, "entities: expected a list"),
        ({"text": "", "meta": []}, "meta: expected an object"),
        ({"text": "", "marks": [{"start": True, "end": 1, "text": "", "kind": "name"}]}, "int"),
        ({"text": "", "marks": [{"start": 0, "end": 1, "text": "", "kind": []}]}, "none of"),
        ({"text": "", "clusters": [{"id": "a"}]}, "Cluster"),
    ],
)
def test_from_dict_says_what_is_wrong(data, cause):
    with pytest.raises(InputError, match=cause):
        Document.from_dict(data)


def test_nones_are_left_out_and_taken_back():
    assert "id" not in Document("نعم").to_dict()
    assert Document.from_dict({"text": "نعم", "id": None}) == Document("نعم")
    assert Quote.from_dict({"type": "mixed", "content": [], "score": 1}).score == 1.0


def test_looking_up():
    doc = news()
    assert doc.cluster("bgd").country == "IQ" and doc.cluster(None) is None
    assert [doc.speaker_name(q) for q in doc.quotes] == ["سَامِي العلي"] * 2
    assert doc.speaker_name(Quote("mixed", (), speaker=Span(0, 1, "هو"))) == "هو"
    assert doc.speaker_name(Quote("mixed", ())) is None
    assert doc.events_table()[0]["quote"] == "ولن نرضى"


def test_documents_are_frozen():
    with pytest.raises(AttributeError):
        news().text = "آخر"
