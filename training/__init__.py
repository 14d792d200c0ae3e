"""From annotated articles to a model folder; installed as ``arabnews.training``."""
