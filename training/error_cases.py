"""What a model gets wrong, sorted by kind: the data of the error report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from arabnews.metrics.articles import (
    Argument,
    Article,
    Event,
    Mention,
    Piece,
    Quote,
    match_articles,
    pair_quotes,
    same_source,
)
from arabnews.metrics.figures import OVERLAP
from arabnews.text.words import EDGE_MARKS, paragraphs

__all__ = ["ErrorCase", "Highlight", "Passage", "error_groups"]

T = TypeVar("T")
_OPENING, _CLOSING = "«\"“'‘", "»\"”'’"


@dataclass(frozen=True, slots=True)
class Highlight:
    """A stretch of the text that plays a part in an error, and the part it plays."""

    start: int
    end: int
    text: str
    label: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph that the highlights stand in; ``number`` counts from 0, the headline."""

    number: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class ErrorCase:
    """One error: what the gold says, what was predicted, and where.

    Offsets are code points of the article's text. ``gold`` is empty for what should not be there,
    ``predicted`` for what was not found; ``note`` says in words what differs.
    """

    kind: str
    article: str
    passages: tuple[Passage, ...]
    gold: tuple[Highlight, ...]
    predicted: tuple[Highlight, ...]
    note: str = ""


def error_groups(
    gold: Iterable[Mapping[str, Any]], predicted: Iterable[Mapping[str, Any]]
) -> dict[str, list[ErrorCase]]:
    """Return all errors by kind, the largest group first; kinds without errors are left out.

    Takes what ``arabnews.metrics.evaluate`` takes and raises ``InputError`` as it does. A kind is
    named «layer: error», say ``"entities: missed"`` or ``"quotes: wrong speaker, implied"``.

    >>> gold = {"id": "a", "text": "زار سامي عدن", "entities": [{"span": [4, 8], "label": "PER"}]}
    >>> found = {"id": "a", "text": "زار سامي عدن", "entities": [{"span": [4, 8], "label": "LOC"}]}
    >>> {kind: len(cases) for kind, cases in error_groups([gold], [found]).items()}
    {'entities: wrong label': 1}
    """
    groups: dict[str, list[ErrorCase]] = {}
    for article, found in match_articles(gold, predicted):
        case = _Cases(article.id, article.text)
        for error in (
            *_entities(article, found, case),
            *_quotes(article, found, case),
            *_coreference(article, found, case),
            *_events(article, found, case),
        ):
            groups.setdefault(error.kind, []).append(error)
    return dict(sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])))


Part = tuple[Piece, str]


class _Cases:
    """Makes the error cases of one article."""

    def __init__(self, id_: str, text: str) -> None:
        self.id, self.text = id_, text
        self.paragraphs = paragraphs(text)

    def __call__(
        self, kind: str, gold: Sequence[Part], predicted: Sequence[Part], note: str = ""
    ) -> ErrorCase:
        touched = [
            Passage(n, start, end, self.text[start:end])
            for n, (start, end) in enumerate(self.paragraphs)
            if any(p.start < end and start < p.end for p, _ in (*gold, *predicted))
        ]
        return ErrorCase(
            kind, self.id, tuple(touched), self.marked(gold), self.marked(predicted), note
        )

    def marked(self, parts: Sequence[Part]) -> tuple[Highlight, ...]:
        return tuple(
            Highlight(p.start, p.end, self.text[p.start : p.end], label)
            for p, label in sorted(parts, key=lambda part: (part[0].start, part[0].end, part[1]))
        )


def _match(
    gold: Sequence[T], predicted: Sequence[T], key: Callable[[T], Hashable]
) -> tuple[list[tuple[T, T]], list[T], list[T]]:
    """Pair what is alike one to one; return the pairs and what is left of either side."""
    waiting: dict[Hashable, list[T]] = {}
    for item in predicted:
        waiting.setdefault(key(item), []).append(item)
    pairs, missed = [], []
    for item in gold:
        if same := waiting.get(key(item)):
            pairs.append((item, same.pop(0)))
        else:
            missed.append(item)
    left = {id(item) for items in waiting.values() for item in items}
    return pairs, missed, [item for item in predicted if id(item) in left]


def _entities(gold: Article, found: Article, case: _Cases) -> Iterator[ErrorCase]:
    _, missed, spurious = _match(gold.mentions, found.mentions, lambda m: (m.label, m.span.words))
    overlaps = sorted(
        (
            (len(set(g.span.words) & set(p.span.words)), g.label == p.label, -i, -j)
            for i, g in enumerate(missed)
            for j, p in enumerate(spurious)
            if set(g.span.words) & set(p.span.words)
        ),
        key=lambda c: (missed[-c[2]].span.words == spurious[-c[3]].span.words, c[1], c),
        reverse=True,
    )
    gold_taken: set[int] = set()
    found_taken: set[int] = set()
    for _, same_label, i, j in overlaps:
        if -i in gold_taken or -j in found_taken:
            continue
        gold_taken.add(-i)
        found_taken.add(-j)
        g, p = missed[-i], spurious[-j]
        kind = "entities: wrong extent"
        if g.span.words == p.span.words:
            kind = "entities: wrong label"
        elif not same_label:
            kind = "entities: wrong label and extent"
        note = "" if same_label else f"{g.label} taken for {p.label}"
        yield case(kind, [_mention(g)], [_mention(p)], note)
    for i, g in enumerate(missed):
        if i not in gold_taken:
            yield case("entities: missed", [_mention(g)], [])
    for j, p in enumerate(spurious):
        if j not in found_taken:
            yield case("entities: spurious", [], [_mention(p)])


def _mention(mention: Mention) -> Part:
    return mention.span, mention.label


def _quotes(gold: Article, found: Article, case: _Cases) -> Iterator[ErrorCase]:
    pairs = pair_quotes(gold.quotes, found.quotes)
    gold_paired, found_paired = {i for _, i, _ in pairs}, {j for _, _, j in pairs}
    cue_gold = Counter(q.cue.words for q in gold.quotes if q.cue)
    cue_found = Counter(q.cue.words for q in found.quotes if q.cue)
    for share, i, j in sorted(pairs, key=lambda pair: pair[1:]):
        g, p = gold.quotes[i], found.quotes[j]
        both = (_quote(g), _quote(p))
        if g.content != p.content:
            note = f"{len(g.content & p.content)} of {len(g.content | p.content)} words in common"
            yield case("quotes: wrong extent", *both, note)
        yield from _cue_error(g, p, cue_gold, cue_found, case)
        if share >= OVERLAP and not same_source(g, p):
            how = "explicit" if g.speaker else "implied"
            note = f"{_who(g, gold)} taken for {_who(p, found)}"
            yield case(f"quotes: wrong speaker, {how}", *both, note)
    missed = [q for i, q in enumerate(gold.quotes) if i not in gold_paired]
    spurious = [q for j, q in enumerate(found.quotes) if j not in found_paired]
    # The right cue with other content: an error of extent, not a miss and an invention.
    same_cue, missed_cue, spurious_cue = _match(
        [q for q in missed if q.cue], [q for q in spurious if q.cue],
        lambda q: q.cue.words if q.cue else (),
    )  # fmt: skip
    for g, p in same_cue:
        yield case("quotes: wrong extent", _quote(g), _quote(p), "no word in common")
    for g in missed_cue:
        free = g.cue is not None and not cue_found[g.cue.words]
        kind = "quotes: missed cue" if free else "quotes: missed, cue found for another quote"
        yield case(kind, _quote(g), [])
    for g in missed:
        if not g.cue:
            yield case("quotes: missed cueless quote", _quote(g), [])
    for p in (*spurious_cue, *(q for q in spurious if not q.cue)):
        yield _spurious_quote(p, cue_gold, case)


def _cue_error(
    g: Quote,
    p: Quote,
    cue_gold: Mapping[Any, int],
    cue_found: Mapping[Any, int],
    case: _Cases,
) -> Iterator[ErrorCase]:
    if (g.cue and g.cue.words) == (p.cue and p.cue.words):
        return
    kind = "quotes: wrong cue"
    if not p.cue:
        kind = "quotes: missed cue"
    elif not g.cue:
        kind = "quotes: spurious cue"
    elsewhere = (g.cue and cue_found.get(g.cue.words)) or (p.cue and cue_gold.get(p.cue.words))
    note = "the quote is found, its cue stands with another quote" if elsewhere else ""
    yield case(kind, _quote(g), _quote(p), note)


def _spurious_quote(p: Quote, cue_gold: Mapping[Any, int], case: _Cases) -> ErrorCase:
    if p.pieces and all(_in_marks(case.text, piece) for piece in p.pieces):
        kind = "quotes: scare quote or name taken for speech"
    elif not p.cue:
        kind = "quotes: spurious cueless quote"
    elif cue_gold.get(p.cue.words):
        kind = "quotes: spurious, cue of another quote"
    else:
        kind = "quotes: spurious cue"
    return case(kind, [], _quote(p))


def _in_marks(text: str, piece: Piece) -> bool:
    """Whether the words of a span stand between quotation marks, which it may include or not."""
    start, end = piece.start, piece.end
    while start < end and (text[start] in EDGE_MARKS or text[start].isspace()):
        start += 1
    while end > start and (text[end - 1] in EDGE_MARKS or text[end - 1].isspace()):
        end -= 1
    before = text[:start].rstrip()
    after = text[end:].lstrip("،,.!؟?… ")
    return before[-1:] in set(_OPENING) and after[:1] in set(_CLOSING)


def _quote(q: Quote) -> list[Part]:
    parts = [(piece, "content") for piece in q.pieces]
    parts += [(q.cue, "cue")] if q.cue else []
    return parts + ([(q.speaker, "speaker")] if q.speaker else [])


def _who(q: Quote, article: Article) -> str:
    name = (article.names or {}).get(q.who or "")
    if not name and q.speaker:
        name = article.text[q.speaker.start : q.speaker.end]
    return f"«{name or q.who}»" if name or q.who else "nobody"


def _coreference(gold: Article, found: Article, case: _Cases) -> Iterator[ErrorCase]:
    """Compare clusters over the mentions that both sides have; others are entity errors."""
    shared = {m.span.words for m in gold.mentions} & {m.span.words for m in found.mentions}
    for one, other, kind in (
        (gold, found, "coreference: cluster split"),
        (found, gold, "coreference: clusters merged"),
    ):
        for id_, spans in (one.clusters or {}).items():
            common = spans & shared
            others = other.clusters or {}
            if len(common) < 2 or any(common <= mentions for mentions in others.values()):
                continue
            marks, guesses = _named(gold, common), _named(found, common)
            parts = Counter(label for _, label in _named(other, common))
            name = (one.names or {}).get(id_, id_)
            yield case(kind, marks, guesses, f"«{name}»: {len(common)} mentions, {_split(parts)}")


def _named(article: Article, spans: Iterable[tuple[int, ...]]) -> list[Part]:
    """Return each mention once, labelled with its cluster."""
    wanted = set(spans)
    out: dict[tuple[int, ...], Part] = {}
    for m in article.mentions:
        known = m.span.words in out and out[m.span.words][1] != "no cluster"
        if m.span.words in wanted and not known:
            name = (article.names or {}).get(m.cluster or "", m.cluster or "no cluster")
            out[m.span.words] = (m.span, name)
    return list(out.values())


def _split(parts: Mapping[str, int]) -> str:
    ordered = sorted(parts.items(), key=lambda part: (-part[1], part[0]))
    return " + ".join(f"{count} «{name}»" for name, count in ordered)


def _events(gold: Article, found: Article, case: _Cases) -> Iterator[ErrorCase]:
    pairs, missed, spurious = _match(gold.events, found.events, lambda e: e.key)
    retyped, missed, spurious = _match(missed, spurious, lambda e: e.trigger.words)
    for g in missed:
        yield case("events: missed trigger", _event(g), [])
    for p in spurious:
        yield case("events: spurious trigger", [], _event(p))
    for g, p in retyped:
        yield case("events: wrong type", _event(g), _event(p), f"{g.type} taken for {p.type}")
    for g, p in pairs:
        if g.modality != p.modality:
            note = f"{g.modality} taken for {p.modality}"
            yield case("events: wrong modality", [_trigger(g)], [_trigger(p)], note)
        yield from _arguments(g, p, case)


def _arguments(g: Event, p: Event, case: _Cases) -> Iterator[ErrorCase]:
    _, missed, spurious = _match(g.arguments, p.arguments, lambda a: (a.role, a.span.words))
    for a in missed:
        same_role = [x for x in spurious if x.role == a.role]
        others = [x for x in spurious if x.span.words == a.span.words and x.role != a.role]
        note = f"found as {others[0].role}" if others else ""
        shown = [_trigger(p), *map(_argument, same_role or others)]
        yield case(f"events: missed {a.role}", [_trigger(g), _argument(a)], shown, note)
    for a in spurious:
        same_role = [x for x in missed if x.role == a.role]
        others = [x for x in missed if x.span.words == a.span.words and x.role != a.role]
        note = f"should be {others[0].role}" if others else ""
        shown = [_trigger(g), *map(_argument, same_role or others)]
        yield case(f"events: spurious {a.role}", shown, [_trigger(p), _argument(a)], note)


def _trigger(e: Event) -> Part:
    return e.trigger, f"{e.type} {e.modality}"


def _argument(a: Argument) -> Part:
    return a.span, a.role


def _event(e: Event) -> list[Part]:
    return [_trigger(e), *map(_argument, e.arguments)]
