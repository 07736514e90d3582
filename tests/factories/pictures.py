"""Pictures and what only pretends to be one, built byte by byte."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from PIL.PngImagePlugin import PngInfo

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(document.cookie)</script>"


def picture(
    kind: str = "PNG", size: tuple[int, int] = (3, 2), mode: str = "RGB", **options: object
) -> bytes:
    """A picture of one colour but for its first pixel."""
    image = Image.new(mode, size)
    image.paste(image.getpixel((0, 0)), (0, 0, *size))
    if mode == "RGB":
        image.putpixel((0, 0), (255, 0, 0))
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def sent(content: bytes, name: str = "logo.png", content_type: str = "image/png"):
    """The content as Django hands an upload over."""
    return SimpleUploadedFile(name, content, content_type)


def png_of_header(width: int, height: int) -> bytes:
    """A PNG of a few bytes that announces these sides."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in ((b"IHDR", header), (b"IDAT", zlib.compress(b"")), (b"IEND", b""))
    )


def animated(kind: str) -> bytes:
    """Two frames."""
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    file = io.BytesIO()
    frames[0].save(file, kind, save_all=True, append_images=frames[1:], duration=100)
    return file.getvalue()


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("hidden.txt", "hidden in the picture")
    return file.getvalue()


def talkative(kind: str) -> bytes:
    """A picture three wide and two high, to be turned, that tells place and author."""
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    exif[0x013B] = "Private Author"
    exif.get_ifd(0x8825)[1] = "N"
    options: dict[str, object] = {"exif": exif}
    if kind == "PNG":
        options["pnginfo"] = info = PngInfo()
        info.add_text("Comment", "Private Author", zip=False)
        info.add_itxt("XML:com.adobe.xmp", "Private Author")
    if kind == "JPEG":
        options["comment"] = b"Private Author"
    if kind == "WEBP":
        options["xmp"] = b"Private Author"
    return picture(kind, icc_profile=b"Private Author" * 20, **options)
