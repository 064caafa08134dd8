"""Deeds of privacy: erase one's own data, ask for another on a written request, confirm or refuse that."""

from onewindow.privacy.services.erasing import ask, confirm, erase_own, refuse

__all__ = ["ask", "confirm", "erase_own", "refuse"]
