from __future__ import annotations

import json
import random
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_metrics import GOLD, TEXT, Record, as_document, at, needs_shared, perturbed, sample

from arabnews.errors import InputError
from arabnews.metrics import evaluate
from arabnews.training.error_cases import ErrorCase, error_groups
from arabnews.training.errors_report import error_report

EMPTY_TAGS = {"meta", "wbr"}


def written(gold: list[Record], predicted: list[Record], title: str) -> str:
    return error_report(evaluate(gold, predicted), error_groups(gold, predicted), title=title)


class Page(HTMLParser):
    """Reads a page; fails on tags that are not closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in EMPTY_TAGS:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text.append(data)


def groups(prediction: Record, gold: Record | None = None) -> dict[str, list[ErrorCase]]:
    return error_groups([gold or sample()], [prediction])


def only(prediction: Record, kind: str, gold: Record | None = None) -> ErrorCase:
    """Return the one error of ``kind``, the only one that there is."""
    found = groups(prediction, gold)
    assert {k: len(v) for k, v in found.items()} == {kind: 1}
    return found[kind][0]


def marks(highlights: Any) -> list[tuple[str, str]]:
    return [(h.text, h.label) for h in highlights]


def test_no_errors() -> None:
    assert groups(as_document(sample())) == {}
    page = Page(written([sample()], [sample()], title="لا أخطاء"))
    assert "No errors." in page.text


def test_missed_and_spurious_entities() -> None:
    prediction = sample()
    prediction["entities"].pop(3)
    case = only(prediction, "entities: missed")
    assert marks(case.gold) == [("أمس", "DATE")] and case.predicted == ()
    assert [(p.number, p.text) for p in case.passages] == [(1, TEXT.split("\n")[1])]
    case = error_groups([prediction], [sample()])["entities: spurious"][0]
    assert marks(case.predicted) == [("أمس", "DATE")] and case.gold == ()
    assert case.article == "snn-1"


def test_wrong_label_and_extent() -> None:
    prediction = sample()
    prediction["entities"][3]["label"] = "MISC"
    case = only(prediction, "entities: wrong label")
    assert case.note == "DATE taken for MISC"
    prediction["entities"][3] = {"span": at(TEXT, "أمس إن"), "label": "DATE"}
    case = only(prediction, "entities: wrong extent")
    assert marks(case.predicted) == [("أمس إن", "DATE")]
    prediction["entities"][3]["label"] = "LOC"
    assert only(prediction, "entities: wrong label and extent").note == "DATE taken for LOC"


def test_marks_at_the_edge_are_no_error() -> None:
    prediction = sample()
    start, end = prediction["entities"][5]["span"]
    prediction["entities"][5]["span"] = [start - 1, end + 1]
    assert groups(prediction) == {}


def test_missed_cue() -> None:
    prediction = sample()
    lost = prediction["quotes"].pop(1)
    case = only(prediction, "quotes: missed cue")
    assert ("قال", "cue") in marks(case.gold) and case.predicted == ()
    prediction = sample()
    del prediction["quotes"][1]["cue"]
    case = only(prediction, "quotes: missed cue")
    assert ("قال", "cue") not in marks(case.predicted) and case.predicted
    assert lost["cue"] == [case.gold[0].start, case.gold[0].end]


def test_spurious_and_wrong_cue() -> None:
    prediction = sample()
    prediction["quotes"][2]["cue"] = at(TEXT, "وأضاف")
    case = only(prediction, "quotes: wrong cue")
    assert ("وتابع", "cue") in marks(case.gold) and ("وأضاف", "cue") in marks(case.predicted)
    prediction = sample()
    prediction["quotes"][0]["cue"] = at(TEXT, "الخالد")
    only(prediction, "quotes: spurious cue")
    prediction = sample()
    prediction["quotes"].append({"content": [at(TEXT, "أمس")], "cue": at(TEXT, "وأضاف")})
    assert only(prediction, "quotes: spurious cue").gold == ()


def test_missed_and_spurious_quotes_without_a_cue() -> None:
    prediction = sample()
    lost = prediction["quotes"].pop(0)
    assert only(prediction, "quotes: missed cueless quote").gold[-1].end == lost["content"][0][1]
    prediction = sample()
    prediction["quotes"].append({"content": [at(TEXT, "وزير الخارجية")]})
    assert only(prediction, "quotes: spurious cueless quote").gold == ()


@pytest.mark.parametrize("marked", ["«الجزيرة»", '"الجزيرة"', "“الجزيرة،”", "«الجزيرة .»"])
@pytest.mark.parametrize("inside", [True, False])
def test_scare_quotes_and_names(marked: str, inside: bool) -> None:
    text = f"قالت قناة {marked} ذلك"
    span = at(text, "الجزيرة") if inside else at(text, marked)
    found = {"id": "a", "text": text, "quotes": [{"content": [span], "cue": [0, 4]}]}
    only(found, "quotes: scare quote or name taken for speech", {"id": "a", "text": text})
    bare = text.replace(marked, "الجزيرة")
    found = {"id": "a", "text": bare, "quotes": [{"content": [at(bare, "الجزيرة")]}]}
    only(found, "quotes: spurious cueless quote", {"id": "a", "text": bare})


def test_wrong_extent_of_a_quote() -> None:
    prediction = sample()
    prediction["quotes"][2]["content"].pop()
    case = only(prediction, "quotes: wrong extent")
    assert case.note == "4 of 7 words in common"
    assert len(case.gold) == 3 and len(case.predicted) == 2
    prediction["quotes"][2]["content"] = [at(TEXT, "أمس")]  # the right cue, but other words
    assert only(prediction, "quotes: wrong extent").note == "no word in common"


def test_wrong_speakers() -> None:
    prediction = sample()
    prediction["quotes"][2]["who"] = "unsc"
    case = only(prediction, "quotes: wrong speaker, implied")
    assert case.note == "«صباح الخالد» taken for «مجلس الأمن»"
    prediction = sample()
    prediction["quotes"][1] |= {"who": "unsc", "speaker": at(TEXT, "مجلس الأمن")}
    only(prediction, "quotes: wrong speaker, explicit")
    del prediction["quotes"][1]["who"], prediction["quotes"][1]["speaker"]
    case = only(prediction, "quotes: wrong speaker, explicit")
    assert case.note.endswith("taken for nobody")


def test_split_and_merged_clusters() -> None:
    prediction = sample()
    prediction["entities"][6]["cluster"] = "unsc"
    found = groups(prediction)
    split = found["coreference: cluster split"]
    merged = found["coreference: clusters merged"]
    assert len(found) == 2 and len(split) == len(merged) == 1
    assert split[0].note == "«صباح الخالد»: 4 mentions, 3 «صباح الخالد» + 1 «مجلس الأمن»"
    assert [h.label for h in split[0].gold] == ["صباح الخالد"] * 4
    assert [h.label for h in split[0].predicted] == ["صباح الخالد"] * 3 + ["مجلس الأمن"]
    assert [p.number for p in split[0].passages] == [0, 1, 2]
    assert len(merged[0].gold) == 2
    del prediction["entities"][6]["cluster"]
    assert "1 «no cluster»" in only(prediction, "coreference: cluster split").note


def test_events() -> None:
    prediction = sample()
    lost = prediction["events"].pop(1)
    assert marks(only(prediction, "events: missed trigger").gold) == [("نقبل", "REJECT negated")]
    prediction["events"].append(lost | {"etype": "AGREE"})
    assert only(prediction, "events: wrong type").note == "REJECT taken for AGREE"
    prediction["events"][1] = lost | {"modality": "planned"}
    assert only(prediction, "events: wrong modality").note == "negated taken for planned"
    prediction["events"][1] = lost
    prediction["events"].append(lost | {"trigger": at(TEXT, "نصمت")})
    assert only(prediction, "events: spurious trigger").gold == ()


def test_arguments() -> None:
    prediction = sample()
    lost = prediction["events"][0]["args"].pop(2)
    case = only(prediction, "events: missed loc")
    assert marks(case.gold) == [("اللقاء", "CONSULT asserted"), ("عدن", "loc")]
    assert marks(case.predicted) == [("اللقاء", "CONSULT asserted")]
    prediction["events"][0]["args"].append(lost | {"role": "recipient"})
    found = groups(prediction)
    assert set(found) == {"events: missed loc", "events: spurious recipient"}
    assert found["events: missed loc"][0].note == "found as recipient"
    assert found["events: spurious recipient"][0].note == "should be loc"


def test_largest_group_first() -> None:
    found = groups({"id": "snn-1", "text": TEXT})
    assert list(found.items())[0][0] == "entities: missed"
    assert [len(v) for v in found.values()] == sorted(map(len, found.values()), reverse=True)


def check(golds: list[Record], predictions: list[Record]) -> str:
    """Check the laws that hold for every pair of gold and predictions; return the page."""
    found = error_groups(golds, predictions)
    figures = evaluate(golds, predictions).figures
    texts = {g["id"]: g["text"] for g in golds}
    count = {k: len(v) for k, v in found.items()}
    size = lambda *kinds: sum(count.get(k, 0) for k in kinds)  # noqa: E731
    both = ("entities: wrong label", "entities: wrong extent", "entities: wrong label and extent")
    entities = figures["entities"]
    # Every false positive and every false negative is in exactly one case.
    assert size("entities: missed", *both) == entities.support - entities.hits
    assert size("entities: spurious", *both) == (entities.predicted or 0) - entities.hits
    trigger, typed = figures["trigger"], figures["event_type"]
    assert size("events: missed trigger") == trigger.support - trigger.hits
    assert size("events: spurious trigger") == (trigger.predicted or 0) - trigger.hits
    assert size("events: wrong type") == trigger.hits - typed.hits
    wrong = size("quotes: wrong speaker, explicit", "quotes: wrong speaker, implied")
    speakers, implied = figures["speaker_accuracy"], figures["implicit_speaker_accuracy"]
    assert wrong == speakers.of - speakers.hits
    assert size("quotes: wrong speaker, implied") == implied.of - implied.hits
    for kind, cases in found.items():
        for case in cases:
            text = texts[case.article]
            assert case.kind == kind and case.passages and (case.gold or case.predicted)
            for part in (*case.passages, *case.gold, *case.predicted):
                assert text[part.start : part.end] == part.text
    page = written(golds, predictions, title="أخطاء")
    read = Page(page)
    assert sum(tag == "article" for tag, _ in read.tags) == sum(count.values())
    return page


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9), st.floats(0, 1))
def test_every_error_is_in_the_report_once(seed: int, rate: float) -> None:
    check([sample()], [perturbed(sample(), random.Random(seed), rate)])


@needs_shared
def test_real_articles() -> None:
    golds = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
    assert error_groups(golds, map(as_document, golds)) == {}
    rng = random.Random(5)
    page = check(golds, [perturbed(g, rng, 0.3) for g in golds])
    assert "[…]" in page


def test_page_is_self_contained_and_escaped() -> None:
    text = '<script>alert("1")</script> & قَالَ الأميـــر \u202bABC\u202c 👍🏽 «نعم \ud800'
    gold = {
        "id": "<b>&'\"",
        "text": text,
        "clusters": {"k": {"label": "PER", "name": "<i>الأمير</i>"}},
        "entities": [{"span": at(text, '<script>alert("1")</script>'), "label": "<u>"}],
        "quotes": [{"content": [at(text, "نعم \ud800")], "cue": at(text, "قَالَ"), "who": "k"}],
    }
    found = {"id": gold["id"], "text": text, "quotes": [{"content": [at(text, "نعم")]}]}
    page = written([gold], [found], title='<img src="x">')
    page.encode("utf-8")
    read = Page(page)
    names = {tag for tag, _ in read.tags}
    assert not names & {"script", "img", "link", "iframe", "u"}
    assert not re.search(r"https?:|url\(|@import", page)
    assert {a["href"][:1] for tag, a in read.tags if tag == "a" and a["href"]} == {"#"}
    assert dict(read.tags)["html"] == {"lang": "ar", "dir": "rtl"}
    shown = "".join(read.text)
    for part in (gold["id"], '<img src="x">', "<i>الأمير</i>", "قَالَ", "👍🏽"):
        assert part in shown


def test_long_paragraphs_fold_in_sight() -> None:
    filler = "كلمة " * 300
    text = f"{filler}عدن {filler}صنعاء {filler}"
    gold = {"id": "a", "text": text,
            "entities": [{"span": at(text, x), "label": "LOC", "cluster": "k"}
                         for x in ("عدن", "صنعاء")]}  # fmt: skip
    found = {
        "id": "a",
        "text": text,
        "entities": [e | {"cluster": str(i)} for i, e in enumerate(gold["entities"])],
    }
    page = written([gold], [found], title="طي")
    folds = re.findall(r'title="([\d,]+) characters">\[…\]', page)
    assert len(folds) == 6  # before, between and after, on both sides
    column = page.split('class="gold"')[1].split('class="predicted"')[0]
    shown = re.sub("<small>.*?</small>|<[^>]+>", "", column.split("</h3>")[1])
    folded = sum(int(n.replace(",", "")) for n in folds[:3])
    visible = sum(map(len, re.findall("كلمة|عدن|صنعاء", shown)))
    assert "عدن" in shown and "صنعاء" in shown and visible + folded > 0.7 * len(text)
    assert not re.search(r"\bكلم\b|\bلمة\b", shown)  # no word is cut


def test_highlights_inside_one_another() -> None:
    text = "قال علي إن خالد وعد"
    gold = {
        "id": "a",
        "text": text,
        "quotes": [
            {"content": [at(text, "إن خالد وعد")], "cue": [0, 3], "speaker": at(text, "خالد")}
        ],
    }
    page = written([gold], [], title="تداخل")
    assert re.sub("<small>.*?</small>|<[^>]+>", "", page).count(text) == 1
    tags = re.findall("<small><bdi>(.*?)</bdi></small>", page)
    assert tags == ["cue", "content", "speaker"]


def test_unusable_input_is_named() -> None:
    for use in (error_groups, lambda g, p: written(g, p, title="أ")):
        with pytest.raises(InputError, match="prediction x: no gold article"):
            use([sample()], [{"id": "x", "text": "أ"}])
