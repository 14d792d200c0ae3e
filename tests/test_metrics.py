from __future__ import annotations

import copy
import importlib.util
import itertools
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arabnews.errors import InputError
from arabnews.metrics import (
    Figure,
    evaluate,
    expected_calibration_error,
    reliability,
    scored_predictions,
    span_scores,
    threshold_table,
)
from arabnews.metrics.articles import pair_quotes, read_article, same_source
from arabnews.text.words import words

SHARED = Path(__file__).parents[2] / "shared"
SCORER = SHARED / "evaluation" / "score.py"
GOLD = SHARED / "gold" / "dev.jsonl"
needs_shared = pytest.mark.skipif(
    not (SCORER.exists() and GOLD.exists()), reason="the shared gold articles are not here"
)

Record = dict[str, Any]


def at(text: str, part: str, nth: int = 0) -> list[int]:
    """Return the offsets of the nth occurrence of ``part``."""
    start = -1
    for _ in range(nth + 1):
        start = text.index(part, start + 1)
    return [start, start + len(part)]


TEXT = (
    "الخالد: لن نقبل\n"
    "قال وزير الخارجية صباح الخالد أمس إن «اللقاء» مع مجلس الأمن «كان مهما» في عدن.\n"
    "وتابع «لن نقبل بهذا الوضع»، وأضاف الخالد، «ولن نصمت أبدا»."
)


def sample() -> Record:
    """One small article in the gold format with every kind of annotation."""
    span = lambda part, nth=0: at(TEXT, part, nth)  # noqa: E731
    return {
        "id": "snn-1",
        "text": TEXT,
        "clusters": {
            "khalid": {"label": "PER", "name": "صباح الخالد"},
            "unsc": {"label": "ORG", "name": "مجلس الأمن"},
            "aden": {"label": "LOC", "name": "عدن"},
        },
        "entities": [
            {"span": span("الخالد"), "label": "PER", "cluster": "khalid"},
            {"span": span("وزير الخارجية"), "label": "ROLE", "cluster": "khalid"},
            {"span": span("صباح الخالد"), "label": "PER", "cluster": "khalid"},
            {"span": span("أمس"), "label": "DATE"},
            {"span": span("مجلس الأمن"), "label": "ORG", "cluster": "unsc"},
            {"span": span("عدن"), "label": "LOC", "cluster": "aden"},
            {"span": span("الخالد", 2), "label": "PER", "cluster": "khalid"},
        ],
        "quotes": [
            {"type": "indirect", "content": [span("لن نقبل")], "who": "khalid",
             "speaker": span("الخالد")},
            {"type": "mixed", "content": [span("إن «اللقاء» مع مجلس الأمن «كان مهما» في عدن")],
             "cue": span("قال"), "speaker": span("صباح الخالد"), "who": "khalid"},
            {"type": "direct", "content": [span("لن نقبل بهذا الوضع"), span("ولن نصمت أبدا")],
             "cue": span("وتابع"), "who": "khalid"},
        ],
        "events": [
            {"etype": "CONSULT", "modality": "asserted", "trigger": span("اللقاء"), "quote": 1,
             "args": [{"role": "actor", "span": span("صباح الخالد")},
                      {"role": "actor", "span": span("مجلس الأمن")},
                      {"role": "loc", "span": span("عدن")}]},
            {"etype": "REJECT", "modality": "negated", "trigger": span("نقبل", 1), "args": []},
        ],
    }  # fmt: skip


def as_document(gold: Record) -> Record:
    """Return a gold article in the shape of ``Document.to_dict``."""
    text = gold["text"]

    def span(value: list[int]) -> Record:
        return {"start": value[0], "end": value[1], "text": text[value[0] : value[1]]}

    out = {k: v for k, v in gold.items() if k in ("id", "text", "published")}
    out["clusters"] = [{"id": k, **c} for k, c in gold["clusters"].items()]
    out["entities"] = [
        {k: v for k, v in e.items() if k != "span"} | span(e["span"]) for e in gold["entities"]
    ]
    out["quotes"] = [
        q
        | {"content": [span(c) for c in q["content"]]}
        | {k: span(q[k]) for k in ("cue", "speaker") if k in q}
        for q in gold["quotes"]
    ]
    out["events"] = [
        {"type": v["etype"], "modality": v["modality"], "trigger": span(v["trigger"]),
         "args": [{"role": a["role"]} | span(a["span"]) for a in v["args"]]}
        for v in gold["events"]
    ]  # fmt: skip
    return out


class _Perturbed:
    """Puts errors of every kind into an article: lost, invented, moved, renamed, doubled."""

    def __init__(self, gold: Record, rng: random.Random, rate: float) -> None:
        self.doc, self.rng, self.rate = copy.deepcopy(gold), rng, rate
        self.spans = [list(w) for w in words(self.doc["text"])]
        self.keys = list(self.doc["clusters"])

    def often(self, part: float = 1) -> bool:
        return self.rng.random() < self.rate * part

    def moved(self, span: list[int]) -> list[int]:
        start, end = span
        if self.often():
            near = [w for w in self.spans if abs(w[0] - start) < 40] or [span]
            start = min(self.rng.choice(near)[0], end - 1)
        if self.often():
            longer = end + self.rng.randint(-6, 12)
            end = max(start + 1, min(len(self.doc["text"]), longer))
        return [start, end]

    def thinned(self, items: list[Any]) -> list[Any]:
        out = [x for x in items if not self.often()]
        out += [copy.deepcopy(x) for x in items if self.often(0.25)]
        self.rng.shuffle(out)
        return out

    def entities(self) -> None:
        self.doc["entities"] = self.thinned(self.doc["entities"])
        for e in self.doc["entities"]:
            e["span"] = self.moved(e["span"])
            if self.often(0.5):
                e["label"] = self.rng.choice(["PER", "ORG", "LOC", "MISC", "CRIME"])
            if "cluster" in e and self.often():
                e["cluster"] = self.rng.choice([*self.keys, "new"])
        if self.rate:
            found = [{"span": self.rng.choice(self.spans), "label": "PER"} for _ in range(2)]
            self.doc["entities"] += found

    def quotes(self) -> None:
        self.doc["quotes"] = self.thinned(self.doc["quotes"])
        for q in self.doc["quotes"]:
            q["content"] = [self.moved(c) for c in q["content"]]
            for key in ("cue", "speaker", "who"):
                if self.often(0.5):
                    q.pop(key, None)
            if self.often():
                q["cue"] = self.rng.choice(self.spans)
            if self.often():
                q["who"] = self.rng.choice([*self.keys, "nobody"])
                q.pop("speaker", None)
        if self.rate:
            found = {"type": "direct", "content": [self.rng.choice(self.spans)]}
            self.doc["quotes"].append(found)

    def events(self) -> None:
        self.doc["events"] = self.thinned(self.doc["events"])
        for v in self.doc["events"]:
            v["trigger"] = self.moved(v["trigger"])
            v["args"] = [a | {"span": self.moved(a["span"])} for a in self.thinned(v["args"])]
            if self.often():
                v["etype"] = self.rng.choice(["AGREE", "ASSAULT", "ACCUSE"])
            if self.often():
                v["modality"] = self.rng.choice(["asserted", "planned"])

    def clusters(self) -> None:
        """Give the clusters other ids: only what they hold together counts."""
        order = self.rng.sample(self.keys, len(self.keys))
        new = {k: f"c{i}" for i, k in enumerate(order)}
        self.doc["clusters"] = {new[k]: c for k, c in self.doc["clusters"].items()}
        for key, items in (("cluster", self.doc["entities"]), ("who", self.doc["quotes"])):
            for x in items:
                if x.get(key) in new:
                    x[key] = new[x[key]]


def perturbed(gold: Record, rng: random.Random, rate: float = 0.2) -> Record:
    """Return a copy of an article with errors; without any at rate 0."""
    work = _Perturbed(gold, rng, rate)
    work.entities()
    work.quotes()
    work.events()
    work.clusters()
    return work.doc


def figures_of(report: Any) -> dict[str, dict[str, float]]:
    """Return figures with the key that the stand-alone scorer uses."""
    return {
        name: {("gold" if k == "support" else k): v for k, v in figure.items()}
        for name, figure in report.to_dict()["figures"].items()
    }


@pytest.fixture(scope="module")
def scorer() -> Any:
    spec = importlib.util.spec_from_file_location("stand_alone_scorer", SCORER)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def gold_articles() -> list[Record]:
    """Read the shared articles, without a lone tanwin that is a word to the other scorer only."""
    articles = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
    return [a for a in articles if " \u064c " not in a["text"]]


@needs_shared
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("document", [False, True])
def test_same_figures_as_the_stand_alone_scorer(scorer: Any, seed: int, document: bool) -> None:
    golds = gold_articles()
    rng = random.Random(seed)
    predictions = [perturbed(g, rng, (0.0, 0.1, 0.3, 0.6)[seed]) for g in golds]
    predictions.pop(3)  # one article without a prediction
    rng.shuffle(predictions)
    if document:
        predictions = [as_document(p) for p in predictions]
    expected = scorer.score({g["id"]: g for g in golds}, {p["id"]: p for p in predictions})
    ours = figures_of(evaluate(golds, predictions))
    assert {k: ours[k] for k in expected} == expected
    assert set(ours) - set(expected) <= {"CRIME"}


@needs_shared
def test_gold_against_itself_is_perfect() -> None:
    golds = gold_articles()
    report = evaluate(golds, map(as_document, golds))
    assert {f.value for f in report.figures.values()} == {100.0}
    assert report.articles == len(golds)


@pytest.mark.skipif(not SCORER.exists(), reason="the stand-alone scorer is not here")
@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 10**9), rate=st.floats(0, 1))
def test_same_figures_on_a_small_article(scorer: Any, seed: int, rate: float) -> None:
    gold, prediction = sample(), perturbed(sample(), random.Random(seed), rate)
    expected = scorer.score({gold["id"]: gold}, {gold["id"]: prediction})
    ours = figures_of(evaluate([gold], [prediction]))
    assert {k: ours[k] for k in expected} == expected


def test_perfect() -> None:
    figures = evaluate([sample()], [as_document(sample())]).figures
    present = {k: f for k, f in figures.items() if k != "MISC"}
    assert {f.value for f in present.values()} == {100.0}
    assert figures["MISC"] == Figure(0, 0, 0)
    assert figures["entities"].support == 7
    assert figures["implicit_speaker_accuracy"].of == 1
    assert figures["coreference_links"].support == 6


@given(st.integers(0, 10**9), st.floats(0, 1))
@settings(max_examples=50, deadline=None)
def test_every_figure_is_a_share(seed: int, rate: float) -> None:
    prediction = perturbed(sample(), random.Random(seed), rate)
    for figure in evaluate([sample()], [prediction]).figures.values():
        assert 0 <= figure.value <= 100
        assert figure.hits <= figure.support
        if not figure.is_accuracy:
            assert figure.hits <= (figure.predicted or 0)


@pytest.mark.parametrize("prediction", [[], [{"id": "snn-1", "text": TEXT}]])
def test_nothing_found(prediction: list[Record]) -> None:
    figures = evaluate([sample()], prediction).figures
    assert {f.value for f in figures.values()} == {0.0}
    assert figures["attribution"].support == 3


def test_nothing_to_find() -> None:
    bare = {"id": "a", "text": ""}
    figures = evaluate([bare], [bare]).figures
    assert all(f.support == 0 and f.value == 0 for f in figures.values())


def test_discontinuous_content_is_one_quote() -> None:
    prediction = sample()
    prediction["quotes"][2]["content"].reverse()
    assert evaluate([sample()], [prediction]).figures["quote_exact"].value == 100
    prediction["quotes"][2]["content"].pop()  # 3 of 7 words are left: under a half
    figures = evaluate([sample()], [prediction]).figures
    assert figures["quote_exact"].hits == 2
    assert figures["quote_overlap50"].hits == 2
    assert figures["implicit_speaker_accuracy"].of == 0
    assert figures["quote_words"].hits == figures["quote_words"].support - 4


def test_marks_at_the_edges_do_not_count() -> None:
    prediction = sample()
    start, end = prediction["quotes"][2]["content"][0]
    prediction["quotes"][2]["content"][0] = [start - 1, end + 2]  # « … »،
    assert evaluate([sample()], [prediction]).figures["quote_exact"].value == 100


def test_half_of_the_words_is_enough() -> None:
    text = "قال نعم لا بل كلا"
    gold = {"id": "a", "text": text, "quotes": [{"content": [at(text, "نعم لا بل كلا")]}]}
    half = {"id": "a", "text": text, "quotes": [{"content": [at(text, "نعم لا")]}]}
    less = {"id": "a", "text": text, "quotes": [{"content": [at(text, "نعم")]}]}
    assert evaluate([gold], [half]).figures["quote_overlap50"].hits == 1
    assert evaluate([gold], [less]).figures["quote_overlap50"].hits == 0


def test_clusters_may_have_other_ids() -> None:
    prediction = sample()
    prediction["clusters"] = {"7": prediction["clusters"]["khalid"]}
    for e in prediction["entities"]:
        if e.get("cluster") == "khalid":
            e["cluster"] = "7"
    for q in prediction["quotes"]:
        q["who"] = "7"
    figures = evaluate([sample()], [prediction]).figures
    assert figures["coreference_links"].value == figures["attribution"].value == 100


def test_merged_and_split_clusters() -> None:
    prediction = sample()
    prediction["entities"][6]["cluster"] = "other"
    links = evaluate([sample()], [prediction]).figures["coreference_links"]
    assert (links.hits, links.predicted, links.support) == (3, 3, 6)
    for e in prediction["entities"]:
        e["cluster"] = "one"
    links = evaluate([sample()], [prediction]).figures["coreference_links"]
    assert (links.hits, links.predicted, links.support) == (6, 21, 6)


def test_duplicates_are_hit_once() -> None:
    prediction = sample()
    prediction["entities"] *= 2
    prediction["quotes"] *= 2
    prediction["events"] *= 2
    figures = evaluate([sample()], [prediction]).figures
    for name in ("entities", "PER", "quote_exact", "quote_overlap50", "cue", "attribution",
                 "trigger", "event_type", "event_argument"):  # fmt: skip
        assert (figures[name].p, figures[name].r) == (50.0, 100.0), name
    assert figures["coreference_links"].p == 100  # a link is a link, however often it is told


def test_a_speaker_may_be_known_by_name_alone() -> None:
    prediction = sample()
    prediction["entities"] = []
    prediction["clusters"] = {"x": {"label": "PER", "name": "الشيخ صَبَاح الخـالد"}}
    for q in prediction["quotes"]:
        q.pop("speaker", None)
        q["who"] = "x"
    assert evaluate([sample()], [prediction]).figures["speaker_accuracy"].accuracy == 100
    prediction["clusters"]["x"]["name"] = "صباح الأحمد"
    assert evaluate([sample()], [prediction]).figures["speaker_accuracy"].accuracy == 0


def test_nobody_is_not_the_same_source_as_nobody() -> None:
    quote = read_article({"id": "a", "text": "نعم", "quotes": [{"content": [[0, 3]]}]}).quotes[0]
    assert not same_source(quote, quote)


def test_modality_counts_only_for_found_events() -> None:
    prediction = sample()
    prediction["events"][1]["modality"] = "asserted"
    prediction["events"][0]["etype"] = "AGREE"
    figures = evaluate([sample()], [prediction]).figures
    assert (figures["modality_accuracy"].accuracy, figures["modality_accuracy"].of) == (0.0, 1)
    assert figures["trigger"].hits == 2
    assert figures["event_type"].hits == 1
    assert figures["event_argument"].hits == 0  # arguments belong to a typed event


def test_own_labels_have_figures_of_their_own() -> None:
    gold = {"id": "a", "text": "زار سامي عدن", "entities": [{"span": [4, 8], "label": "cue"}]}
    found = {"id": "a", "text": "زار سامي عدن", "entities": [{"span": [4, 8], "label": "CRIME"}]}
    figures = evaluate([gold], [found]).figures
    assert figures["label cue"].support == 1 and figures["cue"].support == 0
    assert figures["CRIME"].predicted == 1
    assert list(figures)[:7] == ["entities", "PER", "ORG", "LOC", "MISC", "DATE", "ROLE"]


@pytest.mark.parametrize(
    ("gold", "predicted", "message"),
    [
        ([{"id": "a", "text": "أ"}] * 2, [], "gold a: this id comes twice"),
        ([{"id": "a", "text": "أ"}], [{"id": "a", "text": "أ"}] * 2, "prediction a: .*twice"),
        ([{"id": "a", "text": "أ"}], [{"id": "b", "text": "أ"}], "prediction b: no gold article"),
        ([{"id": "a", "text": "أب"}], [{"id": "a", "text": "أت"}], "prediction a: .*character 1"),
        ([{"id": "a", "text": "أ"}], [{"id": "a", "text": "أب"}], "differs .*character 1"),
        ([], [], "no gold article"),
        ([{"text": "أ"}], [], "no id"),
        ([{"id": "a"}], [], "gold a: no text"),
        (["أ"], [], "expected an object"),
        ([{"id": "a", "text": "أ", "entities": {}}], [], "entities must be a list"),
        ([{"id": "a", "text": "أ", "entities": [{"span": [0, 1]}]}], [], "no 'label'"),
        ([{"id": "a", "text": "أ", "events": [{"etype": "AID"}]}], [], "no 'trigger'"),
        ([{"id": "a", "text": "أ", "clusters": {"k": {}}}], [], "cluster 'k' has no 'name'"),
    ],
)  # fmt: skip
def test_unusable_input_is_named(gold: Any, predicted: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        evaluate(gold, predicted)


@pytest.mark.parametrize("span", [[2, 1], [0, 9], [-1, 1], [1, 1], [0], "ab", None, [0.0, 1.0]])
def test_unusable_offsets_are_named(span: Any) -> None:
    gold = {"id": "snn-9", "text": "أبت", "entities": [{"label": "PER", "span": span}]}
    with pytest.raises(InputError, match=r"gold snn-9: entities\[0\]"):
        evaluate([gold], [])


def test_spans_touch_whole_words() -> None:
    text = "قَالَ 3.5 «الدماء».وقال 👍🏽 ABC \u202bنعم\u202c"
    spans = words(text)
    for start, end in itertools.combinations(range(len(text) + 1), 2):
        quote = {"content": [[start, end]]}
        got = read_article({"id": "a", "text": text, "quotes": [quote]}).quotes[0].content
        assert got == {i for i, (a, b) in enumerate(spans) if a < end and start < b}


def test_each_quote_is_paired_once() -> None:
    text = "واحد اثنان ثلاثة أربعة"
    two = {"id": "a", "text": text, "quotes": [{"content": [[0, 10]]}, {"content": [[0, 22]]}]}
    quotes = read_article(two).quotes
    assert pair_quotes(quotes, quotes) == [(1.0, 1, 1), (1.0, 0, 0)]
    assert pair_quotes(quotes, quotes[1:]) == [(1.0, 1, 0)]


def test_figure_has_either_f1_or_accuracy() -> None:
    f1, accuracy = Figure(1, 2, 4), Figure(1, 2)
    assert f1.to_dict() == {"p": 25.0, "r": 50.0, "f1": 33.33, "support": 2}
    assert accuracy.to_dict() == {"accuracy": 50.0, "of": 2}
    for figure, names in ((f1, ("accuracy", "of")), (accuracy, ("p", "r", "f1"))):
        for name in names:
            with pytest.raises(AttributeError):
                getattr(figure, name)


def many(count: int = 12) -> tuple[list[Record], list[Record]]:
    golds = [sample() | {"id": f"a{i}"} for i in range(count)]
    return golds, [perturbed(g, random.Random(i), 0.3) for i, g in enumerate(golds)]


def test_intervals_hold_the_figure_and_can_be_repeated() -> None:
    golds, predictions = many()
    report = evaluate(golds, predictions, intervals=200, seed=3)
    for name, figure in report.figures.items():
        if figure.support or figure.predicted:
            assert figure.interval is not None, name
            low, high = figure.interval
            assert 0 <= low <= figure.value <= high <= 100
    assert report.figures["entities"].interval != (100.0, 100.0)
    assert evaluate(golds[::-1], predictions, intervals=200, seed=3).figures == report.figures
    assert evaluate(golds, predictions, intervals=200, seed=4).figures != report.figures
    plain = evaluate(golds, predictions)
    assert all(f.interval is None for f in plain.figures.values())
    with pytest.raises(InputError, match="intervals"):
        evaluate(golds, predictions, intervals=-1)


def test_no_interval_about_nothing() -> None:
    report = evaluate([sample()], [], intervals=20)
    assert report.figures["MISC"].interval is None
    assert report.figures["PER"].interval == (0.0, 0.0)


def test_report_is_readable_and_json_ready() -> None:
    golds, predictions = many(3)
    report = evaluate(golds, predictions, intervals=50)
    assert json.loads(json.dumps(report.to_dict())) == report.to_dict()
    lines = report.table().splitlines()
    assert len(lines) == len(report.figures) + 2
    assert lines[0].split() == ["p", "r", "f1", "support", "95%", "interval"]
    assert len({line.index("  ", 25) for line in lines[1:3]}) == 1
    plain = evaluate([sample()], [sample()]).table().splitlines()
    assert len({len(line) for line in plain}) == 1
    assert plain[1].split() == ["entities", "100.00", "100.00", "100.00", "7"]
    assert plain[-1].split() == ["modality_accuracy", "100.00", "2"]


def test_span_scores() -> None:
    gold = [["B-PER", "I-PER", "O", "B-LOC"], ["O", "B-ORG", "O"]]
    perfect = span_scores(gold, gold)
    assert all(s.f1 == 100 for s in (*perfect.strict.values(), *perfect.default.values()))
    assert set(perfect.strict) == {"micro", "PER", "LOC", "ORG"}
    stray = span_scores(gold, [["B-PER", "I-PER", "O", "I-LOC"], ["O", "O", "O"]])
    assert (stray.strict["micro"].p, round(stray.strict["micro"].r, 2)) == (100.0, 33.33)
    assert (stray.default["micro"].p, round(stray.default["micro"].r, 2)) == (100.0, 66.67)
    assert stray.strict["LOC"].f1 == 0 and stray.default["LOC"].f1 == 100
    assert json.loads(json.dumps(stray.to_dict()))["strict"]["micro"]["r"] == 33.33


@pytest.mark.parametrize(
    ("gold", "predicted", "support"),
    [([], [], 0), ([["O"]], [["O"]], 0), ([["O"]], [["B-PER"]], 0), ([["B-PER"]], [["O"]], 1)],
)
def test_span_scores_of_nothing(gold: Any, predicted: Any, support: int) -> None:
    report = span_scores(gold, predicted)
    for scores in (report.strict, report.default):
        assert (scores["micro"].f1, scores["micro"].support) == (0.0, support)


@pytest.mark.parametrize(
    ("gold", "predicted", "message"),
    [
        ([["O"]], [], "1 sentences of gold tags but 0"),
        ([["O"], ["O"]], [["O"], ["O", "O"]], "sentence 1: 1 gold tags but 2"),
        ([["PER"]], [["O"]], "sentence 0: 'PER'"),
        ([["O"]], [["B-"]], "'B-'"),
    ],
)
def test_unusable_tags_are_named(gold: Any, predicted: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        span_scores(gold, predicted)


SCORED = st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=40)


@given(SCORED, st.integers(1, 20))
def test_reliability_loses_no_prediction(scored: list[tuple[float, bool]], bins: int) -> None:
    table = reliability(scored, bins)
    assert len(table) == bins
    assert sum(b.count for b in table) == len(scored)
    assert table[0].low == 0 and table[-1].high == 1
    for b in table:
        if b.count:
            assert b.confidence is not None and b.accuracy is not None
            assert b.low - 1e-9 <= b.confidence <= b.high + 1e-9
            assert 0 <= b.accuracy <= 1
    assert 0 <= expected_calibration_error(scored, bins) <= 1


def test_calibration_error() -> None:
    sure = [(1.0, True)] * 3 + [(0.0, False)] * 2
    assert expected_calibration_error(sure) == 0
    assert expected_calibration_error([]) == 0
    mixed = [(0.75, True), (0.75, False), (0.25, False), (0.25, False)]
    assert expected_calibration_error(mixed) == pytest.approx(0.25)
    for bad in (-0.1, 1.1, float("nan")):
        with pytest.raises(InputError, match="not between 0 and 1"):
            reliability([(bad, True)])
    with pytest.raises(InputError, match="at least one"):
        reliability([], 0)


def scored_sample() -> Record:
    prediction = sample()
    for items in (prediction["entities"], prediction["quotes"], prediction["events"]):
        for i, x in enumerate(items):
            x["score"] = 0.9 - i / 10
    prediction["entities"][0]["label"] = "LOC"  # wrong, and the surest of all
    prediction["quotes"][2] |= {"who": "aden"}  # wrong speaker
    prediction["events"][1]["etype"] = "AGREE"  # wrong type
    return prediction


def test_scored_predictions() -> None:
    scored = scored_predictions([sample()], [scored_sample()])
    assert [right for _, right in scored["entities"]] == [False] + [True] * 6
    assert scored["quotes"] == [(0.9, True), (0.8, True), (pytest.approx(0.7), False)]
    assert scored["events"] == [(0.9, True), (0.8, False)]


def test_of_two_alike_the_surer_is_right() -> None:
    prediction = scored_sample()
    prediction["events"] = [prediction["events"][0] | {"score": s} for s in (0.2, 0.6)]
    assert scored_predictions([sample()], [prediction])["events"] == [(0.2, False), (0.6, True)]


def test_threshold_table() -> None:
    rows = threshold_table([sample()], [scored_sample()], [0.0, 0.75, 1.0])
    table = {(r.kind, r.threshold): r for r in rows}
    assert [r.kind for r in rows[::3]] == ["entities", "quotes", "events"]
    everything = evaluate([sample()], [scored_sample()]).figures
    assert table["entities", 0.0].f1 == everything["entities"].f1
    assert table["quotes", 0.0].p == everything["attribution"].p
    assert (table["quotes", 0.75].p, table["quotes", 0.75].predicted) == (100.0, 2)
    assert (table["events", 0.75].predicted, table["events", 0.75].support) == (2, 2)
    assert table["events", 1.0].predicted == 0 and table["events", 1.0].p == 0
    with pytest.raises(InputError, match=r"threshold 1\.5"):
        threshold_table([sample()], [], [1.5])


def test_calibration_needs_scores() -> None:
    with pytest.raises(InputError, match=r"prediction snn-1: entities\[0\] has no score"):
        scored_predictions([sample()], [sample()])
    with pytest.raises(InputError, match=r"quotes\[1\] has score 7"):
        wrong = scored_sample()
        wrong["quotes"][1]["score"] = 7
        threshold_table([sample()], [wrong])
