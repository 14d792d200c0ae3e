"""The bundled model on articles: what a newcomer sees must be right."""

import json
from pathlib import Path

import pytest

import arabnews
from arabnews.cli import demo_article
from arabnews.formats.gold import read_gold
from arabnews.metrics import evaluate
from arabnews.model.folder import load_folder

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="the shared articles are not here")


@pytest.fixture(scope="module")
def nlp():
    return arabnews.load(device="cpu")


def test_folder_is_small_and_holds_no_pickle():
    files = list(Path(load_folder(None)).iterdir())
    assert sum(f.stat().st_size for f in files if f.is_file()) < 45_000_000
    assert not [f.name for f in files if f.suffix in (".bin", ".pt", ".pkl")]


def test_card_and_config_agree(nlp):
    card = (Path(load_folder(None)) / "README.md").read_text("utf-8")
    assert "CC BY-NC-SA" in card
    assert {"entity", "cue", "trigger", "source", "argument"} <= set(nlp.config.layers)
    sources = nlp.config.training["recipe"]["train"]
    assert sources and not [name for name in sources if Path(name).is_absolute()]


def test_demo_article(nlp):
    doc = nlp(**demo_article())
    assert len({q.who for q in doc.quotes}) >= 2
    assert doc.quotes_by("سالغادو") and doc.quotes_by("المنيس")
    assert any(e.label == "LOC" and e.name == "الكويت" for e in doc.entities)


def test_seed_articles_score_well(nlp):
    """The model was trained on these: a floor far below says that something broke."""
    gold = [a.to_dict() for a in read_gold(ROOT / "seeds" / "articles.jsonl")[:12]]
    report = evaluate(gold, [d.to_dict() for d in nlp.pipe(gold)])
    floor = {"entities": 80, "quote_overlap50": 80, "attribution": 70, "event_type": 40}
    assert {k: v for k, v in floor.items() if report.figures[k].value < v} == {}


@pytest.fixture(scope="module")
def conference(nlp):
    (path,) = sorted((SHARED / "seeds").glob("*.txt"))
    return nlp(path.read_text("utf-8"), published="2018-02-14")


@needs_shared
def test_names_of_one_man_are_one_cluster(conference):
    clusters = {
        e.cluster for e in conference.entities if e.name in ("تيلرسون", "ريكس تيلرسون")
    }
    assert len(clusters) == 1
    assert conference.cluster(clusters.pop()).name == "ريكس تيلرسون"


@needs_shared
def test_dropped_subjects_have_a_speaker(conference):
    lines = conference.text.split("\n")
    starts = [
        sum(len(x) + 1 for x in lines[:k]) for k, x in enumerate(lines)
        if x.startswith(("وقال ان اجتماع", "واكد ان دول", "ولفت الى ان", "وتابع «وضعنا"))
    ]  # fmt: skip
    assert len(starts) == 4
    for start in starts:
        (quote, *_) = [q for q in conference.quotes if q.cue and q.cue.start == start]
        assert quote.implicit
        assert conference.cluster(quote.who).name in ("صباح الخالد", "ريكس تيلرسون")


@needs_shared
def test_a_name_in_marks_is_no_quote(conference):
    assert all(s.text.strip("«»") != "داعش" for q in conference.quotes for s in q.content)
    kinds = {m.kind for m in conference.marks if m.text == "«داعش»"}
    assert kinds == {"name"}


@needs_shared
def test_bullets_belong_to_the_name_above_them(conference):
    third, fourth = conference.text.split("\n")[3:5]
    mine = [s.text for q in conference.quotes_by("تيلرسون") for s in q.content]
    assert any(m in third and len(m) > 40 for m in mine)
    assert any(m in fourth and len(m) > 40 for m in mine)


@needs_shared
def test_scores_on_unseen_articles(nlp):
    with (SHARED / "gold" / "dev.jsonl").open(encoding="utf-8") as lines:
        gold = [json.loads(line) for line in lines]
    report = evaluate(gold, [d.to_dict() for d in nlp.pipe(gold)])
    floor = {"entities": 60, "quote_overlap50": 70, "attribution": 60, "event_type": 30}
    assert {k: v for k, v in floor.items() if report.figures[k].value < v} == {}
