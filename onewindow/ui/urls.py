"""Addresses that belong to every face."""

from django.urls import path

from onewindow.ui import entering, security, uploads, views

app_name = "ui"

urlpatterns = [
    path("login", entering.login, name="login"),
    path("login/step", entering.step, name="step"),
    path("login/passkey", entering.passkey, name="passkey"),
    path("logout", entering.logout, name="logout"),
    path("account", security.account, name="account"),
    path("account/app", security.add_app, name="add-app"),
    path("account/passkey", security.add_passkey, name="add-passkey"),
    path("account/factors/<int:factor_id>/remove", security.remove, name="remove-factor"),
    path("account/codes", security.renew_codes, name="renew-codes"),
    path("account/sessions", security.end_session, name="end-session"),
    path("password", views.password, name="password"),
    path("uploads", uploads.begin, name="upload-begin"),
    path("uploads/<str:key>", uploads.piece, name="upload-piece"),
    path("language", views.switch_language, name="language"),
    path("display", views.switch_display, name="display"),
]
