"""Masking of personal data for whoever has no business with it; organisations' names stay as they are."""

from ipaddress import ip_address
from typing import Final

_STAR: Final = "*"
_LEAST_HIDDEN: Final = 4


def mask_name(name: str) -> str:
    """A person's name: first and last character stay, of two characters the first: 陈*岚, 王*."""
    name = name.strip()
    if len(name) <= 2:
        return name[:1] + _STAR if len(name) == 2 else _STAR * len(name)
    return name[0] + _STAR * (len(name) - 2) + name[-1]


def mask_id_number(number: str) -> str:
    """An identity, passport or permit number: the first four and last four stay; of short ones less."""
    return _keep(number.strip(), 4, 4)


def mask_phone(number: str) -> str:
    """A telephone number: 138****1234; of short ones less."""
    return _keep(number.strip(), 3, 4)


def mask_address(address: str) -> str:
    """An internet address by its network: 192.0.2.*, 2001:db8:1:*; what is no address becomes nothing."""
    try:
        found = ip_address(address.strip())
    except ValueError:
        return ""
    if found.version == 4:
        return str(found).rpartition(".")[0] + ".*"
    return ":".join(part.lstrip("0") or "0" for part in found.exploded.split(":")[:3]) + ":*"


def _keep(text: str, head: int, tail: int) -> str:
    """Keep both ends when that hides at least four characters; else a quarter at either end."""
    if len(text) - head - tail < _LEAST_HIDDEN:
        head = tail = len(text) // 4
    return text[:head] + _STAR * (len(text) - head - tail) + text[len(text) - tail :]
