"""The one settings file: everything that an operator may choose comes from the environment.

ONEWINDOW_DATA_DIR           embedded database, keys, files                 default <checkout>/var
ONEWINDOW_DATABASE_URL       an outside PostgreSQL; nothing embedded then
ONEWINDOW_APP_DATABASE_URL   the bounded role on it                         default: the same URL
ONEWINDOW_POOLER_URL         the bounded role through PgBouncer, for web processes   default: no pooler
ONEWINDOW_PORT               port on 127.0.0.1                              default 8000
ONEWINDOW_HOSTS              host names served, separated by commas         default 127.0.0.1,localhost
ONEWINDOW_HTTPS              1 behind TLS: secure cookies, redirect, HSTS   default 0
ONEWINDOW_SANDBOX            1: the movable clock is on                     default: as `make run` left it
ONEWINDOW_SANDBOX_START      instant at which a fresh demonstration begins
ONEWINDOW_DEMO_PASSWORD      password of the demonstration's accounts
ONEWINDOW_SMTP_URL           smtp://user:password@host:port                 default: files in outbox/
ONEWINDOW_MAIL_FROM          sender of messages
ONEWINDOW_BASE_URL           address in the QR codes of papers              default: this machine's port
ONEWINDOW_STAFF_NOTICES      how staff are told of cards beside the product    default: email,sms
ONEWINDOW_SMS_URL, _KEY      the SMS gateway and its key                    default: a stand-in keeps messages
ONEWINDOW_IDENTITY_URL, _APP_ID, _SECRET   the national identity service    default: a stand-in
ONEWINDOW_WORDING_URL, _KEY, _MODEL, _SECONDS   plain wording by a model  default: not offered
ONEWINDOW_DRAFT_DAYS, _LOOSE_FILE_DAYS   how long drafts and unused uploads stay   default 180, 30
ONEWINDOW_FILES              disk, s3: where files of cases lie             default disk
ONEWINDOW_S3_URL, _REGION    https://host/bucket/prefix; its region         default region us-east-1
ONEWINDOW_S3_ACCESS_KEY, _SECRET_KEY   the keys of the bucket
ONEWINDOW_S3_ENCRYPTION      AES256, aws:kms:<key>: sealed by the server    default: as the bucket is set
ONEWINDOW_S3_CA, _SECONDS    certificates of its authority; how long it may take   default: the usual, 20
ONEWINDOW_PLEDGE_CHECK_DAYS  days after the grant within which a promise is checked   default 60
ONEWINDOW_RETENTION          terms by type and item over the two below (JSON, docs/operations.md)
ONEWINDOW_RETENTION_YEARS, _UNDECIDED   years that files of cases are kept   default 10, 2
ONEWINDOW_COURIER_URL, _KEY  the courier that papers go by                default: none (sandbox: a stand-in)
ONEWINDOW_LOCKER_URL, _KEY   the self-service lockers                       default: none (sandbox: a stand-in)
ONEWINDOW_CLAMD, _SECONDS, _AWAY   virus scanner (/socket, host:port); refuse, mark   default: none, 10, refuse
ONEWINDOW_ORIGINALS_OUT      a case whose originals are still here: refuse, warn   default refuse
ONEWINDOW_TSA_URL, _AUTHORIZATION   time stamps of papers (RFC 3161)     default: none
ONEWINDOW_TRUSTED_SIGNERS    PEM file of authorities whose signed licences are trusted   default: only our own
ONEWINDOW_PAPERS_SM2         1: an SM2 signature beside each paper          default 0
ONEWINDOW_ITEM_RULES, _WORDS, _UNIFIED   rules on saving items (JSON)      default: as shipped
ONEWINDOW_SUPERVISION        convention of cards and thresholds (JSON)      default: as shipped
ONEWINDOW_DIMENSION_WEIGHTS  weights of the assessment, sum 1 (JSON)        default: equal
ONEWINDOW_DISK_FULL_PERCENT  uploads are refused from this share of a disk on, below 20 GiB free   default 85
ONEWINDOW_WAL_ARCHIVE        folder for the write-ahead log of the embedded database    default: none
ONEWINDOW_METRICS_TOKEN      who may read /metrics                          default: this machine only
ONEWINDOW_ACCESS_LOG         1: a line for every request, without its path  default 0
ONEWINDOW_SEVERAL_HOSTS      1: other hosts serve too; caches last 3 s      default 0
ONEWINDOW_LOG_LEVEL          DEBUG, INFO, WARNING, ERROR                    default INFO
ONEWINDOW_SECOND_FACTOR      offered, administrators, staff: who needs one  default administrators (sandbox: offered)
ONEWINDOW_PASSWORD_SHORTEST, _CLASSES, _DAYS   rules of passwords           default 10; staff: 3 of 4, 90 (sandbox: 0)
ONEWINDOW_LOGIN_FAILURES, _LOCK_MINUTES        when log-in is locked        default 5, 15
ONEWINDOW_SESSION_IDLE_MINUTES, _HOURS         how long a page's log-in lasts   default 30, 12
ONEWINDOW_RATE_READS, _DEEDS requests a second of an address, a token, in a process  default 200, 50 (sandbox: 0, any)
ONEWINDOW_PROXIES            addresses of trusted proxies, by commas: they say who calls  default none
"""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from onewindow.site import embedded, environment

DEBUG = False

# ---------------------------------------------------------------- places

ONEWINDOW_DATA_DIR: Path = environment.data_dir()
ONEWINDOW_KEYS_DIR = ONEWINDOW_DATA_DIR / "keys"
ONEWINDOW_FILES_DIR = ONEWINDOW_DATA_DIR / "files"
ONEWINDOW_TRUSTED_SIGNERS = environment.text("ONEWINDOW_TRUSTED_SIGNERS")
if ONEWINDOW_TRUSTED_SIGNERS and not Path(ONEWINDOW_TRUSTED_SIGNERS).is_file():
    raise ImproperlyConfigured("ONEWINDOW_TRUSTED_SIGNERS names no file")
ONEWINDOW_FILES = environment.choice("ONEWINDOW_FILES", "disk", values=("disk", "s3"))
ONEWINDOW_S3 = environment.bucket("ONEWINDOW_S3")
ONEWINDOW_S3_SECONDS = environment.number("ONEWINDOW_S3_SECONDS", 20, low=2, high=120)
if ONEWINDOW_FILES == "s3" and not ONEWINDOW_S3:
    raise ImproperlyConfigured("ONEWINDOW_FILES=s3 needs ONEWINDOW_S3_URL")
ONEWINDOW_PORT = environment.number("ONEWINDOW_PORT", 8000, low=1, high=65535)
# `make run` leaves a mark in the data directory, so that commands given beside it live on the same clock.
ONEWINDOW_SANDBOX = environment.flag("ONEWINDOW_SANDBOX", default=(ONEWINDOW_DATA_DIR / "sandbox").exists())
ONEWINDOW_SANDBOX_START = environment.text("ONEWINDOW_SANDBOX_START")
ONEWINDOW_DEMO_PASSWORD = environment.text("ONEWINDOW_DEMO_PASSWORD")
ONEWINDOW_HTTPS = environment.flag("ONEWINDOW_HTTPS")
ONEWINDOW_SEVERAL_HOSTS = environment.flag("ONEWINDOW_SEVERAL_HOSTS")
ONEWINDOW_DISK_FULL_PERCENT = environment.number("ONEWINDOW_DISK_FULL_PERCENT", 85, low=1, high=100)
ONEWINDOW_METRICS_TOKEN = environment.text("ONEWINDOW_METRICS_TOKEN")
ONEWINDOW_ACCESS_LOG = environment.flag("ONEWINDOW_ACCESS_LOG")
ONEWINDOW_BASE_URL = environment.text("ONEWINDOW_BASE_URL")
ONEWINDOW_TYPE_RULES = environment.type_rules("ONEWINDOW_TYPE_RULES")
# Read by catalog.settings, which says loudly at the start what is wrong with them.
ONEWINDOW_ITEM_RULES = environment.text("ONEWINDOW_ITEM_RULES")
ONEWINDOW_ITEM_WORDS = environment.text("ONEWINDOW_ITEM_WORDS")
ONEWINDOW_ITEM_UNIFIED = environment.text("ONEWINDOW_ITEM_UNIFIED")
# Read by supervision.settings in the same manner.
ONEWINDOW_SUPERVISION = environment.text("ONEWINDOW_SUPERVISION")
ONEWINDOW_DIMENSION_WEIGHTS = environment.text("ONEWINDOW_DIMENSION_WEIGHTS")

# ---------------------------------------------------------------- who comes in (handbook 9, GB/T 22239-2019 8.1.4.1)

ONEWINDOW_SECOND_FACTOR = environment.choice(
    "ONEWINDOW_SECOND_FACTOR",
    "offered" if ONEWINDOW_SANDBOX else "administrators",
    values=("offered", "administrators", "staff"),
)
ONEWINDOW_PASSWORD_SHORTEST = environment.number("ONEWINDOW_PASSWORD_SHORTEST", 10, low=8, high=64)
ONEWINDOW_PASSWORD_CLASSES = environment.number("ONEWINDOW_PASSWORD_CLASSES", 3, low=1, high=4)
ONEWINDOW_PASSWORD_DAYS = environment.number(
    "ONEWINDOW_PASSWORD_DAYS", 0 if ONEWINDOW_SANDBOX else 90, low=0, high=3650
)
ONEWINDOW_LOGIN_FAILURES = environment.number("ONEWINDOW_LOGIN_FAILURES", 5, low=3, high=20)
ONEWINDOW_LOGIN_LOCK_MINUTES = environment.number("ONEWINDOW_LOGIN_LOCK_MINUTES", 15, low=5, high=60)
ONEWINDOW_SESSION_IDLE_MINUTES = environment.number("ONEWINDOW_SESSION_IDLE_MINUTES", 30, low=5, high=30)
ONEWINDOW_SESSION_HOURS = environment.number("ONEWINDOW_SESSION_HOURS", 12, low=1, high=24)
ONEWINDOW_RATE_READS = environment.number(
    "ONEWINDOW_RATE_READS", 0 if ONEWINDOW_SANDBOX else 200, low=0, high=100_000
)
ONEWINDOW_RATE_DEEDS = environment.number(
    "ONEWINDOW_RATE_DEEDS", 0 if ONEWINDOW_SANDBOX else 50, low=0, high=100_000
)
ONEWINDOW_PROXIES = frozenset(environment.names("ONEWINDOW_PROXIES", ""))
if 0 < ONEWINDOW_RATE_READS < 50:
    raise ImproperlyConfigured(
        "ONEWINDOW_RATE_READS must be 0 or at least 50: public reads are promised that"
    )

# How long files of cases are kept before personal values may be erased (the organ's table of retention).
ONEWINDOW_PLEDGE_CHECK_DAYS = environment.number("ONEWINDOW_PLEDGE_CHECK_DAYS", 60, low=1, high=365)
ONEWINDOW_RETENTION_YEARS = environment.number("ONEWINDOW_RETENTION_YEARS", 10, low=1, high=100)
# What applicants leave lying: drafts nobody goes on with, uploads that belong to no case and no draft.
ONEWINDOW_DRAFT_DAYS = environment.number("ONEWINDOW_DRAFT_DAYS", 180, low=30, high=3650)
ONEWINDOW_LOOSE_FILE_DAYS = environment.number("ONEWINDOW_LOOSE_FILE_DAYS", 30, low=7, high=3650)
ONEWINDOW_RETENTION = environment.retention("ONEWINDOW_RETENTION")
ONEWINDOW_RETENTION_YEARS_UNDECIDED = environment.number(
    "ONEWINDOW_RETENTION_YEARS_UNDECIDED", 2, low=0, high=100
)

# ---------------------------------------------------------------- outside systems; without an address, stand-ins

ONEWINDOW_SMS_URL = environment.text("ONEWINDOW_SMS_URL")
# By which ways staff are told of cards beside the product: email, sms, none (read by notices.settings).
ONEWINDOW_STAFF_NOTICES = environment.text("ONEWINDOW_STAFF_NOTICES", "email,sms")
ONEWINDOW_SMS_KEY = environment.text("ONEWINDOW_SMS_KEY")
ONEWINDOW_IDENTITY_URL = environment.text("ONEWINDOW_IDENTITY_URL")
ONEWINDOW_IDENTITY_APP_ID = environment.text("ONEWINDOW_IDENTITY_APP_ID")
ONEWINDOW_IDENTITY_SECRET = environment.text("ONEWINDOW_IDENTITY_SECRET")
# A language model that words guides more plainly; without an address nothing is offered.
ONEWINDOW_WORDING_URL = environment.text("ONEWINDOW_WORDING_URL")
ONEWINDOW_WORDING_KEY = environment.text("ONEWINDOW_WORDING_KEY")
ONEWINDOW_WORDING_MODEL = environment.text("ONEWINDOW_WORDING_MODEL")
# Time stamps for papers (RFC 3161) and SM2 signatures beside them.
# clamd looks at each upload where it is named; while it is away uploads are refused or taken with a mark.
ONEWINDOW_CLAMD = environment.text("ONEWINDOW_CLAMD")
ONEWINDOW_CLAMD_SECONDS = environment.number("ONEWINDOW_CLAMD_SECONDS", 10, low=1, high=60)
ONEWINDOW_CLAMD_AWAY = environment.choice("ONEWINDOW_CLAMD_AWAY", "refuse", values=("refuse", "mark"))
# A case may not end while an applicant's original is at the counter without a stated reason, or only a warning.
ONEWINDOW_ORIGINALS_OUT = environment.choice("ONEWINDOW_ORIGINALS_OUT", "refuse", values=("refuse", "warn"))
ONEWINDOW_TSA_URL = environment.text("ONEWINDOW_TSA_URL")
ONEWINDOW_TSA_AUTHORIZATION = environment.text("ONEWINDOW_TSA_AUTHORIZATION")
ONEWINDOW_PAPERS_SM2 = environment.flag("ONEWINDOW_PAPERS_SM2")
ONEWINDOW_WORDING_SECONDS = environment.number("ONEWINDOW_WORDING_SECONDS", 20, low=1, high=120)


def _secret(name: str) -> str:
    """A random secret kept in the keys directory; two processes that start at once read the same one."""
    path = ONEWINDOW_KEYS_DIR / f"{name}.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_name(f"{name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass  # the other process was first
        finally:
            fresh.unlink()
    return path.read_text(encoding="ascii")


SECRET_KEY = _secret("django")

# Carriers of papers: name → address and key. In the sandbox `up` runs stand-ins of them at a port of its own.
ONEWINDOW_STANDINS_PORT = (
    environment.number("ONEWINDOW_STANDINS_PORT", 0, low=0, high=65535) if ONEWINDOW_SANDBOX else 0
)
ONEWINDOW_CARRIERS = {
    name: environment.carrier(f"ONEWINDOW_{name.upper()}", name, SECRET_KEY, standins=ONEWINDOW_STANDINS_PORT)
    for name in ("courier", "locker")
}

# ---------------------------------------------------------------- rooms

INSTALLED_APPS = [
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "onewindow.base",
    "onewindow.org",
    "onewindow.people",
    "onewindow.documents",
    "onewindow.catalog",
    "onewindow.notices",
    "onewindow.cases",
    "onewindow.custody",
    "onewindow.parcels",
    "onewindow.intake",
    "onewindow.privacy",
    "onewindow.reviews",
    "onewindow.supervision",
    "onewindow.ui",
    "onewindow.faces.portal",
    "onewindow.faces.workbench",
    "onewindow.faces.console",
    "onewindow.faces.editor",
    "onewindow.faces.kiosk",
    "onewindow.faces.supervision",
    "onewindow.site",  # last: it ties the rooms together when all of them are loaded
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "onewindow.site.urls"
WSGI_APPLICATION = "onewindow.site.wsgi.application"

# Calls to /api/ leave the chain at the first link: they need no language cookie, no CSRF token and no
# page headers, and each link would cost them time.
MIDDLEWARE = [
    "onewindow.site.middleware.Edge",
    # Guide pages are the same for everyone: a warm one is answered before the other links cost anything.
    "onewindow.ui.warm.WarmPages",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "onewindow.ui.middleware.Visitor",
]

# ---------------------------------------------------------------- database

# `web` is bounded so that a page answers within seconds; `job` (worker, command line) may take its time;
# `owner` is the role that owns the tables and is used by `migrate` only.
ONEWINDOW_DATABASE_ROLE = environment.text("ONEWINDOW_DATABASE_ROLE", "web")
if ONEWINDOW_DATABASE_ROLE not in ("web", "job", "owner"):
    raise ImproperlyConfigured("ONEWINDOW_DATABASE_ROLE must be web, job or owner")


def _database_urls() -> embedded.Urls:
    outside = environment.text("ONEWINDOW_DATABASE_URL")
    if outside:
        return embedded.Urls(app=environment.text("ONEWINDOW_APP_DATABASE_URL", outside), owner=outside)
    known = embedded.known_urls(ONEWINDOW_DATA_DIR)
    # Before the first start there is no database, and commands that need none must still work.
    nowhere = "postgresql://nobody@127.0.0.1:1/onewindow"
    return known or embedded.Urls(app=nowhere, owner=nowhere)


ONEWINDOW_DATABASE_URLS = _database_urls()


# Web processes alone go through a pooler: the worker listens, and commands take their time.
ONEWINDOW_POOLER_URL = environment.text("ONEWINDOW_POOLER_URL")


def _database(urls: embedded.Urls, role: str, pooler: str) -> dict[str, object]:
    is_pooled = role == "web" and bool(pooler)
    parts = environment.database_parts(pooler if is_pooled else urls.owner if role == "owner" else urls.app)
    extra = {key.removeprefix("option:"): value for key, value in parts.items() if key.startswith("option:")}
    plain = {key: value for key, value in parts.items() if not key.startswith("option:")}
    statement_ms, lock_ms = {"web": (4_000, 3_000), "job": (600_000, 30_000), "owner": (0, 60_000)}[role]
    options: dict[str, object] = {
        **extra,
        "connect_timeout": 3,
        "tcp_user_timeout": 4_000,
        "keepalives": 1,
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 2,
        "application_name": f"onewindow-{role}",
        "options": f"-c statement_timeout={statement_ms} -c lock_timeout={lock_ms} -c timezone=Asia/Shanghai",
    }
    if role != "owner":
        options |= {"server_side_binding": True, "prepare_threshold": 3}
    if is_pooled:
        # Each transaction may meet another session of the server: nothing may stay in one. The limits are the
        # pooler's to set (`connect_query`, docs/operations.md); it takes no `options`.
        options["prepare_threshold"] = None
        del options["options"]
    if role == "web":
        # `reconnect_timeout` is short so that a pool which met a dead database tries afresh with the
        # next request instead of backing off for minutes.
        options["pool"] = {"min_size": 1, "max_size": 8, "timeout": 3, "reconnect_timeout": 2}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **plain,
        "TIME_ZONE": "Asia/Shanghai",
        "ATOMIC_REQUESTS": False,
        "DISABLE_SERVER_SIDE_CURSORS": is_pooled,
        "OPTIONS": options,
    }


DATABASES = {"default": _database(ONEWINDOW_DATABASE_URLS, ONEWINDOW_DATABASE_ROLE, ONEWINDOW_POOLER_URL)}

# ---------------------------------------------------------------- language and time

USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [environment.ROOT / "onewindow" / "locale"]
LANGUAGE_COOKIE_NAME = "__Host-language" if ONEWINDOW_HTTPS else "language"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"

# ---------------------------------------------------------------- pages and files

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,  # with DEBUG off Django caches the loaders
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "onewindow.ui.context.page",
            ]
        },
    }
]
STATIC_URL = "/static/"
STATIC_ROOT = ONEWINDOW_DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_TEMP_DIR = None
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a draft of an item with hundreds of materials is one form
DATA_UPLOAD_MAX_NUMBER_FILES = 50

# ---------------------------------------------------------------- safety

ALLOWED_HOSTS = environment.names("ONEWINDOW_HOSTS", "127.0.0.1,localhost,[::1]")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
# The headers that every answer carries, static files and the API too, are those of site.fence.
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"  # the files that the office page shows in a frame say otherwise themselves
CSRF_COOKIE_NAME = "__Host-csrf" if ONEWINDOW_HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "onewindow.ui.failures.stale_form"
CSRF_COOKIE_SECURE = ONEWINDOW_HTTPS
SESSION_COOKIE_SECURE = ONEWINDOW_HTTPS
SECURE_SSL_REDIRECT = ONEWINDOW_HTTPS
# Balancers and monitors ask the process itself, past the proxy that ends TLS.
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
SECURE_HSTS_SECONDS = 31_536_000 if ONEWINDOW_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = ONEWINDOW_HTTPS
SECURE_HSTS_PRELOAD = ONEWINDOW_HTTPS
if ONEWINDOW_HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
# The local demonstration speaks plain http on 127.0.0.1, where HSTS (W004), the redirect to https (W008)
# and cookies for https only (W016) would lock everybody out. With ONEWINDOW_HTTPS=1 nothing is silenced.
SILENCED_SYSTEM_CHECKS = [] if ONEWINDOW_HTTPS else ["security.W004", "security.W008", "security.W016"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "frame-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

# ---------------------------------------------------------------- mail and logs

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = str(ONEWINDOW_DATA_DIR / "outbox")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = environment.text("ONEWINDOW_MAIL_FROM", "onewindow@localhost")
if environment.text("ONEWINDOW_SMTP_URL"):
    globals().update(environment.mail(environment.text("ONEWINDOW_SMTP_URL")))

_LEVEL = environment.text("ONEWINDOW_LOG_LEVEL", "INFO")
if _LEVEL not in ("DEBUG", "INFO", "WARNING", "ERROR"):
    raise ImproperlyConfigured("ONEWINDOW_LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"redacted": {"()": "onewindow.site.logging.RedactingFormatter"}},
    "filters": {"bugs": {"()": "onewindow.site.logging.OnlyBugs"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "redacted"}},
    "root": {"handlers": ["stderr"], "level": _LEVEL},
    "loggers": {
        # 404s and refused methods are answers, not events.
        "django.request": {"level": "ERROR", "propagate": True, "filters": ["bugs"]},
        "django": {"handlers": [], "level": _LEVEL, "propagate": True},
        "psycopg.pool": {"level": "ERROR"},
        "procrastinate": {"level": "WARNING"},
    },
}
