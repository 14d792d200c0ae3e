"""The commands that training adds to ``arabnews``: train, evaluate, annotate."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from arabnews.cli import add_model_options
from arabnews.errors import InputError

__all__ = ["add_annotate", "add_evaluate", "add_train"]


def add_train(commands: Any) -> None:
    """Add ``arabnews train``."""
    parser = commands.add_parser(
        "train", help="fine-tune an encoder or an arabnews model on gold .jsonl or CoNLL",
        description="Fine-tune. Settings come from a TOML recipe (a path, or the name of a bundled "
        "one: arabert, compact, anercorp), and options here replace them. Without a recipe the "
        "bundled model is the base. Labels are learnt from the training files.",
    )  # fmt: skip
    parser.add_argument("train", nargs="*", metavar="FILE", help="gold .jsonl or CoNLL files")
    parser.add_argument("--output", "-o", type=Path, required=True, help="model folder to write")
    parser.add_argument("--recipe", help="TOML file, or the name of a bundled recipe")
    parser.add_argument("--base", help="encoder or arabnews model to start from")
    parser.add_argument("--dev", help="gold .jsonl to evaluate on after each epoch")
    parser.add_argument("--held-out", type=float, help="share of the articles to evaluate on")
    parser.add_argument("--epochs", type=float)
    parser.add_argument("--batch-size", type=int)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--device")
    parser.add_argument("--tensorboard", action="store_true", default=None)
    parser.add_argument("--resume", action="store_true", help="go on from the newest checkpoint")
    parser.set_defaults(run=_train)


def _train(args: argparse.Namespace) -> int:
    from .finetune import TrainRecipe, finetune

    changes = {
        "base": args.base, "train": args.train or None, "dev": args.dev,
        "held_out": args.held_out, "epochs": args.epochs, "batch_size": args.batch_size,
        "seed": args.seed, "device": args.device, "tensorboard": args.tensorboard,
    }  # fmt: skip
    if args.recipe:
        recipe = TrainRecipe.read(find_recipe(args.recipe), **changes)
    else:
        from arabnews.model.folder import load_folder

        changes["base"] = args.base or str(load_folder(None))
        recipe = TrainRecipe(**{k: v for k, v in changes.items() if v is not None})
    finetune(recipe, args.output, resume=args.resume)
    print(f"the model is in {args.output}")
    return 0


def find_recipe(name: str) -> Path:
    """Return a recipe's path: as given, or among the bundled ones."""
    from importlib.resources import files

    path = Path(name)
    if path.is_file():
        return path
    bundled = Path(str(files("arabnews.training.recipes")))
    if (found := bundled / f"{name}.toml").exists():
        return found
    known = sorted(p.stem for p in bundled.glob("*.toml") if not p.stem.startswith("pretrain-"))
    raise InputError(f"no recipe {name!r}: give a path or one of {known}")


def add_evaluate(commands: Any) -> None:
    """Add ``arabnews evaluate``."""
    parser = commands.add_parser(
        "evaluate", help="score a model, or predictions, on gold .jsonl or CoNLL",
        description="Score on gold articles (all figures) or CoNLL sentences (seqeval). Gives the "
        "model's figures, or with --predicted those of an earlier `arabnews analyze` output.",
    )  # fmt: skip
    parser.add_argument("gold", type=Path, metavar="GOLD", help="gold .jsonl, or .conll")
    parser.add_argument("--predicted", type=Path, help="JSON Lines of predictions, matched by id")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--intervals", type=int, default=0, help="draws for 95%% intervals")
    parser.add_argument("--errors", type=Path, metavar="HTML", help="write an error report")
    parser.add_argument(
        "--calibration", type=Path, metavar="SVG",
        help="also score the scores: print tables, write a reliability diagram",
    )  # fmt: skip
    parser.add_argument(
        "--record", metavar="NAME",
        help="also store the figures under NAME in the model's folder and card",
    )  # fmt: skip
    parser.add_argument("--layer", default="entity", help="tag layer to score on CoNLL (entity)")
    add_model_options(parser)
    parser.set_defaults(run=_evaluate)


def _evaluate(args: argparse.Namespace) -> int:
    if args.record and args.predicted:
        raise InputError("--record stores the figures of a model: leave out --predicted")
    if args.gold.suffix != ".jsonl":
        given = [
            f"--{name}" for name in ("predicted", "intervals", "errors", "calibration", "record")
            if getattr(args, name)
        ]  # fmt: skip
        if given:
            raise InputError(f"{args.gold} is CoNLL: {', '.join(given)} need gold .jsonl")
        return _evaluate_conll(args)
    from arabnews.formats.gold import read_gold
    from arabnews.metrics import evaluate

    gold = [a.to_dict() for a in read_gold(args.gold)]
    if args.predicted:
        with args.predicted.open(encoding="utf-8") as lines:
            predicted = [json.loads(line) for line in lines if line.strip()]
    else:
        from arabnews.pipeline import load

        nlp = load(args.model, device=args.device, dtype=args.dtype)
        predicted = [d.to_dict() for d in nlp.pipe(gold, batch_size=args.batch_size)]
    report = evaluate(gold, predicted, intervals=args.intervals)
    print(json.dumps(report.to_dict()) if args.json else report.table())
    if args.record:
        record_scores(nlp, args.record, {k: f.value for k, f in report.figures.items()})
    if args.calibration:
        _calibration(gold, predicted, args.calibration)
    if args.errors:
        from .error_cases import error_groups
        from .errors_report import error_report

        title = f"{args.gold.name}: errors"
        groups = error_groups(gold, predicted)
        page = error_report(report, groups, title=title)
        args.errors.write_text(page, encoding="utf-8")
        for kind, cases in groups.items():
            print(f"{len(cases):5} {kind}", file=sys.stderr if args.json else sys.stdout)
        print(f"error report: {args.errors}", file=sys.stderr)
    return 0


def record_scores(nlp: Any, name: str, figures: dict[str, float]) -> None:
    """Store figures in a model's folder, and write its card anew."""
    from .card import model_card

    scores = {**nlp.config.scores, name: {k: round(v, 2) for k, v in figures.items()}}
    config = nlp.config.replace(scores=scores)
    config.save(nlp.folder)
    recipe = config.training.get("recipe", {})
    card = model_card(config, licence=recipe.get("licence", ""), notes=recipe.get("notes", ""))
    (nlp.folder / "README.md").write_text(card, encoding="utf-8")


def _calibration(gold: list[Any], predicted: list[Any], diagram: Path) -> None:
    from arabnews.metrics import scored_predictions, threshold_table

    from .reliability import reliability_diagram, reliability_table, threshold_rows

    scored = scored_predictions(gold, predicted)
    print(f"\n{reliability_table(scored)}\n\n{threshold_rows(threshold_table(gold, predicted))}")
    diagram.write_text(reliability_diagram(scored), encoding="utf-8")
    print(f"reliability diagram: {diagram}", file=sys.stderr)


def _evaluate_conll(args: argparse.Namespace) -> int:
    from arabnews.formats.conll import read_conll
    from arabnews.metrics import span_scores
    from arabnews.pipeline import load

    from .conll import predict_tags

    sentences = list(read_conll(args.gold, ill_formed="begin"))
    nlp = load(args.model, device=args.device, dtype=args.dtype)
    predicted = predict_tags(nlp, sentences, layer=args.layer)
    report = span_scores([[t for _, t in s] for s in sentences], predicted)
    if args.json:
        rows = {
            name: {k: vars_of(v) for k, v in getattr(report, name).items()}
            for name in ("strict", "default")
        }
        print(json.dumps(rows))
        return 0
    for name in ("default", "strict"):
        print(f"seqeval {name}")
        for label, s in getattr(report, name).items():
            print(f"  {label:8} p {s.p:6.2f}  r {s.r:6.2f}  f1 {s.f1:6.2f}  support {s.support}")
    return 0


def vars_of(score: Any) -> dict[str, float]:
    """Return the figures of a tag score as plain values."""
    return {k: getattr(score, k) for k in ("p", "r", "f1", "support")}


def add_annotate(commands: Any) -> None:
    """Add ``arabnews annotate``."""
    parser = commands.add_parser(
        "annotate", help="pre-annotate articles for correction, or bring corrections back",
        description="Pre-annotate new articles with a model and write them for an annotation tool; "
        "or with --import read a tool's export and write gold .jsonl, offsets checked.",
    )  # fmt: skip
    parser.add_argument("paths", nargs="+", metavar="PATH", help="articles, or the tool's export")
    parser.add_argument(
        "--tool", choices=("jsonl", "brat", "label-studio", "doccano", "conll", "webanno"),
        default="jsonl",
    )  # fmt: skip
    parser.add_argument("--import", dest="back", action="store_true", help="read an export")
    parser.add_argument("--output", "-o", type=Path, required=True)
    add_model_options(parser)
    parser.set_defaults(run=_annotate)


def _annotate(args: argparse.Namespace) -> int:
    from .annotate import bring_back, pre_annotate

    if args.back:
        count = bring_back([Path(p) for p in args.paths], args.tool, args.output)
        failed = 0
    else:
        from arabnews.pipeline import load

        nlp = load(args.model, device=args.device, dtype=args.dtype)
        count, failed = pre_annotate(
            nlp, args.paths, args.tool, args.output, batch_size=args.batch_size
        )
    print(f"{count} articles in {args.output}")
    return 1 if failed else 0
