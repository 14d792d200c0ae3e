"""How good an analysis is: strict figures, tag scores and calibration against gold articles."""

from __future__ import annotations

from .calibration import (
    Bin,
    Threshold,
    expected_calibration_error,
    reliability,
    scored_predictions,
    threshold_table,
)
from .figures import Figure, Report, evaluate
from .tags import TagReport, TagScore, span_scores

__all__ = [
    "Bin", "Figure", "Report", "TagReport", "TagScore", "Threshold", "evaluate",
    "expected_calibration_error", "reliability", "scored_predictions", "span_scores",
    "threshold_table",
]  # fmt: skip
