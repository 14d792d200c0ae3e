"""Annotation apart from its text: nothing of the text stays, nothing of the annotation is lost."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

from arabnews.errors import InputError
from arabnews.training.standoff import attach, detach, document_text, main

SEEDS = Path(__file__).parents[1] / "seeds" / "articles.jsonl"


def seeds() -> list[dict[str, Any]]:
    return [json.loads(line) for line in SEEDS.read_text(encoding="utf-8").splitlines()]


def test_attach_gives_back_what_detach_took_apart() -> None:
    for article in seeds():
        row = json.loads(json.dumps(detach(article), ensure_ascii=False))
        back = attach(row, article["text"])
        assert back["text"] == article["text"]
        assert detach(back) == row
        for name in ("entities", "events", "quotes"):
            assert [e.get("span") for e in back[name]] == [e.get("span") for e in article[name]]
        keys = dict(zip(article["clusters"], back["clusters"], strict=True))
        assert [q.get("who") for q in back["quotes"]] == [
            keys.get(q.get("who")) for q in article["quotes"]
        ]


def test_a_detached_row_holds_no_word_of_the_text() -> None:
    article = seeds()[0]
    left = json.dumps(detach(article) | {"source": ""}, ensure_ascii=False)
    assert not re.search("[\u0600-\u06ff]", left)


def test_another_text_is_refused_by_name() -> None:
    article = seeds()[0]
    with pytest.raises(InputError, match=rf"{article['id']}.*digest"):
        attach(detach(article), article["text"] + " 😀")


def test_document_text_trims_lines_and_drops_empty_ones() -> None:
    assert document_text({"text": "  «أول»\t سطر \n \n\nثان\u200f"}) == "«أول» سطر\nثان\u200f"


def test_the_commands_go_there_and_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    articles = seeds()[:3]
    gold, row, back = (tmp_path / n for n in ("gold.jsonl", "row.jsonl.gz", "back.jsonl"))
    gold.write_text("".join(json.dumps(a) + "\n" for a in articles), encoding="utf-8")
    main(["detach", str(gold), "-o", str(row)])
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    documents = [{"id": a["id"], "text": a["text"]} for a in articles[:2]]
    documents[1]["text"] += " وزاد"  # not the text that was annotated
    (corpus / "news.jsonl").write_text(
        "".join(json.dumps(d) + "\n" for d in documents), encoding="utf-8"
    )
    main(["attach", str(row), "--corpus", str(corpus), "-o", str(back)])
    made = [json.loads(line) for line in back.read_text(encoding="utf-8").splitlines()]
    assert [a["id"] for a in made] == [articles[0]["id"]]
    told = capsys.readouterr().err
    assert articles[1]["id"] in told and "1 articles are not in the collection" in told
    with gzip.open(row, "rt", encoding="utf-8") as lines:
        assert len(lines.readlines()) == 3


def test_attach_needs_a_collection(tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        main(["attach", str(tmp_path / "x.jsonl"), "-o", str(tmp_path / "y")])


def test_the_bundled_annotation_holds_no_text() -> None:
    with gzip.open(SEEDS.with_name("news-annotation.jsonl.gz"), "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    assert len({r["id"] for r in rows}) == len(rows) > 1_000
    for row in rows:
        kept = {k: v for k, v in row.items() if k not in ("id", "source")}
        assert not re.search("[\u0600-\u06ff]", json.dumps(kept, ensure_ascii=False))
        assert "text" not in row and len(row["text_digest"]) == 16
        assert {q.get("who") for q in row["quotes"]} <= {None, *row["clusters"]}
