"""What the documents say is run as far as it can be: commands, Python, recipes, examples."""

from __future__ import annotations

import ast
import doctest
import importlib
import json
import pkgutil
import re
import shlex
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

import arabnews
from arabnews.cli import build_parser
from arabnews.formats.gold import parse_gold
from arabnews.model.folder import WEIGHTS, load_folder

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
#: Modules whose doctests analyse an article with the bundled model.
WITH_MODEL = {"arabnews", "arabnews.batch", "arabnews.pipeline"}
_BLOCK = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def blocks(*languages: str) -> list[tuple[str, str]]:
    """Return (document:line, content) of the code blocks in these languages."""
    out = []
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        for match in _BLOCK.finditer(text):
            if match[1] in languages:
                line = text.count("\n", 0, match.start()) + 2
                out.append((f"{path.name}:{line}", match[2]))
    return out


def arabnews_commands(shell: str) -> list[list[str]]:
    """Return the arguments of every ``arabnews`` command in shell lines."""
    out = []
    for line in shell.replace("\\\n", " ").splitlines():
        lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        words: list[str] = []
        for word in [*lexer, ";"]:
            if set(word) <= set("|&;<>()"):
                if words[:1] == ["arabnews"]:
                    out.append(words[1:])
                words = []
            else:
                words.append(word)
    return out


def test_commands_are_found_in_shell_lines() -> None:
    shell = "pip x && arabnews demo  # arabnews x\narabnews a \\\n  'b c' | head\necho arabnews"
    assert arabnews_commands(shell) == [["demo"], ["a", "b c"]]


COMMANDS = [
    pytest.param(args, id=f"{where}-{i}")
    for where, shell in blocks("bash", "sh", "console")
    for i, args in enumerate(arabnews_commands(shell))
]


@pytest.mark.parametrize("args", COMMANDS)
def test_every_command_can_be_parsed(args: list[str]) -> None:
    try:
        build_parser().parse_args(args)
    except SystemExit as stop:  # --help and --version stop as well
        assert not stop.code, f"arabnews {shlex.join(args)}"


def test_there_are_commands_to_check() -> None:
    assert {"annotate", "train", "evaluate", "analyze"} <= {p.values[0][0] for p in COMMANDS}


@pytest.mark.parametrize(
    ("where", "code"), [pytest.param(*b, id=b[0]) for b in blocks("python", "py", "pycon")]
)
def test_every_python_block_compiles(where: str, code: str) -> None:
    if code.lstrip().startswith(">>>"):
        code = "".join(e.source for e in doctest.DocTestParser().get_examples(code))
    compile(code, where, "exec")


@pytest.mark.parametrize(
    ("where", "code"), [pytest.param(*b, id=b[0]) for b in blocks("python", "py")]
)
def test_what_is_imported_from_arabnews_is_there(where: str, code: str) -> None:
    if code.lstrip().startswith(">>>"):
        return
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("arabnews"):
            module = importlib.import_module(node.module or "")
            for name in node.names:
                assert hasattr(module, name.name), f"{where}: {node.module}.{name.name}"


@pytest.mark.parametrize(
    ("where", "toml"), [pytest.param(*b, id=b[0]) for b in blocks("toml")]
)
def test_every_recipe_has_known_settings_alone(where: str, toml: str) -> None:
    from arabnews.training.data import Source
    from arabnews.training.finetune import TrainRecipe

    values = tomllib.loads(toml)
    assert set(values) <= {f.name for f in fields(TrainRecipe)}, where
    for item in values.get("train", ()):
        if isinstance(item, dict):
            assert set(item) <= {f.name for f in fields(Source)}, where


@pytest.mark.parametrize(("where", "text"), [pytest.param(*b, id=b[0]) for b in blocks("json")])
def test_every_gold_example_keeps_the_rules(where: str, text: str) -> None:
    data = json.loads(text)
    article = parse_gold(data, where)
    for quote in article.quotes:
        assert quote.who in article.clusters
    for entity in article.entities:
        if entity.cluster:
            assert article.clusters[entity.cluster].label in (entity.label, "PER")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.name)
def test_links_lead_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for target in _LINK.findall(re.sub(_BLOCK, "", text).replace("\n", " ")):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        there = path.parent / name if name else path
        if "models" in there.parts and not there.exists():
            continue  # the bundled model is added by a release
        assert there.exists(), target
        if anchor and there.suffix == ".md":
            heads = re.findall(r"^#+ (.+)$", there.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in heads}
            assert anchor in slugs, target


def modules() -> list[str]:
    found = ["arabnews"]
    for package in ("arabnews", "arabnews.training"):
        path = importlib.import_module(package).__path__
        found += [m.name for m in pkgutil.walk_packages(path, f"{package}.")]
    return sorted(
        {m for m in found if not m.endswith(".__main__") and m.split(".")[1:2] != ["models"]}
    )


def needs_model(name: str) -> pytest.MarkDecorator | tuple[()]:
    there = (Path(load_folder(None)) / WEIGHTS).exists()
    reason = "the bundled model is not here"
    return pytest.mark.skipif(not there, reason=reason) if name in WITH_MODEL else ()


@pytest.mark.parametrize("name", [pytest.param(m, marks=needs_model(m)) for m in modules()])
def test_doctests(name: str) -> None:
    module = importlib.import_module(name)
    failed, _ = doctest.testmod(module)
    assert not failed


def test_modules_with_doctests_are_found() -> None:
    assert {"arabnews.document", "arabnews.formats.gold", "arabnews.training.calibrate"} <= set(
        modules()
    )
    assert arabnews.__name__ in modules()
