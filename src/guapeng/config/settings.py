"""Settings of an instance, all from the environment.

``GUAPENG_MODE`` is ``demo`` (synthetic banner, log-ins offered by role) or ``production``.
"""

import os
from pathlib import Path

import dj_database_url
from django.utils.translation import gettext_lazy as _

from guapeng.supervisor.home import home
from guapeng.supervisor.postgres import database_url
from guapeng.supervisor.secrets import instance_secret

PACKAGE = Path(__file__).resolve().parent.parent
HOME = home()
MODE = os.environ.get("GUAPENG_MODE", "production")
DEMO = MODE == "demo"
DEBUG = False

SECRET_KEY = instance_secret("session")
ALLOWED_HOSTS = os.environ.get("GUAPENG_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("GUAPENG_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
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
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "procrastinate.contrib.django",
    "guapeng.web",
    "guapeng.kernel.rules",
    "guapeng.kernel.journal",
    "guapeng.kernel.divisions",
    "guapeng.kernel.people",
    "guapeng.kernel.matters",
    "guapeng.apps.concerns",
    "guapeng.apps.whistle",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "guapeng.kernel.people.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
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

DATABASES = {
    "default": dj_database_url.parse(database_url(), conn_max_age=None, conn_health_checks=True)
}
DATABASES["default"].setdefault("OPTIONS", {})["application_name"] = "guapeng"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

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

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("GUAPENG_HTTPS") == "on"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "worker-src": ["'self'", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}


JOURNAL_ALGORITHM = os.environ.get("GUAPENG_JOURNAL_ALGORITHM", "sha256")
# Fields of persons: "aes256", or "sm4" where commercial cryptography is asked for; and the number
# of the present key, raised by one to change it (see kernel.people.sealed).
FIELD_CIPHER = os.environ.get("GUAPENG_FIELD_CIPHER", "aes256")
FIELD_KEY = int(os.environ.get("GUAPENG_FIELD_KEY", "1"))
