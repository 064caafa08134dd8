"""Addresses of the console."""

from django.urls import path

from onewindow.faces.console import (
    audit,
    corrections,
    disposals,
    erasures,
    lists,
    log_ins,
    papers,
    security,
    system,
    views,
)

app_name = "console"

urlpatterns = [
    path("console", views.home, name="home"),
    path("console/system", system.system, name="system"),
    path("console/calendar", system.calendar, name="calendar"),
    path("console/messages", system.sms, name="messages"),
    path("console/accounts", security.accounts, name="accounts"),
    path("console/accounts/<str:username>", security.account, name="account"),
    path("console/erasures", erasures.erasures, name="erasures"),
    path("console/corrections", corrections.corrections, name="corrections"),
    path("console/corrections/<int:id>", corrections.correction, name="correction"),
    path("console/corrections/<int:id>/proof", corrections.proof, name="correction_proof"),
    path("console/disposals", disposals.disposals, name="disposals"),
    path("console/disposals.<str:form>", disposals.listed, name="disposals-list"),
    path("console/log", audit.log, name="log"),
    path("console/log-ins", log_ins.log_ins, name="log_ins"),
    path("console/log-ins.<str:form>", log_ins.take, name="log_ins_file"),
    path("console/ledger", audit.ledger, name="ledger"),
    path("console/cases", lists.cases, name="cases"),
    path("console/cases/<str:case_no>", lists.case, name="case"),
    path("console/papers", papers.papers, name="papers"),
    path("console/papers/<slug:kind>", papers.paper, name="paper"),
    path("console/papers/<slug:kind>/example.<str:form>", papers.example, name="example"),
    path("console/items", lists.items, name="items"),
]
