"""The address table of the pages, and the pages for errors; the API has its own (`faces.api.dispatch`)."""

from django.urls import include, path

FACES = ("console", "editor", "kiosk", "supervision", "workbench", "portal")

urlpatterns = [
    path("", include("onewindow.faces.api.health")),
    path("", include("onewindow.faces.api.carriers")),
    path("", include("onewindow.ui.urls")),
    *(path("", include(f"onewindow.faces.{face}.urls")) for face in FACES),
]
handler400 = "onewindow.ui.failures.bad_request"
handler403 = "onewindow.ui.failures.forbidden"
handler404 = "onewindow.ui.failures.not_found"
handler500 = "onewindow.site.errors.server_error"
