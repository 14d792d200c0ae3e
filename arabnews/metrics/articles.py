"""Articles as they are scored: every span taken to the words that it touches.

Counting words instead of characters means that «», a comma or a space at the edge of a span never
makes a prediction wrong.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import InputError
from ..text.words import words

__all__ = [
    "Argument", "Article", "Event", "Mention", "Piece", "Quote", "match_articles", "pair_quotes",
    "read_article", "same_source",
]  # fmt: skip

WordIds = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A span: half-open code-point offsets and the positions of the words that it touches."""

    start: int
    end: int
    words: WordIds


@dataclass(frozen=True, slots=True)
class Mention:
    """An entity mention; ``score`` is ``None`` where the record has none."""

    label: str
    span: Piece
    cluster: str | None
    score: float | None


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote with all that can tell who speaks.

    ``cue`` and ``speaker`` count as absent if they touch no word; ``known_as`` holds the spans of
    the mentions of the cluster that speaks, ``name`` the words of its canonical name.
    """

    content: frozenset[int]
    pieces: tuple[Piece, ...]
    cue: Piece | None
    speaker: Piece | None
    who: str | None
    known_as: frozenset[WordIds]
    name: frozenset[str]
    score: float | None


@dataclass(frozen=True, slots=True)
class Argument:
    """One filler of a role of an event."""

    role: str
    span: Piece


@dataclass(frozen=True, slots=True)
class Event:
    """An event; ``key`` is what makes two events the same one: type and trigger words."""

    type: str | None
    modality: str | None
    trigger: Piece
    arguments: tuple[Argument, ...]
    score: float | None

    @property
    def key(self) -> tuple[str | None, WordIds]:
        """Type and trigger words."""
        return self.type, self.trigger.words


@dataclass(frozen=True, slots=True)
class Article:
    """What is scored of one article; ``clusters`` maps the id of each cluster to its mentions."""

    id: str
    text: str
    mentions: tuple[Mention, ...] = ()
    quotes: tuple[Quote, ...] = ()
    events: tuple[Event, ...] = ()
    clusters: Mapping[str, frozenset[WordIds]] | None = None
    names: Mapping[str, str] | None = None


class _Reader:
    """Reads spans of one article, and says where a broken one stands."""

    def __init__(self, text: str, where: str) -> None:
        self.text, self.where = text, where
        spans = words(text)
        self.starts = [start for start, _ in spans]
        self.ends = [end for _, end in spans]

    def span(self, value: Any, name: str) -> Piece:
        ends: Any = value
        if isinstance(value, Mapping):
            ends = value["span"] if "span" in value else (value.get("start"), value.get("end"))
        if not (
            isinstance(ends, list | tuple)
            and len(ends) == 2
            and all(isinstance(x, int) and not isinstance(x, bool) for x in ends)
        ):
            raise InputError(
                f"{self.where}: {name} has no usable offsets ({value!r}): give [start, end] or"
                ' {"start": …, "end": …} in code points'
            )
        start, end = ends
        if not 0 <= start < end <= len(self.text):
            raise InputError(
                f"{self.where}: {name} is [{start}, {end}], which is no stretch of a text of"
                f" {len(self.text)} characters: offsets are half-open code-point positions"
            )
        first, last = bisect_right(self.ends, start), bisect_left(self.starts, end)
        return Piece(start, end, tuple(range(first, last)))

    def optional(self, value: Any, name: str) -> Piece | None:
        if value is None:
            return None
        piece = self.span(value, name)
        return piece if piece.words else None

    def records(self, data: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
        found = data.get(name)
        if found is None:
            return []
        if not isinstance(found, list | tuple) or not all(isinstance(x, Mapping) for x in found):
            raise InputError(f"{self.where}: {name} must be a list of objects")
        return list(found)

    def field(self, record: Mapping[str, Any], key: str, name: str) -> Any:
        if record.get(key) is None:
            raise InputError(f"{self.where}: {name} has no {key!r}")
        return record[key]


def read_article(data: Mapping[str, Any], kind: str = "article") -> Article:
    """Read a gold article or a ``Document.to_dict()``; ``kind`` names it in error messages.

    Raises ``InputError`` for a missing id or text, and for offsets that are not in the text.

    >>> data = {"id": "a", "text": "قال «نعم».", "entities": [], "quotes": [{"content": [[4, 9]]}]}
    >>> read_article(data).quotes[0].content
    frozenset({1})
    """
    if not isinstance(data, Mapping):
        raise InputError(f"{kind}: expected an object, got {type(data).__name__}")
    id_, text = data.get("id"), data.get("text")
    if not isinstance(id_, str):
        raise InputError(f"{kind}: an article has no id (got {id_!r}): articles are matched by id")
    if not isinstance(text, str):
        raise InputError(f"{kind} {id_}: no text (got {type(text).__name__})")
    read = _Reader(text, f"{kind} {id_}")
    mentions = tuple(
        Mention(
            str(read.field(e, "label", f"entities[{i}]")),
            read.span(e, f"entities[{i}]"),
            e.get("cluster"),
            e.get("score"),
        )
        for i, e in enumerate(read.records(data, "entities"))
    )
    clusters: dict[str, set[WordIds]] = {}
    for mention in mentions:
        if mention.cluster is not None:
            clusters.setdefault(mention.cluster, set()).add(mention.span.words)
    frozen = {k: frozenset(v) for k, v in clusters.items()}
    names = _cluster_names(data, read)
    return Article(
        id_,
        text,
        mentions,
        tuple(
            _quote(q, f"quotes[{i}]", read, frozen, names)
            for i, q in enumerate(read.records(data, "quotes"))
        ),
        tuple(_event(v, f"events[{i}]", read) for i, v in enumerate(read.records(data, "events"))),
        frozen,
        names,
    )


def _cluster_names(data: Mapping[str, Any], read: _Reader) -> dict[str, str]:
    found = data.get("clusters")
    if not isinstance(found, Mapping):
        found = {read.field(c, "id", "a cluster"): c for c in read.records(data, "clusters")}
    return {k: str(read.field(c, "name", f"cluster {k!r}")) for k, c in found.items()}


def _quote(
    q: Mapping[str, Any],
    at: str,
    read: _Reader,
    clusters: Mapping[str, frozenset[WordIds]],
    names: Mapping[str, str],
) -> Quote:
    who = q.get("who")
    pieces = tuple(read.span(c, f"{at}.content[{i}]") for i, c in enumerate(q.get("content") or ()))
    return Quote(
        frozenset(i for piece in pieces for i in piece.words),
        pieces,
        read.optional(q.get("cue"), f"{at}.cue"),
        read.optional(q.get("speaker"), f"{at}.speaker"),
        who,
        frozenset() if who is None else clusters.get(who, frozenset()),
        frozenset() if who is None else _name_words(names.get(who, "")),
        q.get("score"),
    )


def _event(v: Mapping[str, Any], at: str, read: _Reader) -> Event:
    arguments = tuple(
        Argument(str(read.field(a, "role", f"{at}.args[{i}]")), read.span(a, f"{at}.args[{i}]"))
        for i, a in enumerate(v.get("args") or ())
    )
    trigger = read.span(read.field(v, "trigger", at), f"{at}.trigger")
    return Event(v.get("etype") or v.get("type"), v.get("modality"), trigger, arguments,
                 v.get("score"))  # fmt: skip


# Spellings that writers of news mix freely are one in a name.
_SPELLING = str.maketrans("أإآٱىةؤئ", "اااايهوي") | dict.fromkeys(
    [*range(0x064B, 0x0653), 0x0670, 0x0640]
)


def _name_words(name: str) -> frozenset[str]:
    folded = unicodedata.normalize("NFKC", name).translate(_SPELLING)
    return frozenset(re.findall(r"\w+", folded))


def same_source(gold: Quote, predicted: Quote) -> bool:
    """Return whether two quotes name the same speaker.

    They do if their clusters share a mention, if their speaker phrases share a word, or if the
    words of one canonical name are all among those of the other.
    """
    if not gold.known_as.isdisjoint(predicted.known_as):
        return True
    if gold.speaker and predicted.speaker:
        if not set(gold.speaker.words).isdisjoint(predicted.speaker.words):
            return True
    one, other = gold.name, predicted.name
    return bool(one and other) and (one <= other or other <= one)


def pair_quotes(gold: Iterable[Quote], predicted: Iterable[Quote]) -> list[tuple[float, int, int]]:
    """Pair quotes one to one, those that share most words first.

    Returns (share of common words among the words of either, position in ``gold``, position in
    ``predicted``), best first; quotes that share no word are never paired.
    """
    others = list(predicted)
    candidates = []
    for i, g in enumerate(gold):
        for j, p in enumerate(others):
            if common := len(g.content & p.content):
                candidates.append((common / len(g.content | p.content), i, j))
    # Of equal shares the later quotes are paired first: fixed, so that figures can be repeated.
    candidates.sort(reverse=True)
    out: list[tuple[float, int, int]] = []
    gold_taken: set[int] = set()
    predicted_taken: set[int] = set()
    for share, i, j in candidates:
        if i not in gold_taken and j not in predicted_taken:
            gold_taken.add(i)
            predicted_taken.add(j)
            out.append((share, i, j))
    return out


def match_articles(
    gold: Iterable[Mapping[str, Any]], predicted: Iterable[Mapping[str, Any]]
) -> list[tuple[Article, Article]]:
    """Pair each gold article with its prediction by id, in the order of ``gold``.

    An article without a prediction is paired with an empty one. Raises ``InputError``, naming the
    id, for an id that comes twice, a prediction of no gold article, or a text that differs; and
    if there is no gold article at all.
    """
    golds, predictions = _by_id(gold, "gold"), _by_id(predicted, "prediction")
    if not golds:
        raise InputError("no gold article: there is nothing to compare predictions with")
    for id_ in predictions:
        if id_ not in golds:
            raise InputError(
                f"prediction {id_}: no gold article has this id: score only articles of the gold"
            )
    out = []
    for id_, article in golds.items():
        prediction = predictions.get(id_) or Article(id_, article.text)
        if prediction.text != article.text:
            at = next(
                (i for i, (a, b) in enumerate(zip(article.text, prediction.text, strict=False))
                 if a != b),
                min(len(article.text), len(prediction.text)),
            )  # fmt: skip
            raise InputError(
                f"prediction {id_}: its text differs from the gold's at character {at}: analyse"
                " the gold's text unchanged"
            )
        out.append((article, prediction))
    return out


def _by_id(articles: Iterable[Mapping[str, Any]], kind: str) -> dict[str, Article]:
    out: dict[str, Article] = {}
    for data in articles:
        article = read_article(data, kind)
        if article.id in out:
            raise InputError(f"{kind} {article.id}: this id comes twice: give each article once")
        out[article.id] = article
    return out
