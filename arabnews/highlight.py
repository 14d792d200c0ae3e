"""The article as HTML: every character once and in order, with overlapping spans marked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .markup import Html, el, escape, join, opening

__all__ = ["Layer", "article_text"]


@dataclass(frozen=True, slots=True)
class Layer:
    """A span to mark: its class, its attributes, and what to put before its first character.

    ``lead`` must hold no text of its own. Of two layers over the same span the one with the lower
    ``rank`` is outside. A layer that crosses another or a paragraph is drawn in pieces, of which
    the first has the class ``first`` and the id, the last has the class ``last``.
    """

    start: int
    end: int
    rank: int
    cls: str
    attrs: tuple[tuple[str, str], ...] = ()
    lead: Html | None = None
    id: str | None = None


def article_text(text: str, layers: Iterable[Layer], *, headline: str | None = None) -> Html:
    """Return ``<div class="text">`` whose text content is ``text``, one block a paragraph.

    ``headline`` is the tag of the first line where that is a headline, else ``None``.

    >>> article_text("قال نعم", [Layer(4, 7, 0, "q")])
    '<div class="text"><p>قال <span class="q first last">نعم</span></p></div>'
    """
    starts: dict[int, list[Layer]] = {}
    for layer in layers:
        starts.setdefault(layer.start, []).append(layer)
    ends = {layer.end for group in starts.values() for layer in group}
    # A line break ends the block that it stands in, so none starts after a last one.
    blocks = [b for b in (0, *(i + 1 for i, c in enumerate(text) if c == "\n")) if b < len(text)]
    cuts = sorted({0, len(text), *starts, *ends, *blocks})
    out: list[str] = []
    stack: list[Layer] = []
    tag = ""
    block = 0  # how many blocks have started
    for at, following in zip(cuts, [*cuts[1:], None], strict=True):
        new_block = block < len(blocks) and blocks[block] == at
        keep = 0 if new_block else _still_open(stack, at)
        here = [*(x for x in stack[keep:] if x.end > at), *starts.get(at, ())]
        out += ["</span>"] * (len(stack) - keep)
        del stack[keep:]
        if new_block:
            block += 1
            out.append(f"</{tag}>" if tag else "")
            tag = headline if headline and at == 0 else "p"
            out.append(opening(tag, cls="headline" if tag == headline else None))
        limit = min((blocks[block] if block < len(blocks) else len(text), *(x.end for x in stack)))
        for layer in sorted(here, key=lambda x: (-x.end, x.rank)):
            out.append(_open(layer, at, limit))
            if layer.end == at:  # an empty span has a place, though nothing to mark
                out.append("</span>")
            else:
                stack.append(layer)
                limit = min(limit, layer.end)
        out.append(escape(text[at:following]))
    out.append(f"</{tag}>" if tag else "")
    return el("div", Html("".join(out)), cls="text")


def _still_open(stack: list[Layer], at: int) -> int:
    """How many layers, from the outside in, can stay open at this position."""
    return next((i for i, layer in enumerate(stack) if layer.end <= at), len(stack))


def _open(layer: Layer, at: int, limit: int) -> Html:
    """Open the piece of a layer that starts here and reaches ``limit`` at most."""
    first, last = layer.start == at, at < layer.end <= limit
    cls = layer.cls + " first" * first + " last" * last
    span = opening("span", cls=cls, id=layer.id if first else None, **dict(layer.attrs))
    return join(span, layer.lead if first else None)
