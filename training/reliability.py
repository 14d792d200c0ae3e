"""Whether scores mean what they say: a diagram (SVG), and tables of what a threshold costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from arabnews.metrics import Bin, Threshold, expected_calibration_error, reliability

__all__ = ["reliability_diagram", "reliability_table", "threshold_rows"]

Scored = Mapping[str, Sequence[tuple[float, bool]]]

_SIDE, _GAP, _TOP, _LEFT = 200, 60, 40, 44
_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#222}.axis{stroke:#888;fill:none}"
    ".ideal{stroke:#888;stroke-dasharray:4 4}.bar{fill:#3b6ea5}.count{font-size:9px;fill:#555}"
    "@media(prefers-color-scheme:dark){text,.count{fill:#ddd}.bar{fill:#7fb0e6}}"
)


def reliability_diagram(scored: Scored) -> str:
    """Return an SVG with a panel for each kind: the share of right ones at each mean score.

    ``scored`` is what ``arabnews.metrics.scored_predictions`` gives. A bar on the dashed diagonal
    means that the scores of that bin are worth what they say; the figure over it counts them.

    >>> reliability_diagram({"quotes": [(0.9, True), (0.8, False)]}).startswith("<svg")
    True
    """
    kinds = [k for k, rows in scored.items() if rows]
    width = _LEFT + len(kinds) * (_SIDE + _GAP)
    height = _TOP + _SIDE + 50
    panels = [
        _panel(kind, scored[kind], _LEFT + n * (_SIDE + _GAP)) for n, kind in enumerate(kinds)
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'role="img" aria-label="Reliability of scores"><style>{_STYLE}</style>'
        + "".join(panels)
        + "</svg>\n"
    )


def _panel(kind: str, rows: Sequence[tuple[float, bool]], left: float) -> str:
    base = _TOP + _SIDE
    out = [
        f'<text x="{left}" y="{_TOP - 18}">{escape(kind)}: error '
        f"{expected_calibration_error(rows):.3f}, n = {len(rows):,}</text>",
        f'<path class="axis" d="M{left} {_TOP}V{base}H{left + _SIDE}"/>',
        f'<path class="ideal" d="M{left} {base}L{left + _SIDE} {_TOP}"/>',
    ]
    for tick in (0, 0.5, 1):
        out.append(
            f'<text x="{left + tick * _SIDE}" y="{base + 16}" text-anchor="middle">{tick:g}</text>'
            f'<text x="{left - 6}" y="{base - tick * _SIDE + 4}" text-anchor="end">{tick:g}</text>'
        )
    out.append(
        f'<text x="{left + _SIDE / 2}" y="{base + 34}" text-anchor="middle">mean score</text>'
    )
    for b in reliability(rows):
        if b.confidence is None or b.accuracy is None:
            continue
        x, y = left + b.confidence * _SIDE, base - b.accuracy * _SIDE
        out.append(
            f'<rect class="bar" x="{x - 6:.1f}" y="{y:.1f}" width="12" height="{base - y:.1f}"/>'
            f'<text class="count" x="{x:.1f}" y="{y - 4:.1f}" text-anchor="middle">{b.count}</text>'
        )
    return "".join(out)


def reliability_table(scored: Scored) -> str:
    """Return a Markdown table: a row for each kind and bin that holds predictions."""
    lines = ["| kind | score | n | mean score | right |", "|---|---|---:|---:|---:|"]
    lines += [_bin(kind, b) for kind, rows in scored.items() for b in reliability(rows) if b.count]
    return "\n".join(lines)


def _bin(kind: str, b: Bin) -> str:
    return (
        f"| {kind} | {b.low:.1f}–{b.high:.1f} | {b.count} | {b.confidence:.2f} | {b.accuracy:.2f} |"
    )


def threshold_rows(table: Sequence[Threshold]) -> str:
    """Return a Markdown table of precision, recall and F1 at each threshold."""
    lines = [
        "| kind | min_score | precision | recall | F1 | kept |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {t.kind} | {t.threshold:.1f} | {t.p:.1f} | {t.r:.1f} | {t.f1:.1f} | {t.predicted} |"
        for t in table
    ]
    return "\n".join(lines)
