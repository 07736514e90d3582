"""Files that people send: where they lie and how large they may be."""

from pathlib import Path

from environs import validate

from .environment import env
from .operations import DATA_FOLDER

# Never below the static files: uploads are served by views alone, which ask who may see them.
MEDIA_ROOT = str(Path(DATA_FOLDER) / "uploads")
STORAGES = {
    "default": {"BACKEND": "core.uploads.storage.UploadStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# A request of more than 1 MiB is refused whole, whatever stands here.
UPLOAD_MAX_BYTES: int = env.int(
    "TRADEPOST_UPLOAD_MAX_BYTES", 512 * 1024, validate=validate.Range(1024, 1000 * 1024)
)
# Twenty megapixels take about 150 MB of memory while they are written anew.
UPLOAD_MAX_PIXELS = 20_000_000
