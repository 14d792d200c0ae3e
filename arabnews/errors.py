"""What can go wrong, each with the input, the cause and the remedy in its message."""

from __future__ import annotations

__all__ = ["ArabnewsError", "InputError", "ModelError"]


class ArabnewsError(Exception):
    """The base of every error that arabnews raises on purpose."""


class InputError(ArabnewsError, ValueError):
    """A text, a record or a label file cannot be used as it is."""


class ModelError(ArabnewsError, OSError):
    """A model cannot be found or is not one that is safe to load."""
