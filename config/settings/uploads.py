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

# Imports: the file, what a workbook may unpack to, and how many rows and columns.
IMPORT_MAX_BYTES: int = env.int(
    "TRADEPOST_IMPORT_MAX_BYTES", 16 * 1024 * 1024, validate=validate.Range(1024, 256 * 1024 * 1024)
)
IMPORT_MAX_UNPACKED_BYTES = 16 * IMPORT_MAX_BYTES
IMPORT_MAX_ROWS: int = env.int("TRADEPOST_IMPORT_MAX_ROWS", 100_000, validate=validate.Range(1))
IMPORT_MAX_COLUMNS = 200
# For so long an import can be looked at row by row, and be undone.
IMPORT_KEPT_DAYS: int = env.int("TRADEPOST_IMPORT_KEPT_DAYS", 90, validate=validate.Range(1))
