"""Pictures are known by their content, written anew, and stored whole or not at all."""

from __future__ import annotations

import io
import os
import time

import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from PIL import Image

from config.celery import app
from core.errors import DomainError
from core.events.models import Event
from core.events.services import unit_of_work
from core.history.selectors import AuditQuestion, object_trail
from core.schedules import declared_schedules
from core.uploads.errors import (
    StorageUnavailable,
    UploadNotAnImage,
    UploadTooLarge,
    UploadTooManyPixels,
)
from core.uploads.images import checked_image
from core.uploads.services import DOUBT_SECONDS, settle_uploads
from core.uploads.tasks import remove_unnamed_uploads
from settings_modules.organizations.models import Organization
from settings_modules.organizations.services.organizations import (
    create_organization,
    update_organization,
)
from tests.concurrency.processes import run_module
from tests.concurrency.threads import run_together
from tests.factories import pictures
from tests.factories.pictures import picture, sent

ENDINGS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp"}


def stored_files(uploads):
    return sorted(path.name for path in uploads.rglob("*") if path.is_file())


@pytest.mark.parametrize("kind", ENDINGS)
def test_picture_keeps_its_format_and_gets_a_name_of_ours(kind):
    checked = checked_image(sent(picture(kind), "../../etc/passwd.svg", "text/html"))
    stem, _, ending = checked.name.partition(".")
    assert (len(bytes.fromhex(stem)), ending) == (16, ENDINGS[kind])
    with Image.open(io.BytesIO(checked.read())) as written:
        assert (written.format, written.size) == (kind, (3, 2))


def test_same_picture_gets_another_name_each_time():
    names = {checked_image(sent(picture())).name for _ in range(3)}
    assert len(names) == 3


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_png_keeps_its_mode(mode):
    with Image.open(checked_image(sent(picture(mode=mode)))) as written:
        assert written.mode == mode


def test_transparent_colour_of_a_png_stays():
    content = picture(mode="P", transparency=0)
    with Image.open(checked_image(sent(content))) as written:
        assert written.info["transparency"] == 0


def test_printers_jpeg_becomes_one_for_screens():
    with Image.open(checked_image(sent(picture("JPEG", mode="CMYK")))) as written:
        assert (written.format, written.mode) == ("JPEG", "RGB")


def test_first_picture_of_several_in_a_jpeg_is_taken():
    file = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(
        file, "MPO", save_all=True, append_images=[Image.new("RGB", (4, 4), "blue")]
    )
    with Image.open(checked_image(sent(file.getvalue()))) as written:
        red, green, blue = written.getpixel((0, 0))
        assert (written.format, red > 200, green < 50, blue < 50) == ("JPEG", True, True, True)


@pytest.mark.parametrize("kind", ENDINGS)
def test_metadata_is_gone_and_the_picture_turned_as_it_said(kind):
    content = pictures.talkative(kind)
    assert b"Private Author" in content
    written = checked_image(sent(content)).read()
    assert b"Private" not in written
    with Image.open(io.BytesIO(written)) as turned:
        assert turned.size == (2, 3)
        assert dict(turned.getexif()) == {}
        assert {"icc_profile", "exif", "xmp", "comment"} & set(turned.info) == set()
    if kind == "PNG":
        with Image.open(io.BytesIO(written)) as turned:
            assert turned.getpixel((1, 0)) == (255, 0, 0)


@pytest.mark.parametrize("tail", [pictures.HTML, pictures.zipped()])
@pytest.mark.parametrize("kind", ENDINGS)
def test_bytes_behind_the_picture_are_gone(kind, tail):
    written = checked_image(sent(picture(kind) + tail)).read()
    assert (b"<script" in written, b"PK\x03\x04" in written) == (False, False)


def truncated(kind):
    content = picture(kind, (64, 64))
    return content[: len(content) * 2 // 3]


NO_PICTURES = {
    "empty": b"",
    "svg": pictures.SVG,
    "html": pictures.HTML,
    "html behind the mark of a png": b"\x89PNG\r\n\x1a\n" + pictures.HTML,
    "html behind the mark of a jpeg": b"\xff\xd8\xff\xe0" + pictures.HTML,
    "zip": pictures.zipped(),
    "gif": picture("GIF"),
    "bmp": picture("BMP"),
    "tiff": picture("TIFF"),
    "ico": picture("ICO", (16, 16)),
    "pdf": picture("PDF"),
    "animated gif": pictures.animated("GIF"),
    "animated png": pictures.animated("PNG"),
    "animated webp": pictures.animated("WEBP"),
    "truncated png": truncated("PNG"),
    "truncated jpeg": truncated("JPEG"),
    "truncated webp": truncated("WEBP"),
    "png without pixels": pictures.png_of_header(8, 8),
    "png without sides": pictures.png_of_header(0, 0),
}


@pytest.mark.parametrize("content", NO_PICTURES.values(), ids=NO_PICTURES)
def test_what_is_no_still_picture_is_refused(content):
    with pytest.raises(UploadNotAnImage) as refused:
        checked_image(sent(content, "logo.png", "image/png"), field="logo")
    (told,) = refused.value.field_errors()
    assert (told.field, told.code) == ("logo", "upload_not_an_image")
    assert told.message_ar == "يرجى اختيار صورة سليمة وثابتة بصيغة PNG أو JPEG أو WebP."


def test_broken_pictures_are_refused_or_written_anew_and_nothing_else():
    """Single bytes of real pictures changed, thousands of ways: no other error escapes."""
    ends = set()
    for kind in ENDINGS:
        content = picture(kind, (16, 16), "RGB")
        for place in range(len(content)):
            for value in (0, 0x7F, 0xFF):
                broken = content[:place] + bytes([value]) + content[place + 1 :]
                try:
                    ends.add(type(checked_image(sent(broken))).__name__)
                except DomainError as error:
                    ends.add(error.code)
    assert ends == {"ContentFile", "upload_not_an_image"}


def test_file_at_the_limit_is_taken_and_one_byte_more_refused(settings):
    content = picture()
    settings.UPLOAD_MAX_BYTES = 1024
    padded = content + b"\0" * (1024 - len(content))
    assert checked_image(sent(padded)).size < 1024
    with pytest.raises(UploadTooLarge) as refused:
        checked_image(sent(padded + b"\0"), field="logo")
    assert (refused.value.field, refused.value.text()) == ("logo", "The file is larger than 1 KiB.")


def test_lossy_picture_that_would_grow_is_written_in_less_quality(settings):
    noise = Image.frombytes("RGB", (200, 200), os.urandom(120_000))
    file = io.BytesIO()
    noise.save(file, "JPEG", quality=50)
    settings.UPLOAD_MAX_BYTES = len(file.getvalue()) * 5 // 4
    file = sent(file.getvalue())
    assert checked_image(file).size <= settings.UPLOAD_MAX_BYTES


def test_picture_at_the_limit_of_pixels_is_taken_and_one_row_more_refused():
    at_limit = picture(size=(5000, 4000), mode="1")
    assert checked_image(sent(at_limit)).size < 100_000
    with pytest.raises(UploadTooManyPixels) as refused:
        checked_image(sent(picture(size=(5000, 4001), mode="1")), field="logo")
    assert (refused.value.field, refused.value.text()) == (
        "logo",
        "The picture has more than 20,000,000 pixels.",
    )


@pytest.mark.parametrize("sides", [(5000, 4001), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_bomb_is_refused_by_its_header(sides):
    """The header alone is there: what announces these sides has no pixels to decode."""
    with pytest.raises(UploadTooManyPixels):
        checked_image(sent(pictures.png_of_header(*sides)))


# Storing


@pytest.fixture
def company(committed_db) -> str:
    """The name of a database with one organization."""
    create_organization(values={"name": "Lamps"})
    return committed_db


def seller() -> Organization:
    return Organization.objects.get(name="Lamps")


def with_logo(content: bytes | None = None) -> Organization:
    return update_organization(
        organization=seller(), values={"logo": sent(content or picture())}, expected_version=None
    )


def test_stored_file_is_the_one_named_and_readable_by_us_alone(company, uploads):
    stored = with_logo()
    place = uploads / seller().logo.name
    assert stored_files(uploads) == [place.name]
    assert (seller().logo.name, seller().version) == (stored.logo.name, 2)
    assert place.parent == uploads / "organizations" / "logos"
    assert place.stat().st_mode & 0o777 == 0o600


def test_old_file_goes_once_the_change_is_committed(company, uploads):
    old = uploads / with_logo().logo.name
    with transaction.atomic():
        new = uploads / with_logo().logo.name
        assert (old.exists(), new.exists()) == (True, True)
    settle_uploads()
    assert stored_files(uploads) == [new.name]
    update_organization(organization=seller(), values={"logo": ""})
    assert (stored_files(uploads), seller().logo.name) == ([], "")


class TakenBackError(Exception):
    """Ends a transaction."""


def test_file_of_a_change_taken_back_goes_and_the_old_one_stays(company, uploads):
    old = with_logo().logo.name
    with pytest.raises(TakenBackError), transaction.atomic():
        with_logo()
        assert len(stored_files(uploads)) == 2
        raise TakenBackError
    settle_uploads()
    assert (uploads / old).exists()
    assert (len(stored_files(uploads)), seller().logo.name) == (1, old)


def test_unit_of_work_that_fails_after_storing_leaves_no_file(company, uploads):
    with pytest.raises(TakenBackError), unit_of_work():
        with_logo()
        raise TakenBackError
    assert (stored_files(uploads), seller().logo.name) == ([], "")


def test_file_of_a_failed_unit_of_work_would_stay_were_it_not_looked_for(
    company, uploads, monkeypatch
):
    monkeypatch.setattr("core.events.services.settle_uploads", lambda: None)
    with pytest.raises(TakenBackError), unit_of_work():
        with_logo()
        raise TakenBackError
    assert len(stored_files(uploads)) == 1


def test_file_committed_before_a_later_step_failed_stays(company, uploads):
    """What runs on commit may fail: the row is committed all the same, and names the file."""

    def fail() -> None:
        raise TakenBackError

    with pytest.raises(TakenBackError), unit_of_work():
        transaction.on_commit(fail)
        with_logo()
    assert stored_files(uploads) == [seller().logo.name.rpartition("/")[2]]


def test_new_organization_taken_back_leaves_no_file(company, uploads):
    with pytest.raises(TakenBackError), unit_of_work():
        create_organization(values={"name": "Second", "logo": sent(picture())})
        assert len(stored_files(uploads)) == 1
        raise TakenBackError
    assert stored_files(uploads) == []


def test_two_who_replace_it_at_once_leave_the_one_file_that_is_named(company, uploads, storm):
    with_logo()
    names = run_together(lambda _: with_logo().logo.name, range(40 if storm else 8), threads=4)
    assert (len(set(names)), seller().logo.name in names) == (40 if storm else 8, True)
    assert stored_files(uploads) == [seller().logo.name.rpartition("/")[2]]


def test_refused_picture_changes_nothing(company, uploads):
    old = with_logo().logo.name
    with pytest.raises(UploadNotAnImage) as refused:
        with_logo(pictures.SVG)
    assert (refused.value.field, seller().logo.name, seller().version) == ("logo", old, 2)
    assert stored_files(uploads) == [old.rpartition("/")[2]]


def test_event_and_history_name_the_files(company):
    first = with_logo().logo.name
    second = with_logo().logo.name
    update_organization(organization=seller(), values={"logo": ""})
    told = Event.objects.filter(type="organization.updated").order_by("position")
    steps = [("", first), (first, second), (second, "")]
    assert [event.data["changes"] for event in told] == [
        {"logo": {"old": old, "new": new}} for old, new in steps
    ]
    trail = object_trail(Organization, str(seller().pk), AuditQuestion(), skip=0, limit=3).entries
    assert [entry.changes for entry in reversed(trail)] == [
        {"logo": {"old": old, "new": new}} for old, new in steps
    ]


def test_stored_file_cannot_be_named_by_a_text(company, uploads):
    with_logo()
    for text in ("../settings.py", "/etc/passwd", seller().logo.name + "x"):
        with pytest.raises(ValueError, match="is set by a file"):
            update_organization(organization=seller(), values={"logo": text})


def test_picture_is_not_saved_outside_a_transaction(company, uploads):
    row = Organization(name="Second", logo=sent(picture()))
    with pytest.raises(transaction.TransactionManagementError):
        row.save()
    assert stored_files(uploads) == []


def test_folder_that_cannot_be_written_is_told_and_nothing_stored(company, uploads):
    uploads.write_text("a file where the folder should be")
    with pytest.raises(StorageUnavailable) as refused:
        with_logo()
    assert (refused.value.code, refused.value.status, refused.value.field) == (
        "storage_unavailable",
        503,
        "logo",
    )
    assert (seller().logo.name, seller().version) == ("", 1)


def test_disk_that_fills_up_leaves_no_half_file(company, uploads):
    """The process may write files of one kilobyte: the second write of a larger one fails."""
    old = with_logo().logo.name
    child = run_module("tests.core.upload_to_a_full_disk", uploads, database=company, seconds=60)
    assert (child.returncode, child.stdout.split()) == (0, ["storage_unavailable", "503", "logo"])
    assert (stored_files(uploads), seller().logo.name) == ([old.rpartition("/")[2]], old)


def test_nightly_round_removes_what_no_row_names(company, uploads):
    kept = uploads / with_logo().logo.name
    folder = kept.parent
    names = ("left.png", "left.part", "young.png")
    for name in names:
        (folder / name).write_bytes(b"x")
    before = time.time() - DOUBT_SECONDS - 60
    for place in (kept, folder / "left.png", folder / "left.part"):
        os.utime(place, (before, before))
    assert remove_unnamed_uploads() == 2
    assert stored_files(uploads) == sorted([kept.name, "young.png"])


def test_nightly_round_is_scheduled_and_known_to_the_workers():
    (schedule,) = [each for each in declared_schedules() if "no record names" in each.name]
    app.loader.import_default_modules()
    assert app.tasks[schedule.task].run is remove_unnamed_uploads.run
    assert schedule.every_seconds == 24 * 60 * 60


def test_nightly_round_without_any_upload(company, uploads):
    assert (uploads.exists(), remove_unnamed_uploads()) == (False, 0)


def test_uploads_lie_apart_from_static_files_and_have_no_address(settings):
    static = [str(folder) for folder in settings.STATICFILES_DIRS]
    assert [s for s in static if settings.MEDIA_ROOT.startswith(s)] == []
    with pytest.raises(ValueError, match="served by views"):
        default_storage.url("organizations/logos/x.png")
