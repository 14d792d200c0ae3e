"""Reading articles, gold files, the formats of annotation tools, and tables."""

from __future__ import annotations

from .articles import Article, BadRecord, read_articles
from .brat import export_brat, import_brat
from .conll import export_conll, import_conll, read_conll
from .doccano import export_doccano, import_doccano
from .gold import GoldArticle, from_document, read_gold, to_document, write_gold
from .label_studio import export_label_studio, import_label_studio
from .tables import entity_rows, event_rows, quote_rows, write_table
from .webanno import export_webanno, import_webanno

__all__ = [
    "Article", "BadRecord", "GoldArticle", "entity_rows", "event_rows", "export_brat",
    "export_conll", "export_doccano", "export_label_studio", "export_webanno", "from_document",
    "import_brat", "import_conll", "import_doccano", "import_label_studio", "import_webanno",
    "quote_rows", "read_articles", "read_conll", "read_gold", "to_document", "write_gold",
    "write_table",
]  # fmt: skip
