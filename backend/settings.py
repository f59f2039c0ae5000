"""Settings. Everything that differs between one installation and another comes from the environment.

Without DATABASE_URL, Drover runs embedded: one process, one file database under `.drover/`, background work in the same process.
With it, Drover expects PostgreSQL with PostGIS, Redis, and a secret key of its own.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured

from backend import account_settings, message_settings, native, payment_settings, privacy_settings
from backend.api_settings import REST_FRAMEWORK as REST_FRAMEWORK
from backend.api_settings import SPECTACULAR_SETTINGS as SPECTACULAR_SETTINGS
from backend.rates import read_limits

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(BASE_DIR / ".env")

DATA_DIR = Path(env.str("DROVER_DATA", str(BASE_DIR / ".drover")))
EMBEDDED = not env.str("DATABASE_URL", "")
DEBUG = env.bool("DEBUG", False)

# --- Geographic libraries and the database -------------------------------------------------------------------------------------

GDAL_LIBRARY_PATH = native.libraries().gdal
GEOS_LIBRARY_PATH = native.libraries().geos

DATABASES: dict[str, dict[str, Any]]
if EMBEDDED:
    native.sqlite_from_gdal()
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    DATABASES = {
        "default": {
            "ENGINE": "backend.spatialite",
            "NAME": DATA_DIR / "drover.sqlite3",
            "OPTIONS": {
                "timeout": 30,
                # A transaction that reads and then writes waits for its turn here, and does not fail half-way.
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;",
            },
            "TEST": {"NAME": str(DATA_DIR / "test.sqlite3")},
        }
    }
else:
    DATABASES = {"default": env.db_url("DATABASE_URL", engine="django.contrib.gis.db.backends.postgis")}
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = f"-c lock_timeout={env.int('LOCK_TIMEOUT_MS', 3000)}"

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def _own_secret_key() -> str:
    """The key of an installation on one machine, made on its first start; processes that start together agree on it."""
    path = DATA_DIR / "secret_key"
    if not path.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"secret_key.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text()


SECRET_KEY = env.str("SECRET_KEY", "") or (_own_secret_key() if EMBEDDED or DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("Set SECRET_KEY to a long random value that stays the same between restarts.")

# --- Django --------------------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "rest_framework",
    "knox",
    *account_settings.APPS,
    "django_filters",
    "drf_spectacular",
    "leaflet",
    "bookings",
    "backend",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    *account_settings.MIDDLEWARE,
]

ROOT_URLCONF = "backend.urls"
ASGI_APPLICATION = "backend.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "backend" / "web" / "templates", BASE_DIR / "backend" / "admin" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "libraries": {"drover": "backend.web.tags"},
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "backend" / "web" / "static"]
# STATIC_ROOT in the environment: `manage.py collectstatic` has put the files there, under names that change with their content.
# Else they're served from where they lie.
_collected = env.str("STATIC_ROOT", "")
STATIC_ROOT = Path(_collected or DATA_DIR / "static")
if not _collected:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
WHITENOISE_USE_FINDERS = not _collected
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _collected
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# --- Who may reach it ----------------------------------------------------------------------------------------------------------

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# HTTPS=1: the proxy in front speaks HTTPS to everybody.
HTTPS = env.bool("HTTPS", False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", 30 * 24 * 3600 if HTTPS else 0)
SESSION_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
# Sending everybody to HTTPS, and deciding for a whole domain, is the proxy's and its owner's business.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W008", "security.W021"]
X_FRAME_OPTIONS = "DENY"

# --- API -----------------------------------------------------------------------------------------------------------------------

# How long a write can be repeated under its Idempotency-Key.
IDEMPOTENCY_HOURS = env.int("IDEMPOTENCY_HOURS", 24)

# How many proxies of ours a call comes through. Each adds an address to X-Forwarded-For; what is left of these is anybody's word.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

RATE_LIMITS = read_limits(env.dict("RATE_LIMITS", default={}))

REST_KNOX = {"TOKEN_TTL": timedelta(days=env.int("TOKEN_DAYS", 30)), "AUTH_HEADER_PREFIX": "Token"}

vars().update(account_settings.read(env))

# --- Background work -----------------------------------------------------------------------------------------------------------

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", env.str("REDIS_URL", "memory://localhost/"))
_MEMORY_BROKER = CELERY_BROKER_URL.startswith("memory:")
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_IGNORE_RESULT = True
# A task that dies with its worker is done again by another, and nobody else does it before its time is over.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 225
CELERY_TASK_TIME_LIMIT = 240
# After so long without an answer a message is given to another worker: more than twice the time limit. No task may be sent with a
# countdown longer than that: it would run several times.
_VISIBILITY_TIMEOUT_S = env.int("VISIBILITY_TIMEOUT_S", 600)
_GIVE_BACK_EACH_S = min(10, max(1, _VISIBILITY_TIMEOUT_S // 2))
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"polling_interval": 0.05}
    if _MEMORY_BROKER
    else {
        "visibility_timeout": _VISIBILITY_TIMEOUT_S,
        "unacked_restore_interval": _GIVE_BACK_EACH_S,
        "unacked_restore_throttle": 1,
        # Whoever looks for such messages holds a lock. A worker that is killed just then leaves it locked, by default for five
        # minutes, and nobody gives back anything. Two who look at once do no harm: each message goes back in a transaction.
        "unacked_mutex_expire": _GIVE_BACK_EACH_S,
        # A Redis that is gone without a word: without these, whoever talks to it waits for ever.
        "socket_timeout": 15,
        "socket_connect_timeout": 5,
    }
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Solving takes its time, and what is quick should not wait behind it: each queue can have workers of its own.
CELERY_TASK_DEFAULT_QUEUE = "quick"
CELERY_TASK_CREATE_MISSING_QUEUES = True
CELERY_TASK_ROUTES = {
    "backend.tasks.reoptimise*": {"queue": "solve"},
    "backend.tasks.add_service": {"queue": "solve"},
    "backend.tasks.deliver*": {"queue": "messages"},  # providers may be slow, too
}
CELERY_BEAT_SCHEDULE = {
    "re-optimise the running days": {"task": "backend.tasks.reoptimise_running_days", "schedule": timedelta(minutes=5)},
    "re-optimise tomorrow": {"task": "backend.tasks.reoptimise_tomorrow", "schedule": crontab(hour=22, minute=30)},
    "ask again for what got lost": {"task": "backend.tasks.chase", "schedule": timedelta(minutes=1)},
    "remove services begun and not added": {"task": "backend.tasks.sweep_drafts", "schedule": timedelta(hours=1)},
    "place what comes again each week": {"task": "backend.tasks.repeat", "schedule": timedelta(minutes=10)},
    "offer what was given back": {"task": "backend.tasks.serve_waiting", "schedule": timedelta(seconds=15)},
    "expire offers and holds": {"task": "backend.tasks.expire", "schedule": timedelta(seconds=30)},
    **message_settings.BEAT,
    **privacy_settings.BEAT,
    "forget what can't be repeated any more": {"task": "backend.tasks.sweep_keys", "schedule": timedelta(minutes=30)},
} | payment_settings.BEAT
CELERY_BEAT_SCHEDULE_FILENAME = env.str("CELERY_BEAT_SCHEDULE_FILENAME", str(DATA_DIR / "beat"))

# --- Drover --------------------------------------------------------------------------------------------------------------------

# Where the road networks of services are looked for, in this order.
ROADS_ROOTS = [BASE_DIR / "fixtures", DATA_DIR]

# A routing server that tells travel times, such as osrm+http://host:5000 or valhalla+http://host:8002?profile=bus; and others for
# single services by their slug, as in rutland=osrm+http://host:5001,ripon= (none). The roads above answer where it fails.
TRAVEL_SERVER = env.str("TRAVEL_SERVER", "")
TRAVEL_SERVERS = env.dict("TRAVEL_SERVERS", default={})
if _addresses := list(filter(None, [TRAVEL_SERVER, *TRAVEL_SERVERS.values()])):
    from routing.travel.http_times import BadAddress, server_times

    try:
        for _address in _addresses:
            server_times(_address)
    except BadAddress as error:
        raise ImproperlyConfigured(f"TRAVEL_SERVER: {error}") from error

# How long the optimiser may think about one day; or how many solutions it may try, for results that come again.
REOPTIMISE_S = env.float("REOPTIMISE_S", 5)
REOPTIMISE_SOLUTIONS = env.int("REOPTIMISE_SOLUTIONS", 0) or None

# What an administrator may hand in at once, in MB, to make a service of. The proxy in front should stop more than that.
UPLOAD_LIMIT_MB = env.int("UPLOAD_LIMIT_MB", 500)

# What booking references are scrambled with; keep it when the secret key changes.
REFERENCE_KEY = env.str("REFERENCE_KEY", "")

# A tile server for the map, such as https://{s}.tile.example.org/{z}/{x}/{y}.png, and whom to thank for it. Without one, the map
# is drawn from the service's own area, roads and stops.
TILE_URL = env.str("TILE_URL", "")
TILE_ATTRIBUTION = env.str("TILE_ATTRIBUTION", "")

# How passengers are told (see backend/message_settings.py); embedded, what would be sent is written to DROVER_DATA/messages.log.
MESSAGES = message_settings.read(env, usual=message_settings.CONSOLE if EMBEDDED else message_settings.OFF)
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
DEFAULT_FROM_EMAIL = MESSAGES.email_from or "webmaster@localhost"
# What is forgotten when (see backend/privacy_settings.py).
RETENTION = privacy_settings.read(env)
ERASURE_KEY, ERASURE_REGISTER = env.str("ERASURE_KEY", ""), env.str("ERASURE_REGISTER", "")
WEBHOOK_NETWORKS = message_settings.read_networks(env)
PAYMENTS = payment_settings.read(env)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    # At DEBUG these write addresses with telephone numbers in them.
    "loggers": {"urllib3": {"level": "INFO"}, "httpcore": {"level": "INFO"}},
}
