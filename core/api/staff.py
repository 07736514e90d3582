"""Resources for staff: a list and a record, declared by their queryset, shape and services.

What a view offers beyond reading it takes from `Adds`, `Edits` and `Removes`, each of which names
one service; everything else answers 405.
"""

from __future__ import annotations

import contextlib
import copy
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django.db import models
from django.urls import URLPattern, re_path
from django.utils.functional import cached_property
from django_filters.rest_framework import DjangoFilterBackend, FilterSet, ModelChoiceFilter
from rest_framework import serializers
from rest_framework.filters import OrderingFilter
from rest_framework.generics import GenericAPIView
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.filters import TruthFilter
from core.api.preconditions import etag_of, expected_version, tell_difference
from core.api.representation import Column, columns, represented
from core.api.saved_filter_lists import declare_list
from core.api.views import ApiView
from core.editing.errors import StaleVersion
from core.editing.models import VersionedModel
from core.errors import NotFound, PermissionRefused
from core.tenancy import visible_rows

Values = Mapping[str, Any]

_NEEDED = {
    "GET": "view",
    "HEAD": "view",
    "OPTIONS": "view",
    "POST": "add",
    "PUT": "change",
    "PATCH": "change",
    "DELETE": "delete",
}


class StaffPermission(BasePermission):
    """Active staff with Django's permission for what the method does to the view's model.

    A view with `needs` names the permissions itself.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        model: type[models.Model] = view.queryset.model  # type: ignore[attr-defined]
        verbs = getattr(view, "needs", None) or (_NEEDED.get(request.method or ""),)
        user = request.user
        return bool(user.is_active and user.is_staff and all(verbs)) and all(
            user.has_perm(f"{model._meta.app_label}.{verb}_{model._meta.model_name}")
            for verb in verbs
        )


class VisibleReference(serializers.PrimaryKeyRelatedField[Any]):
    """A reference to a row that the caller may see; any other is as if it were not there."""

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        request = self.context.get("request")
        return rows if rows is None or request is None else visible_rows(rows, request.user)


class NumberField(serializers.DecimalField):
    """A number; an empty text is none, and null is what empties."""

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        return serializers.Field.validate_empty_values(self, data)


class StaffSerializer(serializers.ModelSerializer[Any]):
    """A record's shape. A value that is not its, or that cannot be written, is refused by name."""

    serializer_related_field = VisibleReference
    serializer_field_mapping: ClassVar[Any] = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.DecimalField: NumberField,
    }
    #: By class: its fields as the base makes them from the model.
    _made: ClassVar[dict[type[StaffSerializer], dict[str, Any]]] = {}

    def get_fields(self) -> dict[str, Any]:
        """Copies of the fields of the class, which are made once: to make them from the model again
        for every request takes as long as to read a record."""
        if type(self) not in self._made:
            self._made[type(self)] = super().get_fields()
        # A copy of a field is made from its arguments and belongs to no serializer yet.
        return {name: copy.deepcopy(field) for name, field in self._made[type(self)].items()}

    @cached_property
    def _columns(self) -> list[Column]:
        return columns(self)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return represented(instance, self._columns)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            writable = {name for name, field in self.fields.items() if not field.read_only}
            unknown = sorted(str(name) for name in data if name not in writable)
            if unknown:
                raise serializers.ValidationError(
                    {
                        name: serializers.ErrorDetail(
                            "This value cannot be written.", "not_writable"
                        )
                        for name in unknown
                    }
                )
        return super().to_internal_value(data)


class StaffView(ApiView, GenericAPIView[Any]):
    """For staff; no copy of an answer is kept anywhere."""

    permission_classes = (StaffPermission,)
    throttle_scope = "staff"

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        final = super().finalize_response(request, response, *args, **kwargs)
        final["Cache-Control"] = "private, no-store"
        return final

    def get_queryset(self) -> models.QuerySet[Any]:
        """The rows that the caller may see in the organization in force."""
        rows = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows
        return visible_rows(rows, self.request.user)

    def shown(self, row: models.Model) -> Any:
        """The record as the answer has it, read anew.

        Raises PermissionRefused when the caller may not see what they have made of it: the change
        is taken back.
        """
        stored = self.get_queryset().filter(pk=row.pk).first()
        if stored is None:
            raise PermissionRefused()
        return self.get_serializer(stored).data

    def _answer(self, row: VersionedModel, status: int = 200) -> Response:
        return Response(self.shown(row), status=status, headers={"ETag": etag_of(row)})

    def _read(self, request: Request, *, partial: bool, row: Any = None) -> dict[str, Any]:
        serializer = self.get_serializer(row, data=request.data, partial=partial)
        serializer.is_valid(raise_exception=True)
        values: dict[str, Any] = serializer.validated_data
        return values


def _visible_choices(field: models.ForeignKey[Any, Any]) -> dict[str, Any]:
    target = field.remote_field.model
    return {"queryset": lambda request: visible_rows(target._default_manager.all(), request.user)}


class StaffFilterSet(FilterSet):  # type: ignore[misc]  # the package has no types
    """Filters whose references are rows that the caller may see."""

    FILTER_DEFAULTS: ClassVar[Any] = {
        **FilterSet.FILTER_DEFAULTS,
        models.BooleanField: {"filter_class": TruthFilter},
        models.ForeignKey: {"filter_class": ModelChoiceFilter, "extra": _visible_choices},
    }


#: Parameters of every list that no filter reads.
_NOT_FILTERS = {"page", "page_size", "ordering"}


class StaffFilterBackend(DjangoFilterBackend):  # type: ignore[misc]  # the package has no types
    """The declared filters of a collection."""

    filterset_base = StaffFilterSet

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        # To make the form of the filters takes longer than to read the page.
        if not set(request.query_params) - _NOT_FILTERS:
            return queryset
        return super().filter_queryset(request, queryset, view)


class StaffCollection(ListModelMixin, StaffView):
    """GET: a page of the records; the declared filters narrow it, `ordering` sorts it."""

    filter_backends = (StaffFilterBackend, OrderingFilter)
    filterset_fields: ClassVar[Any] = ()
    ordering_fields: ClassVar[Any] = ()
    #: Further parameters that the list itself reads.
    own_parameters: ClassVar[tuple[str, ...]] = ()

    def get(self, request: Request) -> Response:
        return self.list(request)


class Adds(StaffView):
    """POST adds a record and answers it with 201, its `Location` and its `ETag`."""

    @abstractmethod
    def create_row(self, values: Values) -> VersionedModel:
        """The new record, stored by a service."""

    def post(self, request: Request) -> Response:
        row = self.create_row(self._read(request, partial=False))
        answer = self._answer(row, status=201)
        answer["Location"] = f"{request.path.rstrip('/')}/{row.pk}"
        return answer


class StaffRecord(StaffView):
    """GET: the record with its `ETag`.

    `own_actions` names addresses below it that its application serves itself, in place of those of
    every master.
    """

    own_actions: ClassVar[tuple[str, ...]] = ()

    def get(self, request: Request, id: int) -> Response:  # noqa: A002  (as in the address)
        row = self._row(id)
        return Response(self.get_serializer(row).data, headers={"ETag": etag_of(row)})

    def _row(self, key: int) -> Any:
        row = self.get_queryset().filter(pk=key).first()
        if row is None:
            raise NotFound()
        return row

    @contextlib.contextmanager
    def _telling_difference(self, key: int) -> Iterator[None]:
        """Add the difference to the refusal of a stale version."""
        try:
            yield
        except StaleVersion as error:
            row = self._row(key)
            tell_difference(error, row, self.get_serializer(row).data)
            raise


class Edits(StaffRecord):
    """PATCH changes the values sent, PUT all of them; both want the `ETag` back in `If-Match`."""

    @abstractmethod
    def update_row(self, row: Any, values: Values, version: int) -> VersionedModel:
        """The edited record; the service raises StaleVersion unless its version is this one."""

    def patch(self, request: Request, id: int) -> Response:  # noqa: A002
        return self._update(request, id, partial=True)

    def put(self, request: Request, id: int) -> Response:  # noqa: A002
        return self._update(request, id, partial=False)

    def _update(self, request: Request, key: int, *, partial: bool) -> Response:
        row = self._row(key)
        seen = expected_version(request)
        values = self._read(request, partial=partial, row=row)
        with self._telling_difference(key):
            return self._answer(self.update_row(row, values, seen))


class Removes(StaffRecord):
    """DELETE removes the record; it wants the `ETag` back in `If-Match`."""

    @abstractmethod
    def delete_row(self, row: Any, version: int) -> Any:
        """Remove the record; the service raises StaleVersion unless its version is this one."""

    def removal_answer(self, outcome: Any) -> Response:
        """The answer, from what `delete_row` returned."""
        return Response(status=204)

    def delete(self, request: Request, id: int) -> Response:  # noqa: A002
        row = self._row(id)
        seen = expected_version(request)
        with self._telling_difference(id):
            outcome = self.delete_row(row, seen)
        return self.removal_answer(outcome)


def resource_paths(
    name: str, collection: type[StaffCollection], record: type[StaffRecord]
) -> list[URLPattern]:
    """The addresses of a resource, each with and without a slash at its end.

    Records of a master have those of `use_paths` below them. Filters of the list can be saved.
    """
    from core.api.where_used import use_paths  # noqa: PLC0415  (builds on this module)

    declare_list(collection)
    return [
        re_path(rf"^{name}/?$", collection.as_view(), name=f"{name}-list"),
        re_path(rf"^{name}/(?P<id>\d{{1,18}})/?$", record.as_view(), name=f"{name}-record"),
        *use_paths(name, record),
    ]
