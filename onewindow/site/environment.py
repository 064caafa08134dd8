"""Reads the environment for the settings: each reader returns a typed value or says loudly what is wrong."""

import os
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parent.parent.parent


def text(name: str, default: str = "") -> str:
    """The variable as it stands, stripped; `default` when unset or empty."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool = False) -> bool:
    """`1` or `0`; anything else is an error, because a misspelt switch must not pass for off."""
    value = text(name, "1" if default else "0")
    if value not in ("0", "1"):
        raise ImproperlyConfigured(f"{name} must be 0 or 1, not {value!r}")
    return value == "1"


def number(name: str, default: int, *, low: int, high: int) -> int:
    """A whole number between `low` and `high`."""
    value = text(name, str(default))
    if not (value.isascii() and value.isdigit()) or not low <= int(value) <= high:
        raise ImproperlyConfigured(f"{name} must be a whole number from {low} to {high}, not {value!r}")
    return int(value)


def names(name: str, default: str) -> list[str]:
    """A list separated by commas."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def data_dir() -> Path:
    """Where the embedded database, keys and files live: `ONEWINDOW_DATA_DIR`, else `var/` of the checkout."""
    return Path(text("ONEWINDOW_DATA_DIR", str(ROOT / "var"))).expanduser().absolute()


def database_parts(url: str) -> dict[str, str]:
    """Host, port, name, user, password and options of a `postgresql://` URL, as Django names them."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise ImproperlyConfigured("the database URL must begin with postgresql://")
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    try:
        port = str(parts.port or query.pop("port", ""))
    except ValueError as error:
        raise ImproperlyConfigured("the port in the database URL is not a number") from error
    return {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or "") or query.pop("host", ""),
        "PORT": port,
        **{f"option:{key}": value for key, value in query.items()},
    }


def mail(url: str) -> dict[str, object]:
    """Django's mail settings from `smtp://user:password@host:port` (`smtps://` for TLS, `?starttls=1`)."""
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ImproperlyConfigured("ONEWINDOW_SMTP_URL must look like smtp://user:password@host:port")
    starttls = parse_qs(parts.query).get("starttls", ["0"])[-1] == "1"
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": starttls,
    }
