"""How a record leaves use, for every master alike: where used, merge, deactivate, restore."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import models
from django.urls import URLPattern, re_path
from django.utils.translation import override
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.preconditions import expected_version
from core.api.schema import FieldErrorSerializer
from core.api.staff import StaffRecord
from core.api.views import LONGEST_REASON
from core.errors import DomainError, FieldError
from core.references.masters import master_of
from core.references.plans import MergePlan, plan_merge
from core.references.selectors import Reference, references_to
from core.references.services import deactivate_row, merge_rows, restore_row
from core.references.texts import collision_details, kind_of
from core.tenancy import visible_rows


class ReferringRowSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    text = serializers.CharField(help_text="What the row is called.")


class ReferenceSerializer(serializers.Serializer[Any]):
    model = serializers.CharField(help_text='Such as "catalog.Product".')
    field = serializers.CharField(help_text="The field that refers to the record.")
    name = serializers.CharField(help_text="What such rows are called.")
    name_ar = serializers.CharField()
    count = serializers.IntegerField(help_text="How many rows the caller's organization sees.")
    rows = ReferringRowSerializer(many=True, help_text="The first of them, if the caller may view.")
    stays = serializers.BooleanField(help_text="A ledger: a merge leaves these references alone.")


class WhereUsedSerializer(serializers.Serializer[Any]):
    references = ReferenceSerializer(many=True)


class MergeSerializer(serializers.Serializer[Any]):
    """What is asked for. `into` is the record that is kept."""

    into = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    reason = serializers.CharField(max_length=LONGEST_REASON)
    dry_run = serializers.BooleanField(default=False)


class MergeAnswerSerializer(serializers.Serializer[Any]):
    dry_run = serializers.BooleanField()
    is_possible = serializers.BooleanField()
    kept = serializers.IntegerField()
    merged = serializers.IntegerField()
    removed = serializers.BooleanField(
        help_text="Whether the merged record is removed; else it is switched off."
    )
    references = ReferenceSerializer(many=True)
    handed_over = serializers.DictField(
        child=serializers.CharField(),
        help_text="Keys of other systems that go over to the record that is kept.",
    )
    obstacles = FieldErrorSerializer(many=True)


def reference_on_the_wire(reference: Reference) -> dict[str, Any]:
    """The wire form of a reference."""
    with override("en"):
        name = kind_of(reference.model)
    with override("ar"):
        name_ar = kind_of(reference.model)
    return {
        "model": reference.model,
        "field": reference.field,
        "name": name,
        "name_ar": name_ar,
        "count": reference.count,
        "rows": [{"id": row.key, "text": row.text} for row in reference.rows],
        "stays": bool(reference.stays_because),
    }


def _obstacle(error: DomainError) -> FieldError:
    return FieldError(error.field, error.code, error.text(), error.text("ar"))


class RecordAction(StaffRecord):
    """One thing done to, or asked about, one record; `needs` are the permissions for its model."""

    needs: ClassVar[tuple[str, ...]] = ("change",)
    http_method_names: Sequence[str] = ("post", "options")
    #: What the schema says of a POST.
    post_status: ClassVar[int] = 200

    def _seen_version(self, request: Request) -> int | None:
        """The version in `If-Match`; None when the header was not sent."""
        return expected_version(request) if request.headers.get("If-Match") else None


class WhereUsed(RecordAction):
    """GET: what refers to the record, counted, with the first rows of each kind."""

    needs = ("view",)
    http_method_names = ("get", "head", "options")

    @extend_schema(responses={200: WhereUsedSerializer}, summary="Where a record is used (staff)")
    def get(self, request: Request, id: int) -> Response:  # noqa: A002
        references = references_to(self._row(id), user=request.user)
        return Response({"references": [reference_on_the_wire(one) for one in references]})


class Merge(RecordAction):
    """POST: everything that refers to the record refers to the one named `into` from now on; the
    record is switched off or removed. With `dry_run` nothing is changed."""

    needs = ("change", "delete")

    @extend_schema(
        request=MergeSerializer,
        responses={200: MergeAnswerSerializer},
        summary="Merge a record into another one (staff)",
    )
    def post(self, request: Request, id: int) -> Response:  # noqa: A002
        merged = self._row(id)
        asked = MergeSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        values = asked.validated_data
        kept = self._other(merged, values["into"])
        if values["dry_run"]:
            plan = plan_merge(kept=kept, merged=merged, user=request.user)
        else:
            plan = merge_rows(
                kept=kept,
                merged=merged,
                reason=values["reason"],
                expected_version=self._seen_version(request),
            )
        return Response(_merge_answer(plan, kept, merged, is_dry=values["dry_run"]))

    def _other(self, merged: models.Model, key: int) -> Any:
        """The record to keep, if the caller may see it."""
        rows = visible_rows(type(merged)._default_manager.filter(pk=key), self.request.user)
        kept = rows.first()
        if kept is None:
            raise serializers.ValidationError(
                {"into": serializers.ErrorDetail("There is no such record.", "does_not_exist")}
            )
        return kept


def _merge_answer(plan: MergePlan, kept: Any, merged: Any, *, is_dry: bool) -> dict[str, Any]:
    told = [_obstacle(error) for error in plan.obstacles] + collision_details(plan)
    return {
        "dry_run": is_dry,
        "is_possible": plan.is_possible,
        "kept": kept.pk,
        "merged": merged.pk,
        "removed": plan.is_removed,
        "references": [reference_on_the_wire(one) for one in plan.references],
        "handed_over": plan.handed_over,
        "obstacles": [one.as_dict() for one in told],
    }


class Deactivate(RecordAction):
    """POST: the record is switched off, whatever refers to it. Again: nothing happens."""

    @extend_schema(request=None, summary="Switch a record off (staff)")
    def post(self, request: Request, id: int) -> Response:  # noqa: A002
        row = deactivate_row(row=self._row(id), expected_version=self._seen_version(request))
        return self._answer(row)


class Restore(RecordAction):
    """POST: the record is switched on again. Again: nothing happens."""

    @extend_schema(request=None, summary="Switch a record on again (staff)")
    def post(self, request: Request, id: int) -> Response:  # noqa: A002
        row = restore_row(row=self._row(id), expected_version=self._seen_version(request))
        return self._answer(row)


def use_paths(name: str, record: type[StaffRecord]) -> list[URLPattern]:
    """The addresses below a record by which it leaves use; none unless its model is a master.

    A record view names in `own_actions` those that its application has views of its own for.
    """
    rows: Any = record.queryset
    master = master_of(rows.model)
    if master is None:
        return []
    actions: dict[str, type[RecordAction]] = {"where-used": WhereUsed}
    if master.is_merged:
        actions["merge"] = Merge
    if master.switch is not None:
        actions |= {"deactivate": Deactivate, "restore": Restore}
    return [
        re_path(
            rf"^{name}/(?P<id>\d{{1,18}})/{action}/?$",
            _of_record(view, record).as_view(),
            name=f"{name}-{action}",
        )
        for action, view in actions.items()
        if action not in getattr(record, "own_actions", ())
    ]


def _of_record(view: type[RecordAction], record: type[StaffRecord]) -> type[RecordAction]:
    """The action for that kind of record: its rows, its shape."""
    return type(f"{record.__name__}{view.__name__}", (view, record), {"__doc__": view.__doc__})
