"""The ``arabnews`` command: analyse articles, show a demo; training adds its own commands."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from .errors import ArabnewsError, InputError
from .pipeline import DTYPES

__all__ = ["main"]

FORMATS = ("text", "json", "jsonl", "html", "csv", "parquet")
#: Other distributions and ``arabnews.training`` register commands in this entry-point group; each
#: is a function that takes the argparse sub-parsers and adds one.
COMMANDS = "arabnews.commands"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a C locale must not break Arabic output
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    parser = build_parser()
    args = parser.parse_args(argv)
    try:
        return int(args.run(args) or 0)
    except ArabnewsError as error:
        print(f"arabnews: error: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # the reader (head, less) has seen enough; keep Python from complaining at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as error:  # an output that cannot be written, an input that is gone
        print(f"arabnews: error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(
            "arabnews: interrupted (`analyze -o FILE.jsonl` goes on where it stopped, "
            "`train --resume` from its last checkpoint)", file=sys.stderr,
        )  # fmt: skip
        return 130


def build_parser() -> argparse.ArgumentParser:
    """Return the parser with every command, those of installed plug-ins included."""
    from . import __version__

    parser = argparse.ArgumentParser(
        prog="arabnews",
        description="Named entities, quotes with their speakers, and events from Arabic news.",
        epilog="`arabnews COMMAND --help` tells more. Exit status: 0 all went well, 1 some records "
        "could not be analysed (each is named on stderr), 2 nothing could be done.",
    )
    parser.add_argument("--version", action="version", version=f"arabnews {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_analyze(commands)
    _add_demo(commands)
    for point in sorted(entry_points(group=COMMANDS), key=lambda p: p.name):
        point.load()(commands)
    return parser


def add_model_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that choose a model and where it runs."""
    parser.add_argument("--model", help="model folder or hub name (default: the bundled model)")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1 (default: auto)")
    parser.add_argument(
        "--dtype", choices=DTYPES, default=DTYPES[0],
        help="of the encoder; bfloat16 is faster on GPUs and on CPUs with AMX",
    )  # fmt: skip
    parser.add_argument("--batch-size", type=int, default=16, help="articles at a time (16)")


def _add_analyze(commands: Any) -> None:
    parser = commands.add_parser(
        "analyze",
        help="analyse .txt and .jsonl articles, folders or stdin (-)",
        description="Analyse articles. A .txt file is one article, its first line the headline; a "
        ".jsonl file holds one object a line with `text` and perhaps `id` and `published`. A "
        "record that cannot be read or analysed becomes a line on stderr; the others go on. With "
        "--output FILE.jsonl an interrupted run is resumed: articles whose ids are in FILE are "
        "skipped.",
    )
    parser.add_argument("paths", nargs="+", metavar="PATH", help=".txt, .jsonl, a folder, or -")
    parser.add_argument("--output", "-o", type=Path, help="file to write (default: stdout)")
    parser.add_argument(
        "--format", choices=FORMATS,
        help="text, json (one list), jsonl (one document a line), html (one page), csv or parquet "
        "(a table of events); default: by the output's ending, else text",
    )  # fmt: skip
    parser.add_argument("--published", help="ISO date of articles that have none of their own")
    parser.add_argument(
        "--min-score", type=float, default=0.0,
        help="leave out entities, quotes and events scored below this (0 to 1)",
    )  # fmt: skip
    add_model_options(parser)
    parser.set_defaults(run=_analyze)


def _add_demo(commands: Any) -> None:
    parser = commands.add_parser(
        "demo", help="analyse a bundled article with the bundled model",
        description="Analyse an article that comes with arabnews and print what was found.",
    )  # fmt: skip
    parser.add_argument("--format", choices=("text", "json", "html"), default="text")
    add_model_options(parser)
    parser.set_defaults(run=_demo)


def _analyze(args: argparse.Namespace) -> int:
    from .formats.articles import read_articles
    from .output import done_ids, open_writer
    from .pipeline import load, read_date

    kind = args.format or _format_of(args.output)
    published = read_date(args.published)
    # fails on a wrong path before the model is loaded
    articles = read_articles(args.paths, skip=args.output)
    if args.output and any(_same_file(path, args.output) for path in args.paths):
        raise InputError(f"{args.output} is read and written: choose another --output")
    done = done_ids(args.output) if kind == "jsonl" and args.output else set()
    nlp = load(args.model, device=args.device, dtype=args.dtype)
    problems = _Problems()
    todo = _readable(articles, problems, done, published.isoformat() if published else None)
    results = nlp.pipe(
        todo, batch_size=args.batch_size, errors="return", min_score=args.min_score
    )
    with open_writer(kind, args.output, append=bool(done)) as write:
        for result in _progress(results):
            if hasattr(result, "error"):
                problems.report(result.id, result.reason)
                continue
            for warning in result.meta.get("warnings", ()):
                print(f"arabnews: warning: {warning}", file=sys.stderr)
            write(result)
    if problems.count:
        print(f"arabnews: {problems.count} records could not be analysed", file=sys.stderr)
    return 1 if problems.count else 0


def _same_file(path: str, output: Path) -> bool:
    return path != "-" and Path(path).is_file() and Path(path).resolve() == output.resolve()


class _Problems:
    """Counts records that failed and names each on stderr."""

    count = 0

    def report(self, where: object, reason: object) -> None:
        self.count += 1
        print(f"arabnews: error: {where or 'article'}: {reason}", file=sys.stderr)


def _readable(
    records: Iterable[Any], problems: _Problems, done: set[str], published: str | None
) -> Iterator[dict[str, Any]]:
    for record in records:
        if hasattr(record, "reason"):
            name = f"{record.where} (id {record.id})" if record.id else record.where
            problems.report(name, record.reason)
        elif record.id not in done:
            if record.warning:
                print(f"arabnews: warning: {record.where}: {record.warning}", file=sys.stderr)
            # a date that cannot be read is not made up for by the common one
            day = record.published or (None if record.warning else published)
            yield {"text": record.text, "id": record.id, "published": day}


def _progress(results: Iterable[Any]) -> Iterable[Any]:
    """Show a bar if stderr is a terminal and stdout, where results may go, is not."""
    if not sys.stderr.isatty() or sys.stdout.isatty():
        return results
    from tqdm import tqdm

    bar: Iterable[Any] = tqdm(results, unit=" articles", file=sys.stderr)
    return bar


def _format_of(output: Path | None) -> str:
    ending = output.suffix.lstrip(".").lower() if output else "text"
    return {"txt": "text", "htm": "html", "ndjson": "jsonl"}.get(
        ending, ending if ending in FORMATS else "text"
    )


def _demo(args: argparse.Namespace) -> int:
    from .output import open_writer
    from .pipeline import load

    nlp = load(args.model, device=args.device, dtype=args.dtype)
    with open_writer(args.format, None) as write:
        write(nlp(**demo_article()))
    return 0


def demo_article() -> dict[str, Any]:
    """Return the bundled demo article: ``text``, ``published`` and ``id``."""
    import json
    from importlib.resources import files

    from .errors import ModelError

    source = files("arabnews.seeds") / "articles.jsonl"
    try:
        with source.open(encoding="utf-8") as lines:
            article = json.loads(next(lines))
    except (FileNotFoundError, StopIteration):
        raise ModelError("the bundled articles are missing: install arabnews again") from None
    return {k: article[k] for k in ("text", "published", "id")}


if __name__ == "__main__":
    sys.exit(main())
