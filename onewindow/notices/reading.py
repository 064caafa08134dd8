"""Opening messages: sealed texts and addresses, and whose messages are whose."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from onewindow.base import crypto
from onewindow.kernel.actor import Actor
from onewindow.notices.models import Message


def seal(text: str, *, key: str, channel: str) -> bytes:
    return crypto.encrypt(text.encode(), bound_to=f"{key}:{channel}".encode())


def _open(sealed: bytes, message: Message) -> str:
    return crypto.decrypt(bytes(sealed), bound_to=f"{message.key}:{message.channel}".encode()).decode()


def body_of(message: Message) -> str:
    return _open(bytes(message.body_sealed), message)


def address_of(message: Message) -> str:
    return _open(bytes(message.address_sealed), message)


def mine(actor: Actor) -> QuerySet[Message]:
    """Messages in the product to the actor, or to whoever the actor is or acts for."""
    whom = Q(subject_hash__in=list(actor.subject_hashes)) if actor.subject_hashes else Q(pk__in=[])
    if actor.account_id:
        whom |= Q(account_id=actor.account_id)
    return Message.objects.filter(whom, channel="portal")
