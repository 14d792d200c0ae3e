"""HTML that is escaped by construction: plain strings are text, ``Html`` is markup."""

from __future__ import annotations

from typing import Final

__all__ = ["Html", "el", "escape", "join", "opening"]

# HTML cannot hold a NUL or a lone surrogate in any spelling; a bare CR would be read as LF.
_TABLE: Final = str.maketrans(
    {
        "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "\r": "&#13;",
        "\0": "\ufffd", **dict.fromkeys(map(chr, range(0xD800, 0xE000)), "\ufffd"),
    }
)  # fmt: skip


class Html(str):
    """A string that is markup already."""

    __slots__ = ()


def escape(text: str) -> Html:
    """Return ``text`` as markup that a browser reads back as ``text``, one for one.

    A NUL and a lone surrogate, which HTML cannot hold, become U+FFFD.

    >>> escape("<b>نعم</b> & لا")
    '&lt;b&gt;نعم&lt;/b&gt; &amp; لا'
    """
    return text if isinstance(text, Html) else Html(text.translate(_TABLE))


def join(*parts: str | None) -> Html:
    """Return the parts one after another, plain strings escaped and ``None`` left out."""
    return Html("".join(escape(p) for p in parts if p is not None))


def opening(tag: str, **attrs: str | int | None) -> Html:
    """Return an opening tag; ``cls`` is the class, ``_`` in a name is ``-``, ``None`` is absent."""
    out = [f"<{tag}"]
    for key, value in attrs.items():
        if value is not None:
            name = "class" if key == "cls" else key.rstrip("_").replace("_", "-")
            out.append(f' {name}="{escape(str(value))}"')
    return Html("".join(out) + ">")


def el(tag: str, *children: str | None, **attrs: str | int | None) -> Html:
    """Return an element with these children and attributes.

    >>> el("bdi", "أ & ب", cls="name", title=None)
    '<bdi class="name">أ &amp; ب</bdi>'
    """
    return Html(f"{opening(tag, **attrs)}{join(*children)}</{tag}>")
