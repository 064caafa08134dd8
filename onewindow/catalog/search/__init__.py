"""Search over the published items: by name, pinyin, initials, everyday words and small misspellings.

The index lives in the process and is built from ``ItemSearch`` once per generation of the catalogue. A
query is cut into concepts (subject, everyday phrase, what is to be done); candidates come from posting
lists of characters and syllables, and the best of them are weighed in detail.
"""

from onewindow.catalog.search.document import Entry
from onewindow.catalog.search.index import Filters, Index

__all__ = ["Entry", "Filters", "Index"]
