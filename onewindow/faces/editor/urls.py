"""Addresses of the editor."""

from django.urls import path

from onewindow.faces.editor import (
    bulk,
    catalogue,
    changes,
    comparison,
    compression,
    drafts,
    items,
    proposals,
    quality,
    restructuring,
    sheets,
    themes,
    views,
    wording,
    words,
)

app_name = "editor"

urlpatterns = [
    path("editor", views.home, name="home"),
    path("editor/changes", changes.listing, name="changes"),
    path("editor/changes/<str:number>", changes.one, name="change"),
    path("editor/changes/<str:number>/draft/<str:task_code>", drafts.draft, name="draft"),
    path("editor/changes/<str:number>/draft/<str:task_code>/preview", drafts.part_preview, name="preview"),
    path("editor/changes/<str:number>/wording/<str:task_code>", wording.page, name="wording"),
    path("editor/items", items.listing, name="items"),
    path("editor/items/new", proposals.new, name="new-item"),
    path("editor/items/<str:task_code>", items.item, name="item"),
    path("editor/items/<str:task_code>/compare", items.compare, name="compare"),
    path("editor/items/<str:task_code>/propose/split", restructuring.split, name="split"),
    path("editor/items/<str:task_code>/propose/merge", restructuring.merge, name="merge"),
    path("editor/items/<str:task_code>/propose/<str:kind>", proposals.begin, name="begin"),
    path("editor/catalogue", catalogue.listing, name="catalogue"),
    path("editor/catalogue/new", catalogue.begin, {"kind": "new"}, name="catalogue-new"),
    path("editor/catalogue/<str:catalog_code>", catalogue.one, name="catalogue-item"),
    path("editor/catalogue/<str:catalog_code>/propose/<slug:kind>", catalogue.begin, name="catalogue-begin"),
    path("editor/quality", quality.overview, name="quality"),
    path("editor/quality/organs/<int:organ_id>", quality.of_organ, name="quality-organ"),
    path("editor/quality/<slug:part>.<slug:form>", quality.export, name="quality-export"),
    path("editor/sheets", sheets.home, name="sheets"),
    path("editor/sheets/export", sheets.export, name="sheets-export"),
    path("editor/sheets/<slug:token>", sheets.report, name="sheet"),
    path("editor/sheets/<slug:token>/download", sheets.download, name="sheet-download"),
    path("editor/sheets/<slug:token>/notes.<slug:form>", sheets.notes, name="sheet-notes"),
    path("editor/bulk", bulk.page, name="bulk"),
    path("editor/comparison", comparison.ranked, name="comparison"),
    path("editor/comparison.<slug:form>", comparison.export, name="comparison-export"),
    path("editor/words", words.page, name="words"),
    path("editor/themes", themes.page, name="themes"),
    path("editor/themes/<slug:key>", themes.one, name="theme"),
    path("editor/compression", compression.page, name="compression"),
    path("editor/compression/<slug:part>.<slug:form>", compression.export, name="compression-export"),
]
