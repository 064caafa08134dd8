"""What is wrong with an identifier: a stable code and a sentence in Chinese."""

import unicodedata

import msgspec


class Problem(msgspec.Struct, frozen=True):
    """One defect; `code` is stable kebab-case, `message` is the Chinese msgid shown to people."""

    code: str
    message: str


def tidy(text: str) -> str:
    """The text as people mean it: full-width forms narrowed, spaces and invisible characters dropped."""
    narrowed = unicodedata.normalize("NFKC", text)
    return "".join(char for char in narrowed if unicodedata.category(char)[0] not in "CZ")


def is_digits(text: str) -> bool:
    """Whether the text is one or more ASCII digits, and nothing else."""
    return text.isascii() and text.isdigit()
