"""Whether what an analysis says of a text lies inside that text."""

from __future__ import annotations

from .document import Argument, Document, Entity, Span
from .errors import InputError

__all__ = ["check_positions"]


def check_positions(doc: Document) -> None:
    """Raise ``InputError`` for a span or a position that lies outside the document.

    >>> check_positions(Document(text="قال", entities=(Entity(0, 9, "قال", "PER", "قال"),)))
    Traceback (most recent call last):
    ...
    arabnews.errors.InputError: document: entities[0] is [0, 9), outside the text of 3 characters: \
check the offsets
    """
    size = len(doc.text)
    spans: list[tuple[str, Argument | Entity | Span | None]] = []
    places: list[tuple[str, int | None, int]] = []
    for i, q in enumerate(doc.quotes):
        spans += [(f"quotes[{i}]", s) for s in (*q.content, q.cue, q.speaker, q.via)]
        places.append((f"quotes[{i}].parent", q.parent, len(doc.quotes)))
    for i, v in enumerate(doc.events):
        spans.append((f"events[{i}]", v.trigger))
        spans += [(f"events[{i}]", a) for a in v.args]
        places.append((f"events[{i}].quote", v.quote, len(doc.quotes)))
        places.append((f"events[{i}].same_as", v.same_as, len(doc.events)))
    spans += [(f"entities[{i}]", e) for i, e in enumerate(doc.entities)]
    for i, c in enumerate(doc.clusters):
        places += [(f"clusters[{i}].mentions", m, len(doc.entities)) for m in c.mentions]
    name = f"document {doc.id!r}" if doc.id else "document"
    for where, span in spans:
        if span and not 0 <= span.start <= span.end <= size:
            raise InputError(f"{name}: {where} is [{span.start}, {span.end}), outside the text of "
                             f"{size} characters: check the offsets")  # fmt: skip
    for where, at, count in places:
        if at is not None and not 0 <= at < count:
            raise InputError(f"{name}: {where} is {at}, but there are {count} of them")
