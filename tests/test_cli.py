from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from conftest import write_lines
from gold_samples import GOLD, summit

from arabnews import Document
from arabnews.cli import build_parser, demo_article, main

ARTICLE = "عنوان الخبر\nقال وزير الخارجية سامح شكري إن مصر ترفض ذلك."


@pytest.fixture
def run(model_folder: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command with the tiny model; returns its status, output and errors."""

    def go(*args: object, model: bool = True) -> tuple[int, str, str]:
        more = ["--model", str(model_folder), "--device", "cpu"] if model else []
        status = main([str(a) for a in args] + more)
        out = capsys.readouterr()
        return status, out.out, out.err

    return go


def documents(output: str) -> list[Document]:
    return [Document.from_dict(json.loads(line)) for line in output.splitlines()]


@pytest.fixture
def text_file(tmp_path: Path) -> Path:
    path = tmp_path / "خبر.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    return path


@pytest.fixture
def lines_file(tmp_path: Path) -> Path:
    records = [
        {"id": "a", "text": ARTICLE, "published": "2018-02-13"}, {"id": "b", "text": "قال"},
        {"text": "بلا هوية"},
    ]  # fmt: skip
    return write_lines(tmp_path / "news.jsonl", records)


BROKEN = [
    '{"id": "good", "text": "قال الوزير"}', '{"id": "broken", "text": ', "[1, 2]",
    '{"id": "missing"}', '{"id": "number", "text": 5}', '{"id": "good", "text": "ثان"}',
    '{"id": "when", "text": "قال", "published": "13/2/2018"}',
    r'{"id": "surrogate", "text": "قال \ud800 الوزير"}', '{"id": "last", "text": "وأضاف"}',
]  # fmt: skip


@pytest.fixture
def broken_file(tmp_path: Path) -> Path:
    path = tmp_path / "broken.jsonl"
    path.write_text("\n".join([BROKEN[0], "", *BROKEN[1:]]) + "\n", encoding="utf-8")
    return path


def test_a_text_file(run: Any, text_file: Path) -> None:
    status, out, err = run("analyze", text_file)
    assert (status, err) == (0, "")
    assert "عنوان الخبر" in out and "Entities" in out


def test_json_lines_in_and_out(run: Any, lines_file: Path) -> None:
    status, out, _ = run("analyze", lines_file, "--format", "jsonl")
    first, second, third = documents(out)
    assert status == 0
    assert (first.id, second.id, third.id) == ("a", "b", "news:3")
    assert first.text == ARTICLE
    assert (first.published, second.published) == ("2018-02-13", None)


def test_a_folder(run: Any, text_file: Path, lines_file: Path) -> None:
    _, out, _ = run("analyze", text_file.parent, "--format", "jsonl")
    assert [d.id for d in documents(out)] == ["a", "b", "news:3", "خبر"]


@pytest.mark.parametrize(
    ("data", "ids"),
    [(ARTICLE, ["stdin"]), ('{"text": "قال"}\n{"id": "x", "text": "نعم"}\n', ["stdin:1", "x"])],
)
def test_standard_input(
    run: Any, monkeypatch: pytest.MonkeyPatch, data: str, ids: list[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data.encode())))
    _, out, _ = run("analyze", "-", "--format", "jsonl")
    assert [d.id for d in documents(out)] == ids


@pytest.mark.parametrize("kind", ["text", "json", "jsonl", "html"])
def test_every_format_goes_to_stdout(run: Any, lines_file: Path, kind: str) -> None:
    status, out, err = run("analyze", lines_file, "--format", kind)
    assert (status, err) == (0, "")
    if kind == "json":
        assert [d["id"] for d in json.loads(out)] == ["a", "b", "news:3"]
    if kind == "html":
        assert out.lstrip().lower().startswith("<!doctype html") and 'dir="rtl"' in out
    assert "شكري" in out


@pytest.mark.parametrize("name", ["out.txt", "out.json", "out.jsonl", "out.html", "out.csv",
                                  "out.parquet"])  # fmt: skip
def test_the_ending_of_the_output_chooses_the_format(
    run: Any, lines_file: Path, tmp_path: Path, name: str
) -> None:
    target = tmp_path / name
    assert run("analyze", lines_file, "-o", target)[0] == 0
    data = target.read_bytes()
    head = {"out.json": b"[", "out.jsonl": b"{", "out.parquet": b"PAR1"}.get(name, b"")
    assert data.startswith(head) and len(data) > 20


def test_an_empty_input_is_valid_json(run: Any, tmp_path: Path) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.write_text("\n\n")
    status, out, _ = run("analyze", empty, "--format", "json")
    assert (status, json.loads(out)) == (0, [])


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_table_needs_a_file(run: Any, lines_file: Path, tmp_path: Path, kind: str) -> None:
    status, _, err = run("analyze", lines_file, "--format", kind)
    assert status == 2 and f"--output FILE.{kind}" in err
    status, _, err = run("analyze", lines_file, "--format", kind, "-o", tmp_path / "out.txt")
    assert status == 2 and f".{kind}" in err


def test_bad_records_are_named_and_the_others_go_on(run: Any, broken_file: Path) -> None:
    status, out, err = run("analyze", broken_file, "--format", "jsonl")
    assert status == 1
    assert [d.id for d in documents(out)] == ["good", "when", "surrogate", "last"]
    assert documents(out)[2].text == "قال \ud800 الوزير"
    for line, name in ((3, ""), (4, ""), (5, "missing"), (6, "number"), (7, "good")):
        assert any(f"broken.jsonl:{line}" in e and name in e for e in err.splitlines())
    assert any("warning" in e and "broken.jsonl:8" in e for e in err.splitlines())
    assert "5 records could not be analysed" in err


def test_a_surrogate_is_no_harm_to_any_format(run: Any, broken_file: Path, tmp_path: Path) -> None:
    for name in ("x.txt", "x.json", "x.jsonl", "x.html", "x.csv", "x.parquet"):
        assert run("analyze", broken_file, "-o", tmp_path / name)[0] == 1


def test_an_interrupted_run_is_resumed(run: Any, lines_file: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    run("analyze", lines_file, "-o", target)
    whole = target.read_bytes()
    first, second, third = whole.splitlines(keepends=True)
    target.write_bytes(first + second[: len(second) // 2])  # killed in the middle of a line
    assert run("analyze", lines_file, "-o", target)[0] == 0
    assert target.read_bytes() == whole
    assert run("analyze", lines_file, "-o", target)[0] == 0  # nothing left to do
    assert target.read_bytes() == whole
    target.write_bytes(first[:-20])
    run("analyze", lines_file, "-o", target)
    assert target.read_bytes() == whole
    assert third.endswith(b"\n")


def test_results_are_not_added_to_another_file(run: Any, lines_file: Path, tmp_path: Path) -> None:
    target = tmp_path / "precious.jsonl"
    target.write_text("my notes\n")
    status, _, err = run("analyze", lines_file, "-o", target)
    assert status == 2 and "precious.jsonl:1" in err
    assert target.read_text() == "my notes\n"


@pytest.mark.parametrize("ending", ["\n", ""])
def test_neither_gold_nor_the_input_is_written_to(
    run: Any, lines_file: Path, gold_file: Path, ending: str
) -> None:
    for target, message in ((gold_file, "no earlier result"), (lines_file, "read and written")):
        before = target.read_text(encoding="utf-8").rstrip("\n") + ending
        target.write_text(before, encoding="utf-8")
        status, _, err = run("analyze", lines_file, "-o", target)
        assert status == 2 and message in err
        assert target.read_text(encoding="utf-8") == before


def test_a_folder_may_hold_the_output_and_files_of_one_name(run: Any, tmp_path: Path) -> None:
    for year in ("2018", "2019"):
        (tmp_path / year).mkdir()
        (tmp_path / year / "1.txt").write_text(ARTICLE, encoding="utf-8")
    target = tmp_path / "results.jsonl"
    for _ in "12":  # the second time nothing is left to do
        assert run("analyze", tmp_path, "-o", target)[0] == 0
        found = [d.id for d in documents(target.read_text(encoding="utf-8"))]
        assert found == ["1", str(Path("2019", "1"))]


def test_an_earlier_page_outlives_a_wrong_option(run: Any, text_file: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("earlier")
    assert run("analyze", text_file, "-o", page, "--batch-size", "0")[0] == 2
    assert page.read_text() == "earlier"


def test_a_table_without_events_has_its_columns(run: Any, tmp_path: Path) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.write_text("")
    assert run("analyze", empty, "-o", tmp_path / "events.csv")[0] == 0
    assert "trigger" in (tmp_path / "events.csv").read_text(encoding="utf-8-sig").splitlines()[0]


def test_a_date_that_cannot_be_read_is_not_replaced(run: Any, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "x.jsonl", [{"text": ARTICLE, "published": "soon"}])
    _, out, err = run("analyze", path, "--format", "jsonl", "--published", "2020-01-02")
    assert documents(out)[0].published is None and "stay unresolved" in err


def test_published_is_for_those_without(run: Any, lines_file: Path) -> None:
    _, out, _ = run("analyze", lines_file, "--format", "jsonl", "--published", "2020-01-02")
    assert [d.published for d in documents(out)] == ["2018-02-13", "2020-01-02", "2020-01-02"]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["nowhere.txt"], "nowhere.txt"),
        (["{tmp}/photo.png"], ".txt or .jsonl"),
        (["{tmp}/empty"], "empty"),
        (["{tmp}/خبر.txt", "--published", "أمس"], "ISO date"),
        (["{tmp}/خبر.txt", "--batch-size", "0"], "batch_size"),
        (["{tmp}/خبر.txt", "--model", "{tmp}/empty"], "arabnews.json"),
        (["{tmp}/خبر.txt", "--model", "me/unknown"], "hub cache"),
        (["{tmp}/خبر.txt", "--device", "tpu9"], "tpu9"),
        (["{tmp}/خبر.txt", "-o", "{tmp}/no/such/folder/out.jsonl"], "no/such/folder"),
        (["{tmp}/خبر.txt", "-o", "{tmp}/empty"], "empty"),
    ],
)
def test_what_cannot_start_is_said_in_one_line(
    text_file: Path, tmp_path: Path, model_folder: Path, capsys: Any, args: list[str], message: str
) -> None:
    (tmp_path / "photo.png").write_bytes(b"")
    (tmp_path / "empty").mkdir()
    given = [a.format(tmp=tmp_path) for a in args]
    for option, value in (("--model", str(model_folder)), ("--device", "cpu")):
        if option not in given:
            given += [option, value]
    assert main(["analyze", *given]) == 2
    err = capsys.readouterr().err
    assert err.startswith("arabnews: error: ") and err.count("\n") == 1
    assert message in err


def test_a_warning_is_no_failure(run: Any, tmp_path: Path, nlp: Any) -> None:
    (doc,) = nlp.pipe([{"text": "قال", "published": "soon"}])
    assert "soon" in doc.meta["warnings"][0]


@pytest.mark.parametrize("command", [[], ["analyze"], ["demo"], ["train"], ["evaluate"],
                                     ["annotate"]])  # fmt: skip
def test_help(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main([*command, "--help"])
    assert stop.value.code == 0
    assert capsys.readouterr().out.startswith("usage: arabnews")


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    import arabnews

    with pytest.raises(SystemExit):
        main(["--version"])
    assert arabnews.__version__ in capsys.readouterr().out


def test_the_parser_is_built_without_torch() -> None:
    code = (
        "import sys\nfrom arabnews.cli import build_parser\nbuild_parser()\n"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
    assert build_parser().prog == "arabnews"


def test_the_module_runs_in_a_bare_locale(model_folder: Path, broken_file: Path) -> None:
    command = [sys.executable, "-m", "arabnews", "analyze", str(broken_file), "--format", "jsonl",
               "--model", str(model_folder), "--device", "cpu"]  # fmt: skip
    env = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, env=env, capture_output=True)
    assert done.returncode == 1
    assert len(documents(done.stdout.decode("utf-8"))) == 4
    assert "broken.jsonl:3" in done.stderr.decode("utf-8")


def test_a_reader_that_leaves_is_no_error(model_folder: Path, tmp_path: Path) -> None:
    many = write_lines(tmp_path / "many.jsonl", [{"text": ARTICLE * 10} for _ in range(24)])
    command = [sys.executable, "-m", "arabnews", "analyze", str(many), "--format", "jsonl",
               "--model", str(model_folder), "--device", "cpu", "--batch-size", "1"]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout and process.stderr
        process.stdout.readline()
        process.stdout.close()
        err = process.stderr.read().decode()
        assert "Traceback" not in err
        assert process.wait() == 141


def test_demo(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    record = {k: summit()[k] for k in ("text", "published", "id")}
    monkeypatch.setattr("arabnews.cli.demo_article", lambda: record)
    status, out, _ = run("demo")
    assert status == 0 and "القمة ستعقد في الرياض" in out
    assert demo_article is not None


# Training


RECIPE = """
base = {base!r}
train = [{gold!r}, {{ path = {conll!r}, layer = "anercorp", rename = {{ PERS = "PER" }} }}]
paragraph_token = "[P]"
epochs = 1
batch_size = 2
window = 256
word_size = 24
link_size = 8
bf16 = false
device = "cpu"
licence = "CC BY 4.0"
"""


@pytest.fixture
def recipe(encoder_folder: Path, gold_file: Path, conll_file: Path, tmp_path: Path) -> Path:
    path = tmp_path / "recipe.toml"
    path.write_text(
        RECIPE.format(base=str(encoder_folder), gold=str(gold_file), conll=str(conll_file)),
        encoding="utf-8",
    )
    return path


def test_train_then_evaluate(
    run: Any, recipe: Path, gold_file: Path, conll_file: Path, tmp_path: Path
) -> None:
    model = tmp_path / "model"
    status, out, _ = run("train", "--recipe", recipe, "-o", model, model=False)
    assert status == 0 and str(model) in out
    options = ["--model", model, "--device", "cpu"]
    status, out, _ = run("evaluate", gold_file, "--json", *options, model=False)
    assert status == 0 and "entities" in out.splitlines()[-1]
    status, out, _ = run("evaluate", gold_file, *options, model=False)
    assert status == 0 and "entities" in out
    status, out, _ = run(
        "evaluate", conll_file, "--layer", "anercorp", "--json", *options, model=False
    )
    assert status == 0 and {"strict", "default"} == set(json.loads(out.splitlines()[-1]))
    for option in (["--predicted", gold_file], ["--record", "x"], ["--intervals", "9"]):
        status, _, err = run("evaluate", conll_file, *option, *options, model=False)
        assert status == 2 and option[0] in err and "CoNLL" in err
    status, _, err = run("evaluate", conll_file, "--layer", "nothing", *options, model=False)
    assert status == 2 and "anercorp" in err


def test_evaluate_earlier_predictions(run: Any, gold_file: Path, tmp_path: Path) -> None:
    target, report = tmp_path / "out.jsonl", tmp_path / "errors.html"
    run("analyze", gold_file, "-o", target)
    status, out, err = run(
        "evaluate", gold_file, "--predicted", target, "--json", "--errors", report, model=False
    )
    assert status == 0 and "entities" in json.loads(out)["figures"]
    assert str(report) in err and report.read_text(encoding="utf-8").startswith("<!")
    perfect = write_lines(tmp_path / "perfect.jsonl", GOLD)
    _, out, _ = run("evaluate", gold_file, "--predicted", perfect, "--json", model=False)
    assert "100.0" in out


def test_evaluate_with_calibration(run: Any, gold_file: Path, tmp_path: Path) -> None:
    target, diagram = tmp_path / "out.jsonl", tmp_path / "reliability.svg"
    run("analyze", gold_file, "-o", target)
    args = ["--predicted", target, "--calibration", diagram]
    status, out, err = run("evaluate", gold_file, *args, model=False)
    assert status == 0 and str(diagram) in err
    assert "| kind | score |" in out and "| entities | 0.5 |" in out
    assert ElementTree.parse(diagram).getroot().tag.endswith("svg")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["train", "-o", "x"], "nothing to train on"),
        (["train", "x.jsonl", "-o", "x", "--recipe", "nothing"], "arabert"),
        (["train", "nowhere.jsonl", "-o", "x", "--recipe", "compact"], "nowhere.jsonl"),
        (["train", "photo.png", "-o", "x", "--recipe", "compact"], ".conll"),
        (["evaluate", "nowhere.jsonl"], "nowhere.jsonl"),
        (["evaluate", "nowhere.conll"], "nowhere.conll"),
        (["evaluate", "{gold}", "--predicted", "nowhere.jsonl"], "nowhere.jsonl"),
    ],
)
def test_what_cannot_be_trained_is_said(
    args: list[str], message: str, gold_file: Path, tmp_path: Path, capsys: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert main([a.format(gold=gold_file) for a in args]) == 2
    err = capsys.readouterr().err
    assert "arabnews: error:" in err and message in err
