"""The reliability diagram and its tables say what the scored predictions say."""

from __future__ import annotations

from xml.etree import ElementTree

from arabnews.metrics import threshold_table
from arabnews.training.reliability import reliability_diagram, reliability_table, threshold_rows

SCORED = {
    "entities": [(0.95, True)] * 3 + [(0.95, False), (0.15, False)],
    "quotes": [],
    "x<y": [(0.5, True)],
}
SVG = "{http://www.w3.org/2000/svg}"


def test_a_bar_for_each_bin_that_holds_predictions() -> None:
    root = ElementTree.fromstring(reliability_diagram(SCORED))
    bars = [r for r in root.iter(f"{SVG}rect") if r.get("class") == "bar"]
    assert len(bars) == 3
    high, low = sorted((float(b.get("height", "")) for b in bars[:2]), reverse=True)
    assert high == 150 and low == 0  # three of four right on a side of 200; none right
    words = " ".join(t.text or "" for t in root.iter(f"{SVG}text"))
    assert "n = 5" in words and "x<y" in words and "quotes" not in words


def test_nothing_scored_gives_an_empty_diagram() -> None:
    assert ElementTree.fromstring(reliability_diagram({"quotes": []})).tag == f"{SVG}svg"


def test_the_tables_are_markdown() -> None:
    rows = reliability_table(SCORED).splitlines()
    assert "| entities | 0.9–1.0 | 4 | 0.95 | 0.75 |" in rows and len(rows) == 5
    gold = {"id": "a", "text": "زار سامي عدن", "entities": [{"span": [4, 8], "label": "PER"}]}
    found = {**gold, "entities": [{"start": 4, "end": 8, "label": "PER", "score": 0.75}]}
    table = threshold_rows(threshold_table([gold], [found], [0.5, 0.8])).splitlines()
    assert table[2] == "| entities | 0.5 | 100.0 | 100.0 | 100.0 | 1 |"
    assert table[3] == "| entities | 0.8 | 0.0 | 0.0 | 0.0 | 0 |"
