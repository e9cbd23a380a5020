"""Settings of an instance, all from the environment.

``GUAPENG_MODE`` is ``demo`` (synthetic banner, log-ins offered by role) or ``production``.
"""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

import dj_database_url
from django.utils.translation import gettext_lazy as _

from guapeng.config.accounts import *  # noqa: F403  # settings are read by their names
from guapeng.config.accounts import SIGN_IN_ORIGINS
from guapeng.config.environment import one_of, whole_number
from guapeng.supervisor.home import home
from guapeng.supervisor.postgres import database_url
from guapeng.supervisor.secrets import instance_secret

PACKAGE = Path(__file__).resolve().parent.parent
HOME = home()
MODE = one_of("GUAPENG_MODE", "production", "demo")
DEMO = MODE == "demo"
DEBUG = False

SECRET_KEY = instance_secret("session")
ALLOWED_HOSTS = os.environ.get("GUAPENG_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("GUAPENG_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.weixin",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "procrastinate.contrib.django",
    "guapeng.web",
    "guapeng.kernel.rules",
    "guapeng.kernel.journal",
    "guapeng.kernel.divisions",
    "guapeng.kernel.people",
    "guapeng.kernel.files",
    "guapeng.kernel.notices",
    "guapeng.kernel.matters",
    "guapeng.kernel.exchange",
    "guapeng.apps.concerns",
    "guapeng.apps.whistle",
    "guapeng.apps.rights",
    "guapeng.apps.grids",
    "guapeng.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "guapeng.web.middleware.without_zero_bytes",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "guapeng.kernel.people.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "guapeng.kernel.people.second_factor.SecondFactorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "guapeng.web.middleware.with_content_policy",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "guapeng.config.urls"
WSGI_APPLICATION = "guapeng.config.wsgi.application"

# Named here rather than added by the packages' own start-up: our pages come before allauth's,
# components compile before partials are looked up, and neither depends on the order of apps.
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            ["django_cotton.cotton_loader.Loader"],
                        )
                    ],
                )
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "guapeng.web.templatetags.web",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "guapeng.web.context.shell",
            ],
        },
    },
]
# A component sees its own props, never the variables of the page around it.
COTTON_ISOLATE_BY_DEFAULT = True

# A connection that died is found by the first question of a request (kernel.people.middleware).
DATABASES = {"default": dj_database_url.parse(database_url(), conn_max_age=None)}
# Statements that a connection repeats are planned once: a third of what a short one costs.
DATABASES["default"]["OPTIONS"] = {
    "application_name": "guapeng",
    "server_side_binding": True,
    "prepare_threshold": 5,
    **DATABASES["default"].get("OPTIONS", {}),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Rules, categories and places are kept for half a minute by each process.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
if DEMO:
    AUTHENTICATION_BACKENDS.append("guapeng.demo.signing_in.DemoBackend")
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

# Faults go to the terminal or the service's own log; Django's usual way is a letter to nobody.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "places": {"()": "guapeng.web.logs.Places", "format": "%(asctime)s %(name)s: %(message)s"}
    },
    "handlers": {"terminal": {"class": "logging.StreamHandler", "formatter": "places"}},
    "loggers": {"django": {"handlers": [], "level": "ERROR"}},
    "root": {"handlers": ["terminal"], "level": "WARNING"},
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("中文")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "guapeng.web.storage.AssetStorage"},
}

SESSION_ENGINE = "guapeng.kernel.people.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = one_of("GUAPENG_HTTPS", "off", "on") == "on"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

# Pictures below the map, if the county has a server of them: {z}, {x} and {y} in an address; in
# CGCS2000 or WGS 84, for the matters would lie beside a shifted map.
MAP_TILES = os.environ.get("GUAPENG_MAP_TILES", "")
TILE_ORIGINS = ["/".join(MAP_TILES.split("/", 3)[:3])] if MAP_TILES else []

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:", *TILE_ORIGINS],
        "worker-src": ["'self'", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'", *SIGN_IN_ORIGINS],
        "frame-ancestors": ["'none'"],
    }
}


# Contents of files: a folder, or s3://bucket/prefix with the usual AWS_… variables.
FILES = os.environ.get("GUAPENG_FILES") or str(HOME / "files")
# To the disk at once, so that a form with large files needs no more memory than one without.
FILE_UPLOAD_HANDLERS = ["guapeng.kernel.files.uploads.UploadHandler"]
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# Queued jobs and the clock's turns are in each part's jobs.py.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

# E-mail leaves only where GUAPENG_MAIL names a server: smtp://, smtp+tls:// (the usual, port 587)
# or smtps://, then user:password@host:port. GUAPENG_MAIL_FROM also tells push services whom to ask.
_MAIL = urlsplit(os.environ.get("GUAPENG_MAIL", ""))
EMAIL_HOST = _MAIL.hostname or ""
EMAIL_PORT = _MAIL.port or {"smtp+tls": 587, "smtps": 465}.get(_MAIL.scheme, 25)
EMAIL_HOST_USER = unquote(_MAIL.username or "")
EMAIL_HOST_PASSWORD = unquote(_MAIL.password or "")
EMAIL_USE_TLS = _MAIL.scheme == "smtp+tls"
EMAIL_USE_SSL = _MAIL.scheme == "smtps"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("GUAPENG_MAIL_FROM", "guapeng@localhost")
SITE = CSRF_TRUSTED_ORIGINS[0] if CSRF_TRUSTED_ORIGINS else "http://127.0.0.1:8000"

JOURNAL_ALGORITHM = one_of("GUAPENG_JOURNAL_ALGORITHM", "sha256", "sm3")
# Fields of persons: "aes256", or "sm4" where commercial cryptography is asked for; and the number
# of the present key, raised by one to change it (see kernel.people.sealed).
FIELD_CIPHER = one_of("GUAPENG_FIELD_CIPHER", "aes256", "sm4")
FIELD_KEY = whole_number("GUAPENG_FIELD_KEY", 1)
