from __future__ import annotations

import pytest
from formats_samples import gold_articles, hard_article
from hypothesis import given, settings

from arabnews.errors import InputError
from arabnews.formats import export_conll, import_conll, read_conll
from arabnews.formats.gold import GoldArticle, GoldEntity


def write(path, text):
    path.write_text(text, "utf-8", newline="")
    return path


def test_sentences_of_tokens_and_tags(tmp_path):
    path = write(
        tmp_path / "a.conll",
        "\ufeffقال\tO\r\nسَامِي\tB-PER\r\nالعلـــي\tI-PER\r\n\r\n\n# O\nWHO NNP B-ORG\n.\tO\n",
    )
    assert read_conll(path) == [
        [("قال", "O"), ("سَامِي", "B-PER"), ("العلـــي", "I-PER")],
        [("#", "O"), ("WHO", "B-ORG"), (".", "O")],
    ]


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("قال\tO\nعلي\tI-PER\n", r":2: 'علي' has tag I-PER after O.*write B-PER"),
        ("علي\tB-PER\nبغداد\tI-LOC\n", ":2: .*after B-PER"),
        ("علي\tB-PER\n\nالعلي\tI-PER\n", ":3: .*after O"),
        ("علي\tPER\n", ":1: 'PER' is no BIO tag"),
        ("علي\tB-\n", "no BIO tag"),
        ("علي\tS-PER\n", "no BIO tag"),
        ("علي\n", "expected a token and a tag"),
        ("\tO\n", "expected a token"),
    ],
)
def test_errors_name_the_line(tmp_path, text, cause):
    path = write(tmp_path / "a.conll", text)
    with pytest.raises(InputError, match=cause):
        read_conll(path)


def test_ill_formed_tags_may_begin_an_entity(tmp_path):
    path = write(tmp_path / "a.conll", "ا\tI-PER\nب\tI-PER\nج\tI-LOC\n\nد\tI-LOC\n")
    tags = [tag for s in read_conll(path, ill_formed="begin") for _, tag in s]
    assert tags == ["B-PER", "I-PER", "B-LOC", "B-LOC"]
    with pytest.raises(InputError, match="ill_formed"):
        read_conll(path, ill_formed="keep")


def test_files_that_cannot_be_read(tmp_path):
    (tmp_path / "a.conll").write_bytes("علي\tO".encode("windows-1256"))
    for name in ("a.conll", "none.conll"):
        with pytest.raises(InputError, match=name):
            read_conll(tmp_path / name)


def entities(article):
    return [(e.label, article.surface(e.span).split()) for e in article.entities]


def test_export_and_import(tmp_path):
    path = tmp_path / "a.conll"
    second = GoldArticle(
        "2", "قال أ. سالم: نعم. لا", entities=(GoldEntity((4, 11), "PER"),)
    )  # the dot within the name does not end the sentence
    export_conll([hard_article(), second], path)
    lines = path.read_text("utf-8").split("\n")
    assert lines[0] == "# newdoc id = وكالة/2018 #1"
    assert "العلـــي\tB-PER" in lines and "الخارجية\tI-ROLE" in lines
    assert lines[-10:] == [
        "أ\tB-PER", ".\tI-PER", "سالم\tI-PER", ":\tO", "نعم\tO", ".\tO", "", "لا\tO", "", "",
    ]  # fmt: skip
    first, again = import_conll(path)
    assert (first.id, again.id) == ("وكالة/2018 #1", "2")
    assert entities(first) == entities(hard_article())
    assert entities(again) == [("PER", ["أ", ".", "سالم"])]
    assert all(e.cluster is None for e in first.entities) and not first.quotes


@settings(max_examples=100, deadline=None)
@given(article=gold_articles())
def test_labels_and_words_come_back(tmp_path_factory, article):
    path = tmp_path_factory.getbasetemp() / "law.conll"
    export_conll([article], path)
    back = import_conll(path)
    if not article.text.strip():
        assert back == []
        return
    assert "".join(back[0].text.split()) == "".join(article.text.split())
    assert [(e.label, "".join(back[0].surface(e.span).split())) for e in back[0].entities] == [
        (e.label, "".join(article.surface(e.span).split())) for e in article.entities
    ]
    export_conll(back, path)
    assert import_conll(path)[0].entities == back[0].entities


def test_without_documents_each_sentence_is_an_article(tmp_path):
    path = write(tmp_path / "ner.conll", "(رويترز\tB-ORG\n)\tI-ORG\n\nبغداد\tB-LOC\nعلي\tB-PER\n")
    one, two = import_conll(path)
    assert (one.id, two.id) == ("ner:1", "ner:4")
    assert one.surface(one.entities[0].span) == "رويترز"  # marks are no part of a span
    assert [two.surface(e.span) for e in two.entities] == ["بغداد", "علي"]
    starts = write(tmp_path / "d.conll", "-DOCSTART- O\n\nا O\n\nب O\n\n-DOCSTART- O\nج O\n")
    assert [a.text for a in import_conll(starts)] == ["ا\nب", "ج"]


def test_what_a_gold_article_cannot_hold(tmp_path):
    with pytest.raises(InputError, match=":1: entity .* has no word"):
        import_conll(write(tmp_path / "a.conll", "«\tB-ORG\nنعم\tO\n"))
    twice = "# newdoc id = a\nا\tO\n\n# newdoc id = b\nب\tO\n\n# newdoc id = a\nج\tO\n"
    with pytest.raises(InputError, match="stands twice"):
        import_conll(write(tmp_path / "a.conll", twice))
    with pytest.raises(InputError, match="surrogate"):
        export_conll([GoldArticle("1", "نعم \ud800")], tmp_path / "a.conll")
    with pytest.raises(InputError, match="line break"):
        export_conll([GoldArticle("1\n2", "نعم")], tmp_path / "a.conll")
