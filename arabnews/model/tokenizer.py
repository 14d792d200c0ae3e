"""From an article to sub-words whose places in the text are known."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from ..errors import ModelError
from ..text.normalise import normalise
from ..text.words import Unit, sentences, units

__all__ = ["Encoded", "NewsTokenizer"]

#: Sub-words of one unit that are read; of a longer one (a URL, a smear) the first and the last.
PIECES_PER_UNIT = 48


@dataclass(frozen=True, slots=True)
class Encoded:
    """An article as the network reads it.

    ``pieces`` are the sub-word ids of all units in order; unit ``u`` owns
    ``pieces[unit_start[u]:unit_start[u + 1]]``. ``words`` are character offsets,
    ``word_unit``, ``word_paragraph`` and ``word_sentence`` run parallel to them, and so does
    ``word_quoted`` (inside quotation marks).
    """

    text: str
    pieces: np.ndarray
    unit_start: np.ndarray
    words: list[tuple[int, int]]
    word_unit: np.ndarray
    word_paragraph: np.ndarray
    word_sentence: np.ndarray
    word_quoted: np.ndarray
    forms: list[str]


class NewsTokenizer:
    """A ``tokenizer.json`` used without truncation or padding, safe to share between threads."""

    def __init__(
        self, tokenizer: Tokenizer, *, normalisation: str, paragraph_token: str | None,
        sinks: int = 0,
    ) -> None:  # fmt: skip
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self.raw = tokenizer
        self.normalisation = normalisation
        self._lock = threading.Lock()
        self.cls = self._id("[CLS]", "<s>")
        self.sep = self._id("[SEP]", "</s>")
        self.pad = self._id("[PAD]", "<pad>")
        self.unk = self._id("[UNK]", "<unk>")
        self.mask = self._id("[MASK]", "<mask>", "[UNK]", "<unk>")
        self.paragraph = self._id(paragraph_token) if paragraph_token else self.sep
        #: What ends a window: ``ModelConfig.sinks`` mask tokens, and [SEP].
        self.closing = [*[self.mask] * sinks, self.sep]
        #: How many sub-words of a window are no text.
        self.framing = 1 + len(self.closing)

    def _id(self, *names: str) -> int:
        for name in names:
            found = self.raw.token_to_id(name)
            if found is not None:
                return int(found)
        raise ModelError(f"tokenizer.json has no token {' or '.join(names)}")

    @classmethod
    def load(
        cls, path: Path, *, normalisation: str, paragraph_token: str | None, sinks: int = 0
    ) -> NewsTokenizer:
        """Read a ``tokenizer.json``."""
        if not path.exists():
            raise ModelError(f"{path} is missing: a model folder needs its tokenizer.json")
        try:
            tokenizer = Tokenizer.from_file(str(path))
        except Exception as error:  # the library raises bare Exception
            raise ModelError(f"{path} is not a tokenizer: {error}") from None
        return cls(
            tokenizer, normalisation=normalisation, paragraph_token=paragraph_token, sinks=sinks
        )

    def encode(self, text: str) -> Encoded:
        """Encode one article; every unit gets at least one piece, so that no word is unseen."""
        found = units(text)
        forms = [
            "" if u.kind == "break" else normalise(text[u.start : u.end], self.normalisation).text
            for u in found
        ]
        visible = [
            f.strip() or "\ufffd" for f, u in zip(forms, found, strict=True) if u.kind != "break"
        ]
        with self._lock:
            encoding = self.raw.encode(visible, is_pretokenized=True, add_special_tokens=False)
        of_unit: list[list[int]] = [[] for _ in visible]
        for piece, at in zip(encoding.ids, encoding.word_ids, strict=True):
            if at is not None:
                of_unit[at].append(piece)
        pieces: list[int] = []
        start = [0]
        rows = iter(of_unit)
        for unit in found:
            own = [self.paragraph] if unit.kind == "break" else next(rows) or [self.unk]
            if len(own) > PIECES_PER_UNIT:
                own = [*own[: PIECES_PER_UNIT - 1], own[-1]]
            pieces += own
            start.append(len(pieces))
        is_word = [i for i, u in enumerate(found) if u.kind == "word"]
        word_spans = [(found[i].start, found[i].end) for i in is_word]
        return Encoded(
            text=text,
            pieces=np.asarray(pieces, dtype=np.int64),
            unit_start=np.asarray(start, dtype=np.int64),
            words=word_spans,
            word_unit=np.asarray(is_word, dtype=np.int64),
            word_paragraph=_paragraph_index(found, is_word),
            word_sentence=_sentence_index(text, word_spans),
            word_quoted=_quoted(text, found, is_word),
            forms=[forms[i] for i in is_word]
            if self.normalisation == "compact"
            else [normalise(text[s:e]).text for s, e in word_spans],
        )


def _paragraph_index(found: list[Unit], is_word: list[int]) -> np.ndarray:
    """Return the number of each word's paragraph, counting lines with content only."""
    out, at, fresh, wanted = [], -1, True, set(is_word)
    for i, unit in enumerate(found):
        if unit.kind == "break":
            fresh = True
            continue
        at += fresh
        fresh = False
        if i in wanted:
            out.append(at)
    return np.asarray(out, dtype=np.int64)


def _sentence_index(text: str, words: list[tuple[int, int]]) -> np.ndarray:
    starts = np.asarray([s for s, _ in sentences(text)] or [0])
    return np.searchsorted(starts, np.asarray([s for s, _ in words], dtype=np.int64), "right") - 1


_OPEN, _CLOSE, _EITHER = "«“„‹", "»”›", '"'


def _quoted(text: str, found: list[Unit], is_word: list[int]) -> np.ndarray:
    """Tell for each word whether a quotation mark of its paragraph is open before it."""
    out, depth, wanted = [], 0, set(is_word)
    for i, unit in enumerate(found):
        if unit.kind == "break":
            depth = 0
        elif unit.kind == "mark":
            mark = text[unit.start]
            if mark in _OPEN or (mark in _EITHER and depth == 0):
                depth += 1
            elif mark in _CLOSE or mark in _EITHER:
                depth = max(0, depth - 1)
        if i in wanted:
            out.append(depth > 0)
    return np.asarray(out, dtype=bool)
