"""Entity scores of BIO tag sequences, as papers on CoNLL-style data report them."""

from __future__ import annotations

import types
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import InputError

__all__ = ["TagReport", "TagScore", "span_scores"]

MICRO = "micro"


@dataclass(frozen=True, slots=True)
class TagScore:
    """Precision, recall and F1 in per cent, and the number of gold spans."""

    p: float
    r: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True)
class TagReport:
    """Scores by class, and under ``"micro"`` over all classes.

    ``strict`` counts only spans that IOB2 allows (B- first); ``default`` is the lenient reading
    of the ``conlleval`` script, in which a stray I- starts a span. Papers mostly report the latter.
    """

    strict: Mapping[str, TagScore]
    default: Mapping[str, TagScore]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON-ready values, rounded to two decimals."""
        return {
            mode: {
                name: {"p": round(s.p, 2), "r": round(s.r, 2), "f1": round(s.f1, 2),
                       "support": s.support}
                for name, s in scores.items()
            }
            for mode, scores in (("strict", self.strict), ("default", self.default))
        }  # fmt: skip


def span_scores(
    gold_tags: Sequence[Sequence[str]], predicted_tags: Sequence[Sequence[str]]
) -> TagReport:
    """Score BIO tags, one list of tags a sentence, with seqeval.

    Raises ``InputError`` if a sentence has more or fewer predicted tags than gold ones, or if a
    tag is neither ``O`` nor ``B-`` or ``I-`` and a label.

    >>> report = span_scores([["B-PER", "I-PER", "O", "B-LOC"]], [["B-PER", "I-PER", "O", "O"]])
    >>> report.strict["micro"].p, report.strict["micro"].r, report.strict["LOC"].support
    (100.0, 50.0, 1)
    """
    if len(gold_tags) != len(predicted_tags):
        raise InputError(
            f"{len(gold_tags)} sentences of gold tags but {len(predicted_tags)} of predicted tags"
        )
    for n, (gold, predicted) in enumerate(zip(gold_tags, predicted_tags, strict=True)):
        if len(gold) != len(predicted):
            raise InputError(
                f"sentence {n}: {len(gold)} gold tags but {len(predicted)} predicted tags: give"
                " one tag a word"
            )
        for tag in (*gold, *predicted):
            if tag != "O" and (tag[:2] not in ("B-", "I-") or len(tag) < 3):
                raise InputError(
                    f"sentence {n}: {tag!r} is no BIO tag: use O, B-<label> and I-<label>"
                )
    gold_lists, predicted_lists = [list(s) for s in gold_tags], [list(s) for s in predicted_tags]
    return TagReport(
        types.MappingProxyType(_scores(gold_lists, predicted_lists, strict=True)),
        types.MappingProxyType(_scores(gold_lists, predicted_lists, strict=False)),
    )


def _scores(
    gold: list[list[str]], predicted: list[list[str]], *, strict: bool
) -> dict[str, TagScore]:
    # seqeval cannot score without a single tag of a span, and is about nothing then.
    if all(tag == "O" for sentence in (*gold, *predicted) for tag in sentence):
        return {MICRO: TagScore(0.0, 0.0, 0.0, 0)}
    from seqeval.metrics import classification_report
    from seqeval.scheme import IOB2

    options: dict[str, Any] = {"mode": "strict", "scheme": IOB2} if strict else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a class without predictions: 0, as asked for
        report = classification_report(
            gold, predicted, output_dict=True, zero_division=0, **options
        )
    return {
        name.removesuffix(" avg"): TagScore(
            100 * float(row["precision"]),
            100 * float(row["recall"]),
            100 * float(row["f1-score"]),
            int(row["support"]),
        )
        for name, row in report.items()
        if name not in ("macro avg", "weighted avg")
    }
