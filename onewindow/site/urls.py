"""The address table: each face below its own prefix, and the pages for errors."""

from django.urls import include, path

PREFIXES = {"api": "api/v1/", "console": "", "workbench": "", "portal": ""}

urlpatterns = [
    path("", include("onewindow.faces.api.health")),
    path("", include("onewindow.ui.urls")),
    *(path(prefix, include(f"onewindow.faces.{face}.urls")) for face, prefix in PREFIXES.items()),
]
handler400 = "onewindow.ui.failures.bad_request"
handler403 = "onewindow.ui.failures.forbidden"
handler404 = "onewindow.ui.failures.not_found"
handler500 = "onewindow.site.errors.server_error"
