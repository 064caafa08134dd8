"""Addresses of the workbench: /counter, /office, /issue."""

from __future__ import annotations

from django.urls import URLPattern, path

from onewindow.faces.workbench import views
from onewindow.faces.workbench.counter import sheets
from onewindow.faces.workbench.counter import views as counter
from onewindow.faces.workbench.custody import handovers, originals
from onewindow.faces.workbench.desks import COUNTER, ISSUE, OFFICE, Desk
from onewindow.faces.workbench.issue import views as issue
from onewindow.faces.workbench.office import views as office

app_name = "workbench"


def _case_pages(desk: Desk) -> list[URLPattern]:
    base = f"{desk.name}/cases/<str:case_no>"
    return [
        path(base, views.case_view(desk), name=f"{desk.name}-case"),
        path(f"{base}/files/<str:file_id>", views.file_view(desk), name=f"{desk.name}-file"),
        path(f"{base}/papers/<path:document_no>", views.paper_view(desk), name=f"{desk.name}-paper"),
        path(f"{base}/all.zip", views.archive_view(desk), name=f"{desk.name}-archive"),
        path(f"{base}/parcels", views.parcel_view(desk), name=f"{desk.name}-parcels"),
        path(f"{base}/<str:action>", views.act_view(desk), name=f"{desk.name}-act"),
    ]


def _hand_over_pages(desk: Desk) -> list[URLPattern]:
    base = f"{desk.name}/handovers"
    return [
        path(base, handovers.home_view(desk), name=f"{desk.name}-handovers"),
        path(f"{base}/<int:key>", handovers.list_view(desk), name=f"{desk.name}-handover-list"),
        path(f"{base}/<int:key>/print", handovers.print_view(desk), name=f"{desk.name}-handover-print"),
    ]


urlpatterns = [
    path("counter", counter.home, name="counter"),
    path("counter/begin", counter.begin, name="counter-begin"),
    path("counter/items", counter.suggest, name="counter-items"),
    path("counter/waiting", counter.waiting, name="counter-waiting"),
    path("counter/search", counter.search, name="counter-search"),
    path("counter/visits/<int:visit_id>", counter.visit, name="counter-visit"),
    path(
        "counter/visits/<int:visit_id>/sheets/<int:piece>/<str:material>", sheets.sheet, name="counter-sheet"
    ),
    path(
        "counter/visits/<int:visit_id>/sheets/<int:piece>/<str:material>/pages/<str:key>",
        sheets.page,
        name="counter-sheet-page",
    ),
    path("office", office.home, name="office"),
    path("office/claim", office.claim, name="office-claim"),
    path("office/filters", office.save_filter, name="office-filters"),
    path("office/pledges", office.pledges, name="office-pledges"),
    path("office/search", office.search, name="office-search"),
    path("office/export.<str:form>", office.download, name="office-export"),
    path("issue", issue.home, name="issue"),
    path("issue/handover/<str:case_no>", issue.handover, name="issue-handover"),
    path("counter/cases/<str:case_no>/scan/<str:material>", sheets.scan, name="counter-case-scan"),
    path("counter/originals", originals.home, name="counter-originals"),
    path("counter/originals/<int:key>/slip", originals.slip, name="counter-original-slip"),
    path("counter/cases/<str:case_no>/originals", originals.of_case, name="counter-case-originals"),
    *_hand_over_pages(COUNTER),
    *_hand_over_pages(OFFICE),
    *_case_pages(COUNTER),
    *_case_pages(OFFICE),
    *_case_pages(ISSUE),
]
