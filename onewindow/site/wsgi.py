"""The program as a web server sees it: the door to the API, then static files, then Django."""

import os
import re

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from whitenoise import WhiteNoise

from onewindow.site import lifeline

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onewindow.site.settings")

_HASHED = re.compile(r"\.[0-9a-f]{12}\.")


def _is_immutable(path: str, url: str) -> bool:
    """Names that carry the digest of their content never change."""
    return bool(_HASHED.search(url))


lifeline.follow()
settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
_django = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402

from onewindow.site import door, shapes, warming  # noqa: E402  the rooms' models exist only now

_ = get_resolver().url_patterns  # loads the pages, whose shapes shall be known too
shapes.learn()
warming.start()
application = door.Door(
    WhiteNoise(
        _django,
        root=str(settings.STATIC_ROOT),
        prefix=settings.STATIC_URL.strip("/"),
        immutable_file_test=_is_immutable,
    )
)
