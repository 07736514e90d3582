"""A tiny Django project that answers to the names that the launcher starts."""

from __future__ import annotations

from pathlib import Path

_SETTINGS = """
from environs import Env
env = Env()
SECRET_KEY = env.str("TRADEPOST_SECRET_KEY", "local")
DATABASES = {"default": env.dj_db_url("DATABASE_URL", "postgresql://127.0.0.1:1/tradepost")}
REDIS_URL = env.str("REDIS_URL", "redis://127.0.0.1:1")
INSTALLED_APPS = [
    "django.contrib.contenttypes", "django.contrib.auth", "django_celery_beat", "stand_in",
]
ROOT_URLCONF = "config.urls"
ALLOWED_HOSTS = env.list("TRADEPOST_ALLOWED_HOSTS", ["127.0.0.1"])
USE_TZ = True
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://") + "?virtual_host=2"
"""
_URLS = """
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.urls import path
def ready(request):
    return HttpResponse(str(get_user_model().objects.count()))
urlpatterns = [path("health/ready", ready)]
"""
_WSGI = """
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
from django.core.wsgi import get_wsgi_application
application = get_wsgi_application()
"""
_CELERY = """
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
from celery import Celery
app = Celery("stand_in")
app.config_from_object("django.conf:settings", namespace="CELERY")
"""
_PREPARE = """
import os
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand
class Command(BaseCommand):
    def handle(self, **options):
        call_command("migrate", interactive=False)
        get_user_model().objects.get_or_create(username=os.environ["TRADEPOST_ADMIN_EMAIL"])
"""
_LOAD_DEMO = """
import os
import sys
from django.core.management.base import BaseCommand
class Command(BaseCommand):
    def add_arguments(self, parser):
        parser.add_argument("--sandbox-url", required=True)
    def handle(self, **options):
        if os.environ.get("STAND_IN_NOT_EMPTY"):
            print("the database is not empty, so no demo data was loaded", file=sys.stderr)
            sys.exit(3)
"""
_METRICS = """
import time
from django.core.management.base import BaseCommand
class Command(BaseCommand):
    def handle(self, **options):
        while True:
            time.sleep(1)
"""
_SANDBOX = """
import argparse, http.server, os
parser = argparse.ArgumentParser()
parser.add_argument("--port", type=int)
parser.add_argument("--store")
parser.add_argument("--die-with-parent", action="store_true")
parser.add_argument("--announce-file")
parser.add_argument("--per-minute", type=int)
told = parser.parse_args()
server = http.server.ThreadingHTTPServer(
    ("127.0.0.1", told.port), http.server.BaseHTTPRequestHandler
)
with open(told.announce_file + ".new", "w") as stream:
    stream.write(f"http://127.0.0.1:{server.server_port}")
os.replace(told.announce_file + ".new", told.announce_file)
server.serve_forever()
"""

FILES = {
    "config/__init__.py": "",
    "config/settings.py": _SETTINGS,
    "config/urls.py": _URLS,
    "config/wsgi.py": _WSGI,
    "config/celery.py": _CELERY,
    "stand_in/__init__.py": "",
    "stand_in/management/__init__.py": "",
    "stand_in/management/commands/__init__.py": "",
    "stand_in/management/commands/prepare_installation.py": _PREPARE,
    "stand_in/management/commands/load_demo.py": _LOAD_DEMO,
    "stand_in/management/commands/serve_metrics.py": _METRICS,
    "integrations/__init__.py": "",
    "integrations/zoho/__init__.py": "",
    "integrations/zoho/sandbox/__init__.py": "",
    "integrations/zoho/sandbox/__main__.py": _SANDBOX,
    "requirements.txt": "# nothing\n",
    "requirements-dev.txt": "# nothing\n",
}


def write(folder: Path) -> None:
    """Write the project's files into `folder`."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
