"""Addresses of the kiosk."""

from django.urls import path

from onewindow.faces.kiosk import finding, guide, rating

app_name = "kiosk"

urlpatterns = [
    path("kiosk", finding.home, name="home"),
    path("kiosk/rate", rating.rate, name="rate"),
    path("kiosk/letters", finding.letters, name="letters"),
    path("kiosk/<str:audience>/themes", finding.themes, name="themes"),
    path("kiosk/<str:audience>/items", finding.items, name="items"),
    path("kiosk/items/<str:task_code>", guide.item, name="item"),
    path("kiosk/items/<str:task_code>/ask", guide.ask, name="ask"),
    path("kiosk/items/<str:task_code>/list", guide.checklist, name="checklist"),
]
