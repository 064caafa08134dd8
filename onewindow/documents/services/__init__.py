"""Deeds of documents: take a file, attach it, issue a paper, make its file."""

from onewindow.documents.services import sheets, uploads
from onewindow.documents.services.erasing import erase, erase_loose
from onewindow.documents.services.files import attach, store_upload
from onewindow.documents.services.laying import lay
from onewindow.documents.services.making import make_file, open_paper
from onewindow.documents.services.papers import (
    INSERT,
    DocumentRow,
    part,
    prepare,
    reserve,
    serials,
    values_of,
    write,
)
from onewindow.documents.services.trying import example

__all__ = [
    "INSERT",
    "DocumentRow",
    "attach",
    "erase",
    "erase_loose",
    "example",
    "lay",
    "make_file",
    "open_paper",
    "part",
    "prepare",
    "reserve",
    "serials",
    "sheets",
    "store_upload",
    "uploads",
    "values_of",
    "write",
]
