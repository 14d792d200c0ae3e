"""What mask tokens at the end of every window are worth to a model.

    python tests/benchmarks/sinks.py GOLD.jsonl [--model FOLDER] [--sinks 0 1 2 4 8]

One line of figures for each number of sinks; the model is not trained again.
"""

from __future__ import annotations

import argparse
from pathlib import Path

FIGURES = (
    "entities", "quote_exact", "attribution", "speaker_accuracy", "event_type", "event_argument",
    "coreference_links",
)  # fmt: skip


def main() -> None:
    """Print the figures of each number of sinks."""
    import arabnews
    from arabnews.formats.gold import read_gold
    from arabnews.metrics import evaluate
    from arabnews.model.tokenizer import NewsTokenizer

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--model")
    parser.add_argument("--sinks", type=int, nargs="+", default=[0, 1, 2, 4, 8])
    args = parser.parse_args()
    gold = [a.to_dict() for a in read_gold(args.gold)]
    nlp = arabnews.load(args.model)
    print("| sinks |", " | ".join(FIGURES), "|")
    print("|---:" * (len(FIGURES) + 1) + "|")
    for sinks in args.sinks:
        nlp.scorer.tokenizer = NewsTokenizer(
            nlp.scorer.tokenizer.raw, normalisation=nlp.config.normalisation,
            paragraph_token=nlp.config.paragraph_token, sinks=sinks,
        )  # fmt: skip
        figures = evaluate(gold, [d.to_dict() for d in nlp.pipe(gold)]).figures
        row = " | ".join(f"{figures[f].value:.1f}" for f in FIGURES)
        print(f"| {sinks} | {row} |", flush=True)


if __name__ == "__main__":
    main()
