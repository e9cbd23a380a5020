"""Settings of the test suite: the product's own, with a data folder and a server of their own."""

import os
from pathlib import Path

os.environ["LANGUAGE"] = "zh"  # the tests read Chinese, whatever the machine speaks

from guapeng.supervisor.home import home  # reads the language
from guapeng.supervisor.place import settle  # the same

# Inside GUAPENG_HOME where that is given, so that several suites can run side by side, yet never
# the instance's own data. The suite's other processes inherit the choice of the first.
_given = os.environ.get("GUAPENG_HOME")
_chosen = Path(_given, "test") if _given else Path(".guapeng-test")
os.environ.setdefault("GUAPENG_TEST_HOME", str(_chosen.absolute()))
os.environ["GUAPENG_HOME"] = os.environ["GUAPENG_TEST_HOME"]
settle(home())

from guapeng.config.settings import *  # noqa: E402, F403  # all of them, now that the place is known

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_AUTOREFRESH = True  # no collected static files here
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
