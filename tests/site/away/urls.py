"""`/page` and `/api/v1/call` ask the database; `/slow` asks it for longer than a page may."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path


def ask(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 41 + %s", [1])
        return HttpResponse(str(cursor.fetchone()[0]))


def slow(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(20)")
    return HttpResponse("")


urlpatterns = [path("page", ask), path("api/v1/call", ask), path("slow", slow)]
handler500 = "onewindow.site.errors.server_error"
