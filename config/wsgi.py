"""The WSGI application that granian serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from config.chunked_bodies import ChunkedBodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Its time limits are short and its connections pooled: see config/settings/database.py.
os.environ.setdefault("TRADEPOST_PROCESS", "web")
application = ChunkedBodies(get_wsgi_application())
# Imports every view, which the first request would wait for. What is there by now stays for good:
# the garbage collector need not look through it again with every few requests.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
