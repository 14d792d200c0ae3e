"""Events with their arguments, their date, their source, and earlier tellings of the same."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from ..document import Argument, Cluster, Entity, Event, Modality, Quote, Span, Timex
from ..model.scores import ArticleScores, Link
from .dates import resolve_date
from .places import nationality_code, phrase_country

__all__ = ["ARGUMENT_THRESHOLD", "Resolved", "find_events", "link_same"]

#: An argument is kept if its likeliest role has at least this probability.
ARGUMENT_THRESHOLD = 0.5


@dataclass(frozen=True, slots=True)
class Resolved:
    """What is known of the article before its events: entities, clusters, quotes."""

    entities: Sequence[Entity]
    clusters: Mapping[str, Cluster]
    quotes: Sequence[Quote]
    cluster_of: Mapping[int, str]
    entity_of: Mapping[int, int]
    published: datetime.date | None = None


def find_events(text: str, scores: ArticleScores, known: Resolved) -> list[Event]:
    """Return the events of an article in reading order."""
    words = scores.encoded.words
    roles = scores.roles
    dates = _dates(scores, known)
    pieces = [(s.start, s.end, i) for i, q in enumerate(known.quotes) for s in q.content]
    spoken = np.asarray(pieces, dtype=np.int64).reshape(-1, 3)
    lengths = [sum(s.end - s.start for s in q.content) for q in known.quotes]
    out = []
    for i, trigger in enumerate(scores.triggers):
        start, end = words[trigger.first][0], words[trigger.stop - 1][1]
        args: list[Argument] = []
        date: Timex | None = None
        for j, role, p in _likely(scores.arguments[i], roles):
            candidate = scores.candidates[j]
            if (role == "date") != (candidate.label == "DATE"):
                continue
            a, b = words[candidate.first][0], words[candidate.stop - 1][1]
            cluster = known.cluster_of.get(j)
            args.append(
                Argument(role, a, b, text[a:b], cluster=cluster,
                         country=_country(text[a:b], cluster, known), score=round(p, 4))
            )  # fmt: skip
            if role == "date" and j in known.entity_of and date is None:
                date = _date(known.entities[known.entity_of[j]], scores.modality[i][0], known)
        if date is None or date.status == "unresolved":
            near = dates.get(int(scores.encoded.word_sentence[trigger.first]), [])
            # the nearest date of the trigger's own sentence
            date = min(near, key=lambda d: abs(d[0] - trigger.first), default=(0, date))[1]
        quote = _quote_around(start, end, spoken, lengths)
        modality: Modality = scores.modality[i][0]  # type: ignore[assignment]
        out.append(
            Event(
                type=trigger.label, modality=modality, trigger=Span(start, end, text[start:end]),
                args=tuple(sorted(args, key=lambda a: (a.start, a.end))), date=date, quote=quote,
                source=known.quotes[quote].who if quote is not None else None,
                score=scores.calibrated("events", trigger.score),
            )  # fmt: skip
        )
    return out


def _likely(link: Link, roles: Sequence[str]) -> list[tuple[int, str, float]]:
    """Return the candidates with a role that is likely enough, and how likely it is."""
    if not link.scores.size:
        return []
    at = np.flatnonzero(link.scores.max(1) >= ARGUMENT_THRESHOLD)
    best = link.scores[at].argmax(1)
    p = link.scores[at, best]
    named = [roles[k] for k in best.tolist()]
    return list(zip(link.candidates[at].tolist(), named, p.tolist(), strict=True))


def _date(entity: Entity, modality: str, known: Resolved) -> Timex | None:
    """Return when an event is: a weekday of what is only planned («ستعقد الأحد») is to come."""
    if modality != "planned":
        return entity.timex
    return resolve_date(entity.text, known.published, prefer="future")


def _country(surface: str, cluster: str | None, known: Resolved) -> str | None:
    found = known.clusters.get(cluster) if cluster else None
    if found and found.country:
        return found.country
    return _phrase_country(surface)


@lru_cache(maxsize=16_384)
def _phrase_country(surface: str) -> str | None:
    return phrase_country(surface) or nationality_code(surface)


def _dates(scores: ArticleScores, known: Resolved) -> dict[int, list[tuple[int, Timex]]]:
    """Return the resolved dates of each sentence, with the words they start at."""
    out: dict[int, list[tuple[int, Timex]]] = {}
    for j, at in known.entity_of.items():
        timex = known.entities[at].timex
        if timex and timex.status == "resolved":
            first = scores.candidates[j].first
            out.setdefault(int(scores.encoded.word_sentence[first]), []).append((first, timex))
    return out


def _quote_around(
    start: int, end: int, spoken: np.ndarray, lengths: Sequence[int]
) -> int | None:  # fmt: skip
    """Return the shortest quote whose content holds the trigger.

    ``spoken`` has a row for each piece of content: start, end and the position of its quote.
    """
    holding = spoken[(spoken[:, 0] <= start) & (end <= spoken[:, 1]), 2].tolist()
    return min(holding, key=lambda i: (lengths[i], i), default=None)


def link_same(events: Sequence[Event], headline_end: int) -> list[Event]:
    """Tie events of the body to the same event in the headline (``same_as``).

    Two tellings are the same if their types agree, nothing (date, recipient, a negation) speaks
    against it, and they share an actor or a recipient, or the headline names none of either and
    they share the place.
    """
    out = list(events)
    head = [(i, v) for i, v in enumerate(events) if v.trigger.end <= headline_end]
    for i, event in enumerate(events):
        if event.trigger.end <= headline_end:
            continue
        for j, other in head:
            if event.type == other.type and _agree(event, other):
                out[i] = replace(event, same_as=j)
                break
    return out


def _agree(a: Event, head: Event) -> bool:
    if "negated" in (a.modality, head.modality) and a.modality != head.modality:
        return False
    if _apart(a.date, head.date):
        return False
    mine, theirs = _fillers(a), _fillers(head)
    for role in ("recipient", "loc"):
        if mine[role] and theirs[role] and not mine[role] & theirs[role]:
            return False
    if theirs["actor"] or theirs["recipient"]:
        return any(mine[role] & theirs[role] for role in ("actor", "recipient"))
    return bool(mine["loc"] & theirs["loc"])


def _fillers(event: Event) -> dict[str, set[str]]:
    out: dict[str, set[str]] = {"actor": set(), "recipient": set(), "loc": set()}
    for argument in event.args:
        out.setdefault(argument.role, set()).add(argument.cluster or argument.text)
    return out


def _apart(a: Timex | None, b: Timex | None) -> bool:
    """Tell whether two dates are known and have no day in common."""
    if not (a and b and a.begin and a.end and b.begin and b.end):
        return False
    return a.end < b.begin or b.end < a.begin
