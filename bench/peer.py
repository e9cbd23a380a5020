"""django-helpdesk on the benchmark's own server, as plain as it comes; run it to prepare it."""

import os
from urllib.parse import urlsplit

import dj_database_url
import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import include, path

URL = urlsplit(os.environ["DATABASE_URL"])._replace(path="/bench_peer").geturl()

settings.configure(
    SECRET_KEY="bench",  # noqa: S106
    DEBUG=False,
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": dj_database_url.parse(URL, conn_max_age=600)},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
    STATIC_URL="/static/",
    LOGIN_URL="/login/",
    USE_TZ=True,
    SITE_ID=1,
    HELPDESK_TEAMS_MODE_ENABLED=False,
    HELPDESK_VIEW_A_TICKET_PUBLIC=True,
    HELPDESK_SUBMIT_A_TICKET_PUBLIC=True,
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.sites",
        "django.contrib.messages",
        "django.contrib.staticfiles",
        "django.contrib.admin",
        "django.contrib.humanize",
        "rest_framework",
        "helpdesk",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
)
django.setup()
urlpatterns = [path("", include("helpdesk.urls", namespace="helpdesk"))]
application = get_wsgi_application()


def main() -> None:
    """Make the database and a queue that anybody may write to."""
    import psycopg
    from django.core.management import call_command

    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        known = "select from pg_database where datname = 'bench_peer'"
        if connection.execute(known).fetchone() is None:
            connection.execute("create database bench_peer")
    call_command("migrate", verbosity=0)
    from helpdesk.models import Queue

    Queue.objects.update_or_create(
        id=1, defaults={"title": "q", "slug": "q", "allow_public_submission": True}
    )


if __name__ == "__main__":
    main()
