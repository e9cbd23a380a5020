"""The WSGI application that granian serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guapeng.config.settings")
application = get_wsgi_application()

# What start-up made stays for good; looking through it for garbage, and that every 700 new things,
# is a fourteenth of a short request.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 50)
