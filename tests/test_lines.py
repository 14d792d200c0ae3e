from __future__ import annotations

from hypothesis import given
from resolve_samples import tokenizer
from strategies import texts

from arabnews.resolve.lines import Lines


def lines(text: str) -> Lines:
    return Lines(tokenizer().encode(text))


def test_words_and_what_stands_around_them() -> None:
    found = lines("خبر عاجل\n\n  «قال» سامي: نعم.\n")
    assert [found.interval(k) for k in range(len(found.spans))] == [(0, 2), (2, 5)]
    assert (found.of(2), found.before(2), found.after(3)) == (1, "  «", ": نعم.")
    assert [found.between(w) for w in (2, 3, 4)] == ["» ", ": ", "."]
    assert [found.is_last(w) for w in range(5)] == [False, True, False, False, True]


def test_headlines_stand_above_the_first_long_line() -> None:
    found = lines("عنوان\nعنوان ثان\n" + "كلمة " * 60 + "\nقصير")
    assert [found.is_headline(k) for k in range(4)] == [True, True, False, False]
    assert lines("كلمة " * 60).is_headline(0)


@given(texts)
def test_lines_hold_all_words_in_order(text: str) -> None:
    found = lines(text)
    held = [w for k in range(len(found.spans)) for w in range(*found.interval(k))]
    assert held == list(range(len(found.words)))
    for word in held:
        k = found.of(word)
        start, end = found.spans[k]
        s, e = found.words[word]
        assert text[start:end] == found.before(word) + text[s:e] + found.after(word)
        assert found.after(word).startswith(found.between(word))
        assert found.is_last(word) == (word + 1 == found.interval(k)[1])
    for k in range(len(found.spans)):
        bullet = found.bullet(k)
        assert bullet is None or found.interval(k)[0] <= bullet[0] < bullet[1]
