"""Named entities, quotes with their speakers, and structured events from Arabic news.

>>> import arabnews
>>> nlp = arabnews.load(device="cpu")
>>> doc = nlp("أعلن وزير الخارجية سامح شكري أن القمة ستعقد في الرياض.")
>>> [e.text for e in doc.entities if e.label == "LOC"]
['الرياض']
"""

from .document import (
    Argument,
    Cluster,
    Document,
    Entity,
    Event,
    Mark,
    Quote,
    Span,
    Timex,
)
from .errors import ArabnewsError, InputError, ModelError
from .pipeline import Failure, Pipeline, load

__version__ = "0.1.0"

__all__ = [
    "ArabnewsError",
    "Argument",
    "Cluster",
    "Document",
    "Entity",
    "Event",
    "Failure",
    "InputError",
    "Mark",
    "ModelError",
    "Pipeline",
    "Quote",
    "Span",
    "Timex",
    "__version__",
    "load",
]
