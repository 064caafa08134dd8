"""An outside language model that words a passage of a guide more plainly; absent unless an operator sets one."""

from onewindow.catalog.adapters.wording.client import Endpoint, Unusable, ask

__all__ = ["Endpoint", "Unusable", "ask"]
