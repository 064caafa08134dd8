"""Addresses of the editor."""

from django.urls import path

from onewindow.faces.editor import changes, drafts, items, proposals, views

app_name = "editor"

urlpatterns = [
    path("editor", views.home, name="home"),
    path("editor/changes", changes.listing, name="changes"),
    path("editor/changes/<str:number>", changes.one, name="change"),
    path("editor/changes/<str:number>/draft/<str:task_code>", drafts.draft, name="draft"),
    path("editor/items", items.listing, name="items"),
    path("editor/items/new", proposals.new, name="new-item"),
    path("editor/items/<str:task_code>", items.item, name="item"),
    path("editor/items/<str:task_code>/compare", items.compare, name="compare"),
    path("editor/items/<str:task_code>/propose/<str:kind>", proposals.begin, name="begin"),
]
