"""The WSGI application that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

from config.chunked_bodies import ChunkedBodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Its time limits are short and its connections pooled: see config/settings/database.py.
os.environ.setdefault("TRADEPOST_PROCESS", "web")
application = ChunkedBodies(get_wsgi_application())
