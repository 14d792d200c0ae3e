"""Articles written and annotated for this project; installed as ``arabnews.seeds``."""
