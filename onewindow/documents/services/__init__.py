"""Deeds of documents: take a file, attach it, issue a paper, make its file."""

from onewindow.documents.services.files import attach, store_upload
from onewindow.documents.services.making import make_file, open_paper
from onewindow.documents.services.papers import DocumentRow, part, prepare, serials, write

__all__ = [
    "DocumentRow",
    "attach",
    "make_file",
    "open_paper",
    "part",
    "prepare",
    "serials",
    "store_upload",
    "write",
]
