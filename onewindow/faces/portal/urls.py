"""Addresses of the portal."""

from django.urls import include, path

from onewindow.faces.portal.pages import (
    about,
    account,
    apply,
    guide,
    home,
    lists,
    messages,
    mine,
    papers,
    printing,
    search,
    track,
)

_pages = [
    path("", home.home, name="home"),
    path("suggest", search.suggest, name="suggest"),
    path("search", search.search, name="search"),
    path("items/<str:task_code>", guide.guide, name="guide"),
    path("items/<str:task_code>/materials", guide.answer, name="answer"),
    path("items/<str:task_code>/service.pdf", printing.service, name="service_sheet"),
    path("items/<str:task_code>/checklist.pdf", printing.checklist, name="checklist_sheet"),
    path("items/<str:task_code>/apply", apply.start, name="start"),
    path("apply/<str:key>/delete", apply.discard, name="discard"),
    path("apply/<str:key>/files/<str:code>", apply.upload, name="upload"),
    path("apply/<str:key>/files/<str:code>/delete", apply.remove_file, name="remove_file"),
    path("apply/<str:key>/<str:step>", apply.step, name="step"),
    path("my", mine.mine, name="my"),
    path("my/messages", messages.messages, name="messages"),
    path("my/cases/<str:case_no>", mine.case, name="case"),
    path("my/cases/<str:case_no>/receipt", mine.receipt, name="receipt"),
    path("my/cases/<str:case_no>/papers/<str:document_no>", papers.paper, name="paper"),
    path("my/cases/<str:case_no>/files/<str:file_id>", papers.file, name="file"),
    path("my/cases/<str:case_no>/<str:action>", mine.act, name="act"),
    path("lists", lists.index, name="lists"),
    path("lists/<slug:slug>", lists.show, name="list"),
    path("lists/<slug:slug>.<str:form>", lists.take, name="list_file"),
    path("track", track.track, name="track"),
    path("verify", track.verify, name="verify"),
    path("verify/<str:document_no>", track.verify_document, name="verify_document"),
    path("register", account.register, name="register"),
    path("about", about.about, name="about"),
    path("privacy", about.privacy, name="privacy"),
    path("accessibility", about.accessibility, name="accessibility"),
]

urlpatterns = [path("", include((_pages, "portal")))]
