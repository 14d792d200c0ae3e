"""The tutorial, step by step, with a tiny model in place of the bundled one.

The commands and recipes are those of ``docs/tutorial.md`` itself.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from conftest import write_lines
from test_docs import ROOT, arabnews_commands

import arabnews
from arabnews.cli import main
from arabnews.formats import read_gold
from arabnews.formats.label_studio import labelling_config
from arabnews.formats.offsets import OffsetMap

LAWS = ("قانون الاستثمار", "قانون العمل", "قانون الصحافة", "قانون الانتخاب", "قانون الإيجار")
PEOPLE = ("ماهر الحاج", "منى الحداد", "وليد سمعان", "هالة قاسم")
PLACES = ("بيروت", "الخرطوم", "مسقط", "تونس")
OLD = ("DATE", "LOC", "MISC", "ORG", "PER", "ROLE")


def article(i: int) -> dict[str, Any]:
    """An article on a law, in one of a few wordings; the law is met twice."""
    law, person, place = LAWS[i % 5], PEOPLE[i % 4], PLACES[(i // 4) % 4]
    mark = "📰 " if i % 3 == 0 else ""  # an emoji moves the offsets of a browser by one
    text = (
        f"{mark}البرلمان يقر {law}\n"
        f"قال الوزير {person} إن {law} نافذ منذ أمس في {place}.\n"
        f"وأضاف: «النص {'عادل' if i % 2 else 'واضح'}»."
    )
    return {"id": f"law-{i:02}", "published": f"2024-05-{i + 1:02}", "text": text}


def labelled(text: str) -> list[tuple[int, int, str]]:
    """What a person would mark."""
    wanted = [(law, "LAW") for law in LAWS] + [(p, "PER") for p in PEOPLE]
    wanted += [(p, "LOC") for p in PLACES] + [("أمس", "DATE"), ("البرلمان", "ORG")]
    wanted += [("الوزير", "ROLE")]
    return sorted(
        (m.start(), m.end(), label)
        for surface, label in wanted
        for m in re.finditer(rf"(?<!\w){surface}(?!\w)", text)
    )


def correct(tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Do what an annotator does in Label Studio, and return what it exports."""
    out = []
    for number, task in enumerate(tasks, 1):
        text = task["data"]["text"]
        there = OffsetMap(text)
        result: list[dict[str, Any]] = []

        def region(
            start: int, end: int, label: str, *, text: str = text, there: OffsetMap = there,
            result: list[dict[str, Any]] = result,
        ) -> str:  # fmt: skip
            id = f"r{len(result)}"
            value = {"start": there.out(start), "end": there.out(end), "text": text[start:end]}
            result.append(
                {"id": id, "from_name": "label", "to_name": "text", "type": "labels",
                 "value": {**value, "labels": [label]}}
            )  # fmt: skip
            return id

        def link(label: str, a: str, b: str, *, result: list[dict[str, Any]] = result) -> None:
            result.append({"type": "relation", "from_id": a, "to_id": b, "labels": [label]})

        ids = {(s, x): region(s, e, x) for s, e, x in labelled(text)}
        laws = [id for (_, x), id in ids.items() if x == "LAW"]
        link("same", laws[1], laws[0])
        (speaker,) = (id for (_, x), id in ids.items() if x == "PER")
        said = re.search(r"إن .+(?=\.)", text)
        went_on = re.search(r"(?<=«).+(?=»)", text)
        assert said and went_on
        for content, cue, kind in ((said, "قال", "indirect"), (went_on, "وأضاف", "direct")):
            quote = region(*content.span(), f"Quote-{kind}")
            link("cue", quote, region(text.index(cue), text.index(cue) + len(cue), "Cue"))
            link("speaker" if kind == "indirect" else "who", quote, speaker)
        event = region(text.index("يقر"), text.index("يقر") + 3, "Event-AGREE")
        link("actor", event, next(id for (_, x), id in ids.items() if x == "ORG"))
        task = {"id": number, "data": task["data"]}
        out.append({**task, "annotations": [{"result": result, "was_cancelled": False}]})
    return out


def section(title: str) -> str:
    """Return a section of the tutorial."""
    text = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    return re.split(r"^## ", text.partition(f"\n## {title}\n")[2], flags=re.MULTILINE)[0]


def fenced(language: str, text: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def run(title: str) -> None:
    """Run the ``arabnews`` commands of a section."""
    commands = [c for shell in fenced("bash", section(title)) for c in arabnews_commands(shell)]
    assert commands, title
    for args in commands:
        assert main(args) == 0, args


@pytest.fixture(scope="module")
def desk(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The user's folder after steps 1 to 5; the bundled model is a tiny one all along."""
    from arabnews.model import folder

    given = folder.load_folder
    path = tmp_path_factory.mktemp("desk")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            folder, "load_folder",
            lambda name, **more: model_folder if name is None else given(name, **more),
        )  # fmt: skip
        patch.chdir(path)
        write_lines(path / "news.jsonl", [article(i) for i in range(20)])
        run("2. Pre-annotate")
        tasks = json.loads((path / "to-correct.json").read_text(encoding="utf-8"))
        assert len(tasks) == 20
        write_lines(path / "corrected.json", [correct(tasks)])
        run("4. Bring the corrections back")
        lines = (path / "my.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
        (path / "train.jsonl").write_text("".join(lines[:16]), encoding="utf-8")
        (path / "test.jsonl").write_text("".join(lines[-4:]), encoding="utf-8")
        run("5. Train")
        yield path


def test_the_interface_has_the_new_label() -> None:
    (code,) = fenced("python", section("3. Correct"))
    labels = re.search(r"labelling_config\((\[.*\])\)", code)
    assert labels and '<Label value="LAW"/>' in labelling_config(json.loads(labels[1]))


def test_the_corrections_come_back(desk: Path) -> None:
    articles = read_gold(desk / "my.jsonl")
    assert [a.id for a in articles] == [f"law-{i:02}" for i in range(20)]
    for i, a in enumerate(articles):
        assert a.text == article(i)["text"] and a.published == article(i)["published"]
        assert [(*e.span, e.label) for e in a.entities] == labelled(a.text)
        laws = [e for e in a.entities if e.label == "LAW"]
        assert len(laws) == 2 and laws[0].cluster == laws[1].cluster is not None
        first, second = a.quotes
        assert first.who == second.who and second.speaker is None
        assert a.events[0].etype == "AGREE"


def test_the_model_knows_the_new_label_and_the_old_ones(desk: Path) -> None:
    nlp = arabnews.load(desk / "my-model", device="cpu")
    assert set(nlp.config.layers["entity"]) == {*OLD, "LAW"}
    assert nlp.config.layers["cue"] == ("colon", "cue")
    assert len(nlp.config.layers["trigger"]) == 16
    doc = nlp(article(3)["text"], published="2024-05-06")
    assert {e.label for e in doc.entities} <= {*OLD, "LAW"}
    card = (desk / "my-model" / "README.md").read_text(encoding="utf-8")
    assert "LAW" in card and "16 articles" in card


def test_it_is_evaluated_and_used(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("6. Evaluate")
    assert "LAW" in capsys.readouterr().out
    assert "<html" in (desk / "errors.html").read_text(encoding="utf-8")
    run("7. Use the model")
    assert len((desk / "results.jsonl").read_text(encoding="utf-8").splitlines()) == 20


def test_recipes_and_layers_of_ones_own(desk: Path, model_folder: Path) -> None:
    arabnews.load(model_folder, device="cpu").save_pretrained("start")
    (toml,) = fenced("toml", section("Recipes"))
    (desk / "law.toml").write_text(toml, encoding="utf-8")
    run("Recipes")
    nlp = arabnews.load(desk / "law-model", device="cpu")
    assert "LAW" in nlp.config.layers["entity"]
    assert "bundled model" in (desk / "law-model" / "README.md").read_text(encoding="utf-8")

    (toml,) = fenced("toml", section("CoNLL and layers of its own"))
    (desk / "places.toml").write_text(toml, encoding="utf-8")
    conll = "".join(f"{place} B-CITY\nجميلة O\n\n" for place in PLACES)
    (desk / "places.conll").write_text(conll, encoding="utf-8")
    run("CoNLL and layers of its own")
    nlp = arabnews.load(desk / "places-model", device="cpu")
    assert nlp.config.layers["places"] == ("CITY",)
    assert "CITY" not in nlp.config.layers["entity"]
    nlp.spans(article(0)["text"], "places")


def test_entities_alone_leave_the_rest_alone(desk: Path, model_folder: Path) -> None:
    import torch

    from arabnews.model.folder import load_network

    arabnews.load(model_folder, device="cpu").save_pretrained("start")
    (toml,) = fenced("toml", section("Entities alone"))
    (desk / "alone.toml").write_text(toml, encoding="utf-8")
    args = ["train", "--recipe", "alone.toml", "--output", "alone-model", "--epochs", "1"]
    assert main(args) == 0
    old, new = (load_network(p)[0] for p in (model_folder, desk / "alone-model"))
    assert "LAW" in new.settings.layers["entity"]
    for layer in ("cue", "trigger"):
        assert torch.equal(old.tags[layer].bias, new.tags[layer].bias)


def test_a_run_is_resumed_and_calibrated(desk: Path) -> None:
    run("Stopping and resuming")
    steps = sorted(p.name for p in (desk / "my-model" / "checkpoints").glob("checkpoint-*"))
    assert steps == ["checkpoint-26", "checkpoint-28"]  # two steps an epoch, fourteen epochs
    run("Held-out articles and calibration")
    config = arabnews.load(desk / "held-out-model", device="cpu").config
    assert "held_out" in config.scores and "entity" in config.bias


def test_the_run_can_be_watched(desk: Path) -> None:
    pytest.importorskip("tensorboard")
    args = ["train", "train.jsonl", "--output", "watched", "--epochs", "1", "--tensorboard"]
    assert main(args) == 0
    assert list((desk / "watched" / "checkpoints").rglob("events.out.*"))
