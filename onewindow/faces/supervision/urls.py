"""Addresses of the supervision face; each section adds its own lines."""

from django.urls import path

from onewindow.faces.supervision import (
    behind,
    board,
    cards,
    complaints,
    conventions,
    indicators,
    live,
    ratings,
    scoring,
    terms,
    tickets,
    views,
    wall,
)

app_name = "supervision"

urlpatterns = [
    path("supervision", views.home, name="home"),
    path("supervision/ratings", ratings.overview, name="ratings"),
    path("supervision/ratings.<slug:form>", ratings.export, name="ratings-export"),
    path("supervision/tickets", tickets.listing, name="tickets"),
    path("supervision/tickets.<slug:form>", tickets.export, name="tickets-export"),
    path("supervision/tickets/<slug:number>", tickets.one, name="ticket"),
    path("supervision/complaints", complaints.listing, name="complaints"),
    path("supervision/complaints.<slug:form>", complaints.export, name="complaints-export"),
    path("supervision/complaints/new", complaints.new, name="complaint-new"),
    path("supervision/complaints/<slug:number>", complaints.one, name="complaint"),
    path("supervision/terms", terms.edit, name="terms"),
    path("supervision/board", board.desk, name="board"),
    path("supervision/wall", wall.page, name="wall"),
    path("supervision/live/<str:view>", live.events, name="live"),
    path("supervision/indicators", indicators.overview, name="indicators"),
    path("supervision/indicators.<str:form>", indicators.download, name="indicators-download"),
    path("supervision/indicators/<str:name>", indicators.one, name="indicator"),
    path("supervision/cases", behind.cases, name="cases"),
    path("supervision/cases.<str:form>", behind.download, name="cases-download"),
    path("supervision/cases/<str:case_no>", behind.case, name="case"),
    path("supervision/cards", cards.listing, name="cards"),
    path("supervision/cards/new", cards.by_hand, name="card-by-hand"),
    path("supervision/cards/<str:card_no>", cards.one, name="card"),
    path("supervision/cards/<str:card_no>/letters/<int:number>.pdf", cards.letter, name="letter"),
    path("supervision/rules", conventions.page, name="rules"),
    path("supervision/scores", scoring.page, name="scores"),
    path("supervision/scores/<str:part>.<str:form>", scoring.export, name="scores-export"),
]
