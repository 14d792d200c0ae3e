"""A web page of what a model gets wrong, gold beside prediction; ``arabnews evaluate --errors``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from arabnews.metrics import Figure, Report

from .error_cases import ErrorCase, Highlight, Passage

__all__ = ["error_report"]

#: Text further than this from any highlight is folded into a visible […].
CONTEXT = 180


def error_report(
    report: Report, groups: Mapping[str, Sequence[ErrorCase]], *, title: str
) -> str:
    """Return a self-contained right-to-left HTML page: figures, then errors by kind.

    ``report`` comes from ``arabnews.metrics.evaluate``, ``groups`` from ``error_groups`` on the
    same articles. The page needs no network and no script. Long paragraphs are folded away from
    the highlights, and show where.

    >>> from arabnews.metrics import evaluate
    >>> from arabnews.training.error_cases import error_groups
    >>> gold = {"id": "a", "text": "زار سامي عدن", "entities": [{"span": [4, 8], "label": "PER"}]}
    >>> report, groups = evaluate([gold], []), error_groups([gold], [])
    >>> page = error_report(report, groups, title="سامي & عدن")
    >>> "<h1>سامي &amp; عدن</h1>" in page, "entities: missed" in page
    (True, True)
    """
    total = sum(map(len, groups.values()))
    body = [
        f"<header><h1>{_text(title)}</h1>",
        f'<p class="en">{_count(report.articles, "article")}, {_count(total, "error")}</p>'
        "</header>",
        "<main>",
        _figures(report),
        _contents(groups),
        *(_group(n, kind, cases) for n, (kind, cases) in enumerate(groups.items())),
        "</main>",
    ]
    return (
        '<!DOCTYPE html>\n<html lang="ar" dir="rtl">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def _text(text: str) -> str:
    """Escape text; a lone surrogate, which UTF-8 cannot hold, is shown as U+FFFD."""
    return escape(re.sub("[\ud800-\udfff]", "\ufffd", text))


def _figures(report: Report) -> str:
    rows = []
    for name, figure in report.figures.items():
        # A place to break the long names on a narrow screen.
        shown = _text(name).replace("_", "_<wbr>")
        cells = "".join(f"<td>{cell}</td>" for cell in _cells(figure))
        rows.append(f'<tr><th scope="row">{shown}</th>{cells}</tr>')
    heads = "".join(f'<th scope="col">{h}</th>' for h in ("P", "R", "F1 / acc.", "of"))
    return (
        '<section class="en"><h2>Figures</h2><table><thead><tr><th scope="col">figure</th>'
        f"{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></section>"
    )


def _cells(figure: Figure) -> tuple[str, str, str, str]:
    main, support = f"<b>{figure.value:.2f}</b>", f"{figure.support:,}"
    if figure.is_accuracy:
        return "", "", main, support
    return f"{figure.p:.2f}", f"{figure.r:.2f}", main, support


def _contents(groups: Mapping[str, Sequence[ErrorCase]]) -> str:
    if not groups:
        return '<p class="en">No errors.</p>'
    most = max(map(len, groups.values()))
    rows = "".join(
        f'<li><a href="#g{n}"><span>{_text(kind)}</span><b>{len(cases):,}</b>'
        f'<i style="width:{max(1, round(100 * len(cases) / most))}%"></i></a></li>'
        for n, (kind, cases) in enumerate(groups.items())
    )
    return f'<nav class="en"><h2>Errors by kind</h2><ol>{rows}</ol></nav>'


def _group(number: int, kind: str, cases: Sequence[ErrorCase]) -> str:
    shown = "".join(_case(case) for case in cases)
    return (
        f'<section id="g{number}"><h2 class="en">{_text(kind)} <b>{len(cases):,}</b></h2>'
        f"{shown}</section>"
    )


def _case(case: ErrorCase) -> str:
    windows = [
        (passage, _windows(passage, (*case.gold, *case.predicted))) for passage in case.passages
    ]
    columns = "".join(
        _column(side, marks, windows)
        for side, marks in (("gold", case.gold), ("predicted", case.predicted))
    )
    # Names inside an English note keep their own direction, and do not turn the words around.
    words = re.sub("«[^«»]*»", r"<bdi>\g<0></bdi>", _text(case.note))
    note = f'<p class="note" dir="ltr">{words}</p>' if words else ""
    layout = "pair" if case.gold and case.predicted else "one"
    return (
        f'<article><p class="id"><bdi dir="ltr">{_text(case.article)}</bdi></p>{note}'
        f'<div class="{layout}">{columns}</div></article>'
    )


def _column(
    side: str,
    marks: Sequence[Highlight],
    windows: Iterable[tuple[Passage, Sequence[tuple[int, int]]]],
) -> str:
    """Return one side of an error; where it has nothing, the text is not repeated."""
    head = side.capitalize() + ("" if marks else ": nothing")
    text = "".join(_passage(passage, parts, marks) for passage, parts in windows) if marks else ""
    return f'<div class="{side}"><h3>{head}</h3>{text}</div>'


def _windows(passage: Passage, marks: Sequence[Highlight]) -> list[tuple[int, int]]:
    """Return the stretches of a paragraph worth showing, the same ones in both columns."""
    out: list[tuple[int, int]] = []
    for mark in sorted(marks, key=lambda m: m.start):
        if mark.start >= passage.end or mark.end <= passage.start:
            continue
        start = max(passage.start, mark.start - CONTEXT)
        end = min(passage.end, mark.end + CONTEXT)
        # Move outwards to white space, so that no word is cut.
        while start > passage.start and not passage.text[start - 1 - passage.start].isspace():
            start -= 1
        while end < passage.end and not passage.text[end - passage.start].isspace():
            end += 1
        # A gap of a few words is not worth a fold.
        if out and start <= out[-1][1] + CONTEXT // 3:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    if out and out[0][0] - passage.start <= CONTEXT // 3:
        out[0] = (passage.start, out[0][1])
    if out and passage.end - out[-1][1] <= CONTEXT // 3:
        out[-1] = (out[-1][0], passage.end)
    return out


def _passage(
    passage: Passage, windows: Sequence[tuple[int, int]], marks: Sequence[Highlight]
) -> str:
    parts, at = [], passage.start
    for start, end in windows:
        if start > at:
            parts.append(_fold(start - at))
        parts.append(_highlighted(passage, start, end, marks))
        at = end
    if at < passage.end:
        parts.append(_fold(passage.end - at))
    return f'<p class="text"><span class="no">{passage.number}</span>{" ".join(parts)}</p>'


def _fold(length: int) -> str:
    return f'<span class="fold" title="{length:,} characters">[…]</span>'


def _highlighted(passage: Passage, start: int, end: int, marks: Sequence[Highlight]) -> str:
    """Return the text with its highlights, which may overlap or stand inside one another."""
    inside = [m for m in marks if m.start < end and start < m.end]
    cuts = sorted({start, end, *(x for m in inside for x in (m.start, m.end) if start < x < end)})
    out = []
    for a, b in zip(cuts, cuts[1:], strict=False):
        text = _text(passage.text[a - passage.start : b - passage.start])
        over = [m for m in inside if m.start < b and a < m.end]
        if not over:
            out.append(text)
            continue
        inner = min(over, key=lambda m: m.end - m.start)
        # The tag stands before the first piece of its highlight, also where that began earlier.
        tags = "".join(
            f"<small><bdi>{_text(m.label)}</bdi></small>" for m in over if max(m.start, start) == a
        )
        name = "m2" if inner.label == "content" else "m1"
        out.append(f'<mark class="{name}">{tags}{text}</mark>')
    return "".join(out)


_STYLE = """
:root{color-scheme:light dark;--bg:#fafafa;--card:#fff;--ink:#1a1a1a;--dim:#5c5c5c;--line:#ddd;
--gold:#1b6e3c;--goldbg:#cdeed8;--goldbg2:#e9f7ee;--pred:#a33a00;--predbg:#ffdcc8;
--predbg2:#fff1e8}
@media(prefers-color-scheme:dark){:root{--bg:#161616;--card:#202020;--ink:#eee;--dim:#aaa;
--line:#3a3a3a;--gold:#7fd6a0;--goldbg:#1f5a37;--goldbg2:#1b3325;--pred:#ffac80;--predbg:#7a3413;
--predbg2:#3d2317}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);line-height:1.7;
font:17px/1.8 "Noto Naskh Arabic","Noto Sans Arabic","Geeza Pro","Segoe UI",Tahoma,sans-serif}
header,main{max-width:76rem;margin:auto;padding:0 1rem}
h1{font-size:1.6rem;line-height:1.4;margin:1.2rem 0 .2rem;overflow-wrap:anywhere}
h2{font-size:1.2rem;margin:2rem 0 .6rem;line-height:1.4}
h2 b{color:var(--dim);font-weight:400}
h3{font-size:.85rem;margin:0 0 .3rem}
.en{direction:ltr;text-align:left;
font-family:system-ui,"Segoe UI",Roboto,"Noto Sans",Arial,sans-serif}
table{border-collapse:collapse;font-size:.9rem;line-height:1.5;width:100%;max-width:44rem}
th,td{padding:.25rem .5rem;border-bottom:1px solid var(--line);text-align:right;
font-variant-numeric:tabular-nums}
th:first-child{text-align:left;font-weight:400}
thead th{color:var(--dim);font-weight:400;white-space:nowrap}
ol{list-style:none;margin:0;padding:0;max-width:44rem}
li a{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 1rem;color:inherit;
padding:.35rem 0;text-decoration:none;line-height:1.4}
li a:hover span,li a:focus span{text-decoration:underline}
li i{display:block;flex:none;height:3px;background:var(--pred);margin-right:auto}
li a::after{content:"";flex-basis:100%;height:0;order:1}
li i{order:2}
article{background:var(--card);border:1px solid var(--line);border-radius:6px;
padding:.7rem .9rem;margin:0 0 .8rem}
.id{margin:0;color:var(--dim);font-size:.8rem;line-height:1.4;overflow-wrap:anywhere;
font-family:system-ui,sans-serif;direction:ltr;text-align:left}
.note{margin:.2rem 0 .4rem;font-size:.95rem;overflow-wrap:anywhere;text-align:right;
font-family:system-ui,"Noto Sans Arabic",sans-serif}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:1.4rem}
.one{display:grid;gap:.5rem}.pair>div,.one>div{min-width:0}
.one h3:last-child{margin:0}
.gold h3{color:var(--gold)}.predicted h3{color:var(--pred)}
.gold,.predicted{border-inline-start:3px solid var(--gold);padding-inline-start:.7rem}
.predicted{border-color:var(--pred)}
h3{direction:ltr;text-align:right;font-family:system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif}
.text{margin:0 0 .4rem;overflow-wrap:anywhere;white-space:pre-wrap}
.no{color:var(--dim);font:.75rem system-ui,sans-serif;margin-inline-end:.4rem}
.fold{color:var(--dim)}
mark{color:inherit;border-radius:3px;text-decoration:underline;text-decoration-thickness:2px;
text-underline-offset:5px;-webkit-box-decoration-break:clone;box-decoration-break:clone}
.gold mark{background:var(--goldbg);text-decoration-color:var(--gold)}
.predicted mark{background:var(--predbg);text-decoration-color:var(--pred)}
.gold .m2{background:var(--goldbg2)}.predicted .m2{background:var(--predbg2)}
mark small{display:inline-block;font:600 .68rem/1.3 system-ui,"Noto Sans Arabic",sans-serif;
padding:0 .25rem;border-radius:3px;margin-inline-end:.2rem;color:var(--card);
vertical-align:.15em;text-decoration:none}
.gold small{background:var(--gold)}.predicted small{background:var(--pred)}
@media(max-width:46rem){body{font-size:16px}.pair{grid-template-columns:1fr;gap:.8rem}
header,main{padding:0 .7rem}article{padding:.6rem .7rem}th,td{padding:.25rem .3rem}}
"""
