"""Pictures that people send: known by their decoded content, and written anew."""

from __future__ import annotations

import io
import secrets
import struct
import zlib
from typing import IO, Any

from django.conf import settings
from django.core.files.base import ContentFile
from PIL import Image, ImageOps

from core.uploads.errors import UploadNotAnImage, UploadTooLarge, UploadTooManyPixels

#: Pillow's name of a format to the ending and the media type of its files.
FORMATS = {
    "PNG": ("png", "image/png"),
    "JPEG": ("jpg", "image/jpeg"),
    "WEBP": ("webp", "image/webp"),
}
MEDIA_TYPES = dict(FORMATS.values())
#: A JPEG with further pictures behind the first, as some cameras write it.
_SEVERAL_JPEGS = "MPO"
#: What Pillow's decoders raise when bytes are not what they say.
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    ArithmeticError,
    RuntimeError,
    struct.error,
    zlib.error,
)
_QUALITIES = (85, 60)
#: How much larger than what was sent may be what is stored: our encoder is not the cleverest.
_GROWTH = 2


def checked_image(upload: IO[bytes] | Any, *, field: str = "") -> ContentFile[bytes]:
    """The picture decoded and encoded again in its own format, under a name that we made.

    PNG, JPEG and WebP only, whatever name and type it was sent with. Turned as its EXIF says, then
    without EXIF, comments, colour profile and all else that is no pixel; bytes behind the picture
    are gone with them. `field` names the input in the errors. Raises UploadTooLarge (more than
    `UPLOAD_MAX_BYTES`), UploadTooManyPixels (`UPLOAD_MAX_PIXELS`, told by the header: nothing is
    decoded), UploadNotAnImage (anything else: another format, broken, animated).
    """
    upload.seek(0)
    sent = upload.read(settings.UPLOAD_MAX_BYTES + 1)
    if len(sent) > settings.UPLOAD_MAX_BYTES:
        raise _too_large(field)
    try:
        with Image.open(io.BytesIO(sent), formats=tuple(FORMATS)) as picture:
            kind, written = _written_anew(picture, field)
    except Image.DecompressionBombError as error:
        raise _too_many_pixels(field) from error
    except _BROKEN as error:
        raise UploadNotAnImage(field=field) from error
    if len(written) > settings.UPLOAD_MAX_BYTES * _GROWTH:
        raise _too_large(field)
    return ContentFile(written, name=f"{secrets.token_hex(16)}.{FORMATS[kind][0]}")


def _too_large(field: str) -> UploadTooLarge:
    return UploadTooLarge(field=field, limit=settings.UPLOAD_MAX_BYTES // 1024)


def _too_many_pixels(field: str) -> UploadTooManyPixels:
    return UploadTooManyPixels(field=field, limit=f"{settings.UPLOAD_MAX_PIXELS:,}")


def _written_anew(picture: Any, field: str) -> tuple[str, bytes]:
    """The format and the new bytes of an opened picture, of which only the header is read yet."""
    if picture.width * picture.height > settings.UPLOAD_MAX_PIXELS:
        raise _too_many_pixels(field)
    is_still = picture.format == _SEVERAL_JPEGS or not getattr(picture, "is_animated", False)
    kind = "JPEG" if picture.format == _SEVERAL_JPEGS else picture.format
    if kind not in FORMATS or not is_still:
        raise UploadNotAnImage(field=field)
    picture.load()
    turned: Any = ImageOps.exif_transpose(picture)
    # Encoders would write again what was read beside the pixels.
    kept = ("transparency",) if kind == "PNG" else ()
    turned.info = {name: turned.info[name] for name in kept if name in turned.info}
    return kind, _encoded(turned, kind)


def _encoded(picture: Any, kind: str) -> bytes:
    """The picture's file; of lossy formats in less quality when it would grow beyond the limit."""
    if kind == "PNG":
        return _saved(picture, kind)
    if kind == "JPEG" and picture.mode not in {"L", "RGB"}:
        picture = picture.convert("RGB")
    for quality in _QUALITIES:
        written = _saved(picture, kind, quality=quality)
        if len(written) <= settings.UPLOAD_MAX_BYTES:
            break
    return written


def _saved(picture: Any, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, format=kind, **options)
    return file.getvalue()
