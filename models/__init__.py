"""Bundled models; installed as ``arabnews.models``."""
