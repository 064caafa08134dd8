"""Reads the environment for the settings: each reader returns a typed value or says loudly what is wrong."""

import hashlib
import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec
from django.core.exceptions import ImproperlyConfigured

from onewindow.cases.rules.retention import Retention, Table
from onewindow.catalog.definition import TypeRules

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


def choice(name: str, default: str, *, values: tuple[str, ...]) -> str:
    """One of `values`."""
    value = text(name, default)
    if value not in values:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(values)}, not {value!r}")
    return value


def names(name: str, default: str) -> list[str]:
    """A list separated by commas."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def type_rules(name: str) -> dict[str, dict[str, Any]]:
    """Time rules of types of items: JSON of type code → fields of ``TypeRules``; empty when unset.

    Days are whole numbers of at least 0, or null for no clock. Type 01 cannot be changed: the Licensing Law
    itself sets its rules (行政许可法 art. 32, 42, 44).
    """
    value = text(name)
    if not value:
        return {}
    try:
        found = msgspec.json.decode(value.encode(), type=dict[str, dict[str, Any]])
        for code, changes in found.items():
            _check_type_rules(code, changes)
    except (ValueError, msgspec.MsgspecError) as error:
        raise ImproperlyConfigured(
            f'{name} must be JSON such as {{"07": {{"extension_days": 15}}}}: {error}'
        ) from error
    return found


def _check_type_rules(code: str, changes: dict[str, Any]) -> None:
    if not (len(code) == 2 and code.isascii() and code.isdigit()):
        raise ValueError(f"{code!r} is not the two digits of a type of items")
    if code == "01":
        raise ValueError("the Licensing Law sets the rules of type 01")
    unknown = changes.keys() - set(TypeRules.__struct_fields__)
    if unknown:
        raise ValueError(f"{code}: unknown {', '.join(sorted(unknown))}")
    msgspec.convert(changes, TypeRules)
    for field, value in changes.items():
        if isinstance(value, int) and value < 0:
            raise ValueError(f"{code}: {field} is below 0")


def retention(name: str) -> dict[str, Any]:
    """Terms of retention: JSON of `types` and `items`, each code → {"decided": years or null, "undecided": …}, and
    `complaints` in years."""
    value = text(name)
    if not value:
        return {}
    try:
        found = msgspec.json.decode(value.encode(), type=Table)
    except (ValueError, msgspec.MsgspecError) as error:
        raise ImproperlyConfigured(
            f'{name} must be JSON such as {{"types": {{"01": {{"decided": 30}}}}}}: {error}'
        ) from error
    terms = [*found.types.values(), *found.items.values(), Retention(found.complaints, found.complaints)]
    if any(
        years is not None and not 0 <= years <= 100 for one in terms for years in (one.decided, one.undecided)
    ):
        raise ImproperlyConfigured(f"{name}: years lie between 0 and 100; null means for ever")
    told: dict[str, Any] = {"types": found.types, "items": found.items}
    return told if found.complaints is None else told | {"complaints": found.complaints}


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


def bucket(name: str) -> dict[str, Any]:
    """A bucket of files (fields of ``documents.storage.bucket.Place``) from `<name>_URL` and its fellows; {} when
    there is no URL."""
    url = text(f"{name}_URL")
    if not url:
        return {}
    parts = urlsplit(url)
    bucket, _, prefix = parts.path.strip("/").partition("/")
    if parts.scheme not in ("http", "https") or not parts.hostname or not bucket or parts.username:
        raise ImproperlyConfigured(f"{name}_URL must look like https://host:port/bucket/prefix, without keys")
    keys = {key: text(f"{name}_{key.upper()}") for key in ("access_key", "secret_key")}
    if not all(keys.values()):
        raise ImproperlyConfigured(f"{name}_URL needs {name}_ACCESS_KEY and {name}_SECRET_KEY")
    encryption = text(f"{name}_ENCRYPTION")
    if encryption not in ("", "AES256") and not encryption.startswith("aws:kms:"):
        raise ImproperlyConfigured(f"{name}_ENCRYPTION must be AES256 or aws:kms:<key>")
    authorities = text(f"{name}_CA")
    if authorities and not Path(authorities).is_file():
        raise ImproperlyConfigured(f"{name}_CA names no file")
    return {
        "host": parts.netloc,
        "is_https": parts.scheme == "https",
        "bucket": bucket,
        "prefix": f"{prefix}/" if prefix else "",
        "region": text(f"{name}_REGION", "us-east-1"),
        **keys,
        "encryption": encryption,
        "authorities": authorities,
    }


def carrier(name: str, path: str, secret: str, *, standins: int) -> tuple[str, str]:
    """Address and key of a carrier from `<name>_URL` and `<name>_KEY`; of its stand-in where that runs; ("", "")."""
    url, key = text(f"{name}_URL"), text(f"{name}_KEY")
    if not url and standins:
        return f"http://127.0.0.1:{standins}/{path}", hashlib.sha256(f"{path} {secret}".encode()).hexdigest()
    if url and (not url.startswith("https://") or len(key) < 16):
        raise ImproperlyConfigured(
            f"{name}_URL begins with https:// and needs {name}_KEY of 16 characters or more"
        )
    return url, key


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
