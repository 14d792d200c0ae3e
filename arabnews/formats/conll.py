"""CoNLL: one token and its BIO tag a line, a blank line between sentences.

The format holds entities, without clusters, and no quotes or events. It does not hold white space:
an article comes back with one space between tokens and one line a sentence.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from ..errors import InputError
from ..text.words import sentences, units, words
from .jsonl import open_text, replacing
from .records import GoldArticle, GoldEntity, Offsets, check_gold

__all__ = ["TaggedSentence", "export_conll", "import_conll", "read_conll"]

#: Tokens with their tags.
TaggedSentence = list[tuple[str, str]]
IllFormed = Literal["raise", "begin"]

_DOCUMENT = "# newdoc id = "
_DOCSTART = "-DOCSTART-"


def read_conll(
    path: str | os.PathLike[str], *, ill_formed: IllFormed = "raise"
) -> list[TaggedSentence]:
    """Return the sentences of a file; the first column is the token, the last one its tag.

    Columns are separated by tabs, or by spaces in lines without a tab. Tags are ``O``, ``B-X`` and
    ``I-X``. An ``I-X`` that continues nothing is ill-formed: ``"raise"`` raises ``InputError``,
    which names file, line and remedy; ``"begin"`` takes it for ``B-X``, as evaluation scripts do.
    """
    return [[pair for _, pair in s] for _, s in _sentences(Path(path), ill_formed)]


def _sentences(
    path: Path, ill_formed: IllFormed
) -> Iterator[tuple[str | None, list[tuple[int, tuple[str, str]]]]]:
    """Yield each sentence with its line numbers, and the id of the article that it belongs to."""
    if ill_formed not in ("raise", "begin"):
        raise InputError(f"ill_formed={ill_formed!r}: use 'raise' or 'begin'")
    document: str | None = None
    found: list[tuple[int, tuple[str, str]]] = []
    previous = "O"
    for number, line in enumerate(open_text(path).split("\n"), 1):
        line = line.rstrip("\r")
        starts = line.startswith((_DOCUMENT, _DOCSTART))
        if starts or not line.strip():
            if found:
                yield document, found
            found, previous = [], "O"
            if starts:
                name = line.removeprefix(_DOCUMENT) if line.startswith(_DOCUMENT) else ""
                document = name or f"{path.stem}:{number}"
            continue
        token, tag = _columns(line, f"{path}:{number}")
        if tag[0] == "I" and previous[1:] != tag[1:]:
            if ill_formed == "raise":
                raise InputError(
                    f"{path}:{number}: {token!r:.60} has tag {tag} after {previous}, which "
                    f"continues nothing; write B-{tag[2:]}, or read with ill_formed='begin'"
                )
            tag = f"B-{tag[2:]}"
        found.append((number, (token, tag)))
        previous = tag
    if found:
        yield document, found


def _columns(line: str, where: str) -> tuple[str, str]:
    columns = line.split("\t") if "\t" in line else line.split()
    if len(columns) < 2 or not columns[0].strip():
        raise InputError(f"{where}: expected a token and a tag, got {line!r:.80}")
    token, tag = columns[0], columns[-1].strip()
    if tag != "O" and not (tag[:2] in ("B-", "I-") and tag[2:]):
        raise InputError(f"{where}: {tag!r:.60} is no BIO tag; use O, B-LABEL or I-LABEL")
    return token, tag


def export_conll(articles: Iterable[GoldArticle], path: str | os.PathLike[str]) -> None:
    """Write the entities of the articles: words and marks as tokens, one sentence a block.

    A line ``# newdoc id = ...`` starts each article. A sentence that would end inside an entity
    runs on.
    """
    with replacing(path) as out:
        for article in articles:
            check_gold(article, str(path))
            if "\n" in article.id or "\r" in article.id:
                raise InputError(f"{article.id!r}: an id with a line break; give it another")
            try:
                out.write(_blocks(article))
            except UnicodeEncodeError:
                raise InputError(
                    f"{article.id}: text: a lone surrogate, which UTF-8 cannot hold; remove it"
                ) from None


def _blocks(article: GoldArticle) -> str:
    lines = [_DOCUMENT + article.id]
    ends = [end for _, end in sentences(article.text)]
    ends = [x for x in ends if not any(e.span[0] < x < e.span[1] for e in article.entities)]
    starts = {e.span[0]: f"B-{e.label}" for e in article.entities}
    inside = {s: f"I-{e.label}" for e in article.entities for s in range(e.span[0] + 1, e.span[1])}
    at = 0
    for unit in units(article.text):
        if unit.kind == "break":
            continue
        while at < len(ends) and unit.start >= ends[at]:
            at += 1
            if lines[-1]:
                lines.append("")
        tag = starts.get(unit.start) or inside.get(unit.start, "O")
        lines.append(f"{article.text[unit.start : unit.end]}\t{tag}")
    return "".join(line + "\n" for line in [*lines, ""])


def import_conll(
    path: str | os.PathLike[str], *, ill_formed: IllFormed = "raise"
) -> list[GoldArticle]:
    """Return articles with entities; in a file that marks no articles each sentence is one.

    The text is put together from the tokens: a space between tokens, a line break between
    sentences. Marks at the edge of an entity are left out of its span, because spans are whole
    words; an entity of marks alone raises ``InputError``.
    """
    p = Path(path)
    groups: dict[str, list[list[tuple[int, tuple[str, str]]]]] = {}
    last: str | None = None
    for document, sentence in _sentences(p, ill_formed):
        id = document or f"{p.stem}:{sentence[0][0]}"
        if id in groups and id != last:
            raise InputError(f"{p}:{sentence[0][0]}: article {id!r} stands twice; rename one")
        groups.setdefault(id, []).append(sentence)
        last = id
    return [_article(id, group, p) for id, group in groups.items()]


def _article(id: str, group: list[list[tuple[int, tuple[str, str]]]], path: Path) -> GoldArticle:
    text, at = [], 0
    runs: list[tuple[int, int, str, int]] = []  # start, end, label, line
    for sentence in group:
        for number, (token, tag) in sentence:
            if tag[0] == "B":
                runs.append((at, at + len(token), tag[2:], number))
            elif tag[0] == "I":
                start, _, label, line = runs[-1]
                runs[-1] = (start, at + len(token), label, line)
            text.append(token)
            at += len(token) + 1
        text[-len(sentence) :] = [" ".join(text[-len(sentence) :])]
    whole = "\n".join(text)
    bounds, next_word = words(whole), 0
    entities = []
    for start, end, label, line in runs:
        while next_word < len(bounds) and bounds[next_word][1] <= start:
            next_word += 1
        touched = next_word
        span: Offsets | None = None
        while touched < len(bounds) and bounds[touched][0] < end:
            span = (span[0] if span else bounds[touched][0], bounds[touched][1])
            touched += 1
        if span is None:
            raise InputError(
                f"{path}:{line}: entity {whole[start:end]!r:.60} has no word in it; tag it O"
            )
        entities.append(GoldEntity(span, label))
    return check_gold(GoldArticle(id, whole, entities=tuple(entities)), str(path))
