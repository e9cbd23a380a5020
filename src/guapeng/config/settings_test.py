"""Settings of the test suite: the product's own, with a data folder and a server of its own."""

import os

os.environ.setdefault("GUAPENG_HOME", ".guapeng-test")

from guapeng.config.settings import *  # noqa: F403  # reads GUAPENG_HOME; all is meant

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_AUTOREFRESH = True  # no collected static files here
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
