"""What an analysis returns: frozen, typed, and the same after a trip through JSON.

Every offset is a half-open ``[start, end)`` pair of code-point positions in ``Document.text``, and
``text[span.start:span.end] == span.text`` always holds. The dictionary form is described by
``schema.json`` beside this file.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache
from typing import Any, Literal, Self

from .errors import InputError

__all__ = [
    "Argument", "Cluster", "Document", "Entity", "Event", "Mark", "Quote", "Span", "Timex",
    "SCHEMA_VERSION", "EVENT_TYPES",
]  # fmt: skip

SCHEMA_VERSION = 1

#: The sixteen PLOVER event types.
EVENT_TYPES = (
    "AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT", "REQUEST",
    "ACCUSE", "REJECT", "THREATEN", "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT",
)  # fmt: skip

EntityLabel = str  # PER ORG LOC MISC DATE ROLE from the bundled model; others from one's own
QuoteType = Literal["direct", "indirect", "mixed"]
SourceType = Literal["named", "role", "organisation", "anonymous", "collective", "document"]
Stance = Literal["neutral", "endorsing", "distancing", "denying"]
Modality = Literal["asserted", "planned", "negated", "hypothetical"]
MarkKind = Literal["speech", "name", "scare"]


@dataclass(frozen=True, slots=True)
class _Record:
    """Conversion to and from plain dictionaries, shared by every type here."""

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON-ready values; fields that are ``None`` are left out."""
        out: dict[str, Any] = {}
        for f in fields(self):
            value = getattr(self, f.name)
            if value is not None:
                out[f.name] = _plain(value)
        return out

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Rebuild from ``to_dict``; raises ``InputError`` that names what is missing or unknown."""
        hints = _hints(typing.cast(Any, cls))
        known = {f.name for f in fields(cls)}
        if not isinstance(data, Mapping):
            raise InputError(f"{cls.__name__}: expected an object, got {type(data).__name__}")
        if unknown := set(data) - known:
            raise InputError(f"{cls.__name__}: unknown fields {sorted(unknown)}")
        values = {k: _build(hints[k], v, f"{cls.__name__}.{k}") for k, v in data.items()}
        try:
            return cls(**values)
        except TypeError as error:
            raise InputError(f"{cls.__name__}: {error}") from None


@dataclass(frozen=True, slots=True)
class Span(_Record):
    """A stretch of the text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Timex(_Record):
    """What a date expression means, after TIMEX3.

    ``value`` is an ISO 8601 value as TIMEX3 writes it («2018-05», «2018-W07», «2018-02-13TEV»);
    it is ``None`` unless ``status`` is ``resolved``. ``begin`` and ``end`` are the first and last
    day that the value covers.
    """

    type: Literal["DATE", "TIME", "DURATION", "SET"]
    status: Literal["resolved", "unresolved"]
    value: str | None = None
    begin: str | None = None
    end: str | None = None
    calendar: Literal["gregorian", "hijri"] = "gregorian"
    anchor: Literal["text", "published"] | None = None


@dataclass(frozen=True, slots=True)
class Entity(_Record):
    """A mention of something in the article.

    ``name`` is the surface without an attached و ف ب ل ك; ``cluster`` is the id of the real-world
    thing, absent for dates; ``timex`` is there for dates alone.
    """

    start: int
    end: int
    text: str
    label: EntityLabel
    name: str
    cluster: str | None = None
    timex: Timex | None = None
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Cluster(_Record):
    """One real-world thing in the article: its fullest name, its mentions, what it is called.

    ``label`` is NONE for a source that is no named entity («مصدر أمني»). ``mentions`` are
    positions in ``Document.entities``; ``country`` is an ISO 3166 alpha-2 code.
    """

    id: str
    label: str
    name: str
    mentions: tuple[int, ...] = ()
    roles: tuple[str, ...] = ()
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Quote(_Record):
    """One stretch of reported speech and who says it.

    ``content`` has more than one piece where the speech is interrupted; ``cue`` is the reporting
    word, absent after a headline colon; ``speaker`` is the phrase that names the source nearby,
    absent where Arabic drops the subject (``implicit`` is then true); ``who`` is the id of the
    cluster that speaks. ``parent`` is the position of the quote that this one stands inside,
    ``via`` the phrase of an outlet that relays it. ``score`` is the probability that content and
    speaker are right, ``speaker_score`` how sure the choice of speaker is, given the quote.
    """

    type: QuoteType
    content: tuple[Span, ...]
    cue: Span | None = None
    speaker: Span | None = None
    who: str | None = None
    implicit: bool = False
    source_type: SourceType | None = None
    stance: Stance = "neutral"
    parent: int | None = None
    via: Span | None = None
    score: float = 1.0
    speaker_score: float = 1.0


@dataclass(frozen=True, slots=True)
class Argument(_Record):
    """Who or what fills a role of an event: actor, recipient, loc or date."""

    role: str
    start: int
    end: int
    text: str
    cluster: str | None = None
    country: str | None = None
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Event(_Record):
    """Who did what to whom, when, where, and according to whom.

    ``type`` is a PLOVER type; ``quote`` the position of the quote that reports it and ``source``
    the cluster that says so; ``date`` the resolved date; ``same_as`` the position of an earlier
    telling of the same event.
    """

    type: str
    modality: Modality
    trigger: Span
    args: tuple[Argument, ...] = ()
    date: Timex | None = None
    quote: int | None = None
    source: str | None = None
    same_as: int | None = None
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Mark(_Record):
    """A pair of quotation marks and what it is for; ``text`` includes the marks."""

    start: int
    end: int
    text: str
    kind: MarkKind


@dataclass(frozen=True, slots=True)
class Document(_Record):
    """An analysed article; ``text`` is the input, unchanged.

    >>> doc = Document(text="قال الوزير: «نعم»")
    >>> Document.from_dict(doc.to_dict()) == doc
    True
    """

    text: str
    id: str | None = None
    published: str | None = None
    entities: tuple[Entity, ...] = ()
    clusters: tuple[Cluster, ...] = ()
    quotes: tuple[Quote, ...] = ()
    events: tuple[Event, ...] = ()
    marks: tuple[Mark, ...] = ()
    meta: Mapping[str, Any] = field(default_factory=dict)
    schema_version: int = SCHEMA_VERSION

    def cluster(self, id: str | None) -> Cluster | None:
        """Return the cluster with this id, or ``None``."""
        return next((c for c in self.clusters if c.id == id), None)

    def quotes_by(self, name: str) -> tuple[Quote, ...]:
        """Return the quotes of everyone in the article whom ``name`` may mean.

        A name matches a cluster if its words, normalised, are among those of the canonical name,
        of a mention or of a role.
        """
        from .resolve.names import matches

        ids = {c.id for c in self.clusters if matches(name, self._names(c))}
        return tuple(q for q in self.quotes if q.who in ids)

    def _names(self, cluster: Cluster) -> Iterator[str]:
        yield cluster.name
        yield from cluster.roles
        for i in cluster.mentions:
            yield self.entities[i].name

    def speaker_name(self, quote: Quote) -> str | None:
        """Return the canonical name of the one who says ``quote``, or ``None``."""
        found = self.cluster(quote.who)
        return found.name if found else (quote.speaker.text if quote.speaker else None)

    def events_table(self) -> list[dict[str, Any]]:
        """Return one flat row an event, ready for pandas, CSV or Parquet."""
        from .formats.tables import event_rows

        return event_rows(self)

    def to_html(self) -> str:
        """Return a self-contained right-to-left HTML page of the analysis."""
        from .render import to_html

        return to_html(self)

    def filter(self, min_score: float) -> Document:
        """Return the document without entities, quotes and events scored below ``min_score``."""
        from .resolve.filtering import filter_document

        return filter_document(self, min_score)


def _plain(value: Any) -> Any:
    if isinstance(value, _Record):
        return value.to_dict()
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    return value


@cache
def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def _build(hint: Any, value: Any, where: str) -> Any:
    """Turn a JSON value into what the type hint says, or say why it cannot be."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        if value is None:
            return None
        return _build(next(a for a in args if a is not type(None)), value, where)
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise InputError(f"{where}: expected a list, got {type(value).__name__}")
        return tuple(_build(args[0], v, f"{where}[{i}]") for i, v in enumerate(value))
    if origin is Literal:
        if value not in args:
            raise InputError(f"{where}: {value!r} is none of {list(args)}")
        return value
    if is_dataclass(hint):
        return typing.cast(Any, hint).from_dict(value)
    if origin is not None:  # Mapping[str, Any]
        if not isinstance(value, Mapping):
            raise InputError(f"{where}: expected an object, got {type(value).__name__}")
        return value
    return _build_plain(hint, value, where)


def _build_plain(hint: Any, value: Any, where: str) -> Any:
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(hint, type) and (
        not isinstance(value, hint) or (hint is int and isinstance(value, bool))
    ):
        raise InputError(f"{where}: expected {hint.__name__}, got {value!r}")
    return value
