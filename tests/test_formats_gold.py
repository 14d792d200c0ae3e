from __future__ import annotations

import json
import re

import pytest
from formats_samples import TEXT, at, gold_articles, hard_article
from hypothesis import given

from arabnews.document import Document, Entity
from arabnews.errors import InputError
from arabnews.formats.gold import (
    GoldArticle,
    GoldQuote,
    canonical,
    from_document,
    parse_gold,
    read_gold,
    to_document,
    write_gold,
)


def test_a_file_comes_back_as_it_was(tmp_path):
    path = tmp_path / "gold.jsonl"
    write_gold(path, [hard_article()])
    assert read_gold(path) == [hard_article()]
    assert "العلـــي" in path.read_text("utf-8")  # readable, not escaped


@given(gold_articles())
def test_dictionaries_round_trip(article):
    assert parse_gold(json.loads(json.dumps(article.to_dict()))) == article
    assert canonical(article) == article


def test_dictionary_has_the_shape_of_a_gold_file():
    data = hard_article().to_dict()
    assert list(data) == [
        "id", "source", "published", "text", "clusters", "entities", "quotes", "events",
    ]  # fmt: skip
    assert data["quotes"][0] == {
        "type": "direct", "content": [list(at("لا"))], "speaker": list(at("العلـــي")), "who": "ali"
    }  # fmt: skip
    assert data["entities"][4] == {"span": list(at("أمس")), "label": "DATE"}
    assert data["events"][1]["quote"] == 1 and "quote" not in data["events"][0]


def test_predictions_are_read_in_their_own_shape():
    article = parse_gold(
        {
            "id": "1",
            "text": "زار علي بغداد",
            "published": None,
            "clusters": [{"id": "a", "label": "PER", "name": "علي", "country": "IQ"}],
            "entities": [{"start": 4, "end": 7, "label": "PER", "cluster": "a", "score": 0.5}],
            "quotes": [{"type": "mixed", "content": [{"start": 0, "end": 7}], "cue": None}],
            "events": [
                {"type": "CONSULT", "modality": "asserted", "trigger": {"start": 0, "end": 3},
                 "args": [{"role": "actor", "start": 4, "end": 7}]}
            ],
        }
    )  # fmt: skip
    assert article.entities[0].span == article.events[0].args[0].span == (4, 7)
    assert article.clusters["a"].name == "علي" and article.events[0].etype == "CONSULT"
    assert article.quotes[0].content == ((0, 7),)
    assert parse_gold(to_document(article).to_dict()) == article  # library output as it is


def bad(**changes):
    return {**hard_article().to_dict(), **changes}


def entity(*span, **more):
    return [{"span": list(span), "label": "PER", **more}]


@pytest.mark.parametrize(
    ("data", "field", "cause"),
    [
        (bad(entities=entity(0, 0)), "entities[0].span", "empty"),
        (bad(entities=entity(5, 999)), "entities[0].span", "outside"),
        (bad(entities=entity(-3, 4)), "entities[0].span", "outside"),
        (bad(entities=entity(3, 6)), "entities[0].span", "cuts a word"),
        (bad(entities=entity(*at("«لا»"))), "entities[0].span", "includes a mark"),
        (bad(entities=entity(True, 2)), "entities[0].span", "no span"),
        (bad(entities=entity(1.0, 2)), "entities[0].span", "no span"),
        (bad(entities=entity(1, 2, 3)), "entities[0].span", "no span"),
        (bad(entities=entity(*at("أمس"), cluster="لا أحد")), "entities[0].cluster", "no cluster"),
        (bad(entities=entity(*at("أمس")) * 2), "entities[1].span", "overlaps entities[0]"),
        (bad(entities=[{"span": [2, 10], "label": 3}]), "entities[0].label", "non-empty string"),
        (bad(entities={"a": 1}), "entities", "expected a list"),
        (bad(entities=["PER"]), "entities[0]", "expected an object"),
        (bad(clusters={"a": {"label": "PER"}}), "clusters.a.name", "non-empty string"),
        (bad(clusters=[{"id": "a", "label": "X", "name": "ع"}] * 2), "clusters", "twice"),
        (bad(quotes=[{"type": "spoken", "content": [[2, 10]]}]), "quotes[0].type", "unknown"),
        (bad(quotes=[{"type": "direct", "content": []}]), "quotes[0].content", "no list"),
        (bad(quotes=[{"type": "direct", "content": [2, 10]}]), "quotes[0].content[0]", "no span"),
        (
            bad(quotes=[{"type": "direct", "content": [list(at("لا"))], "who": "x"}], events=[]),
            "quotes[0].who", "no cluster",
        ),
        (
            bad(events=[{"etype": "AID", "modality": "asserted", "trigger": list(at("أمس")),
                         "quote": 9}]),
            "events[0].quote", "no quote 9",
        ),
        (
            bad(events=[{"etype": "AID", "modality": "asserted", "trigger": list(at("أمس")),
                         "quote": True}]),
            "events[0].quote", "integer",
        ),
        (
            bad(events=[{"etype": "AID", "modality": "maybe", "trigger": list(at("أمس"))}]),
            "events[0].modality", "use one of asserted",
        ),
        (
            bad(events=[{"etype": "AID", "modality": "asserted", "trigger": list(at("أمس")),
                         "args": [{"role": "actor"}]}]),
            "events[0].args[0].span", "no span",
        ),
        (bad(text=None), "text", "expected a string"),
        (bad(published=20180213), "published", "non-empty string"),
    ],
)  # fmt: skip
def test_errors_name_file_line_id_field_cause(tmp_path, data, field, cause):
    path = tmp_path / "g.jsonl"
    path.write_text("\n" + json.dumps(data) + "\n", "utf-8")
    with pytest.raises(InputError) as caught:
        read_gold(path)
    message = str(caught.value)
    assert message.startswith(f"{path}:2 (وكالة/2018 #1): {field}: ")
    assert cause in message and ";" in message


@pytest.mark.parametrize("line", [b"{", b"[1]", b'{"text": "x"}', b'{"id": "\xff"}', b"[" * 10**5])
def test_a_callback_gets_each_error_and_the_rest_is_read(tmp_path, line):
    path = tmp_path / "g.jsonl"
    good = json.dumps(hard_article().to_dict()).encode()
    path.write_bytes(b"\xef\xbb\xbf" + line + b"\n" + good + b"\r\n" + good)
    errors = []
    assert read_gold(path, errors=errors.append) == [hard_article()]
    assert len(errors) == 2 and all(isinstance(e, InputError) for e in errors)
    assert str(errors[0]).startswith(f"{path}:1")
    assert "already used on line 2" in str(errors[1])
    with pytest.raises(InputError):
        read_gold(path)


def test_missing_file():
    with pytest.raises(InputError, match="no-such"):
        read_gold("no-such.jsonl")


def test_nothing_wrong_is_written(tmp_path):
    write_gold(tmp_path / "g.jsonl", [hard_article()])
    with pytest.raises(InputError, match=re.escape("quotes[0].content[0]")):
        write_gold(
            tmp_path / "g.jsonl", [GoldArticle("1", TEXT, quotes=(GoldQuote("mixed", ((0, 3),)),))]
        )
    assert read_gold(tmp_path / "g.jsonl") == [hard_article()]  # what was there is still there
    assert [p.name for p in tmp_path.iterdir()] == ["g.jsonl"]


def test_lone_surrogates_survive(tmp_path):
    path = tmp_path / "g.jsonl"
    article = GoldArticle("1", "قال \ud800 نعم")
    write_gold(path, [article, hard_article()])
    assert read_gold(path) == [article, hard_article()]


@given(gold_articles())
def test_documents_round_trip(article):
    doc = to_document(article)
    assert from_document(doc) == article
    assert Document.from_dict(doc.to_dict()) == doc
    for e in doc.entities:
        assert doc.text[e.start : e.end] == e.text
    for i, c in enumerate(doc.clusters):
        assert all(doc.entities[m].cluster == c.id for m in c.mentions), i


def test_document_of_the_hard_article():
    doc = to_document(hard_article())
    assert doc.meta == {"source": "وكالة"} and doc.published == "2018-02-13"
    ali = doc.cluster("ali")
    assert ali.mentions == (0, 1, 2) and ali.roles == ("وزير الخارجية",)
    assert [q.implicit for q in doc.quotes] == [False, False, True, True]
    assert doc.events[0].args[0].cluster == "ali" and doc.events[1].source == "src"
    assert from_document(doc) == hard_article()


def test_attached_letters_come_off_where_the_rest_is_a_known_name():
    data = {
        "id": "1", "text": "علي قال لعلي ووليد",
        "clusters": {"a": {"label": "PER", "name": "علي"}, "w": {"label": "PER", "name": "وليد"}},
        "entities": [{"span": s, "label": "PER", "cluster": c}
                     for s, c in (([0, 3], "a"), ([8, 12], "a"), ([13, 18], "w"))],
    }  # fmt: skip
    assert [e.name for e in to_document(parse_gold(data)).entities] == ["علي", "علي", "وليد"]


def test_entities_of_a_further_layer_give_way_to_those_that_they_overlap():
    text = "زار حلب ثم حماة"
    own, other = Entity(4, 7, "حلب", "LOC", "حلب"), Entity(4, 7, "حلب", "CITY", "حلب")
    more = Entity(11, 15, "حماة", "CITY", "حماة")
    article = from_document(Document(text, id="1", entities=(own, other, more)))
    assert [(e.span, e.label) for e in article.entities] == [((4, 7), "LOC"), ((11, 15), "CITY")]


def test_a_document_needs_an_id_and_whole_words():
    with pytest.raises(InputError, match="id"):
        from_document(Document("نعم"))
    cut = Document("بغداد", id="1", entities=(Entity(0, 2, "بغ", "LOC", "بغ"),))
    with pytest.raises(InputError, match="cuts a word"):
        from_document(cut)
