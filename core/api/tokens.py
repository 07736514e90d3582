"""The caller's own API tokens. They are made and revoked by people, not by other tokens."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.schema import ErrorSerializer
from core.api.staff import StaffCollection, StaffView
from core.api.views import Handler
from core.errors import NotFound
from core.identity.models import ApiToken
from core.identity.tokens import issue_token, revoke_token
from core.throttling import caller_of, exact_limit

_REFUSALS = dict.fromkeys((400, 401, 403, 404, 422, 429), ErrorSerializer)


def _by_person(group: str, request: HttpRequest) -> str:  # noqa: ARG001  (asked with both)
    return caller_of(request)


class ActiveStaff(BasePermission):
    """Active staff: everybody sees their own tokens alone."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(request.user.is_active and request.user.is_staff)


class ApiTokenSerializer(serializers.ModelSerializer[ApiToken]):
    """A token without its text, of which only the beginning is known."""

    groups: Any = serializers.SlugRelatedField(many=True, read_only=True, slug_field="name")
    begins_with = serializers.CharField(source="token_key")
    is_usable = serializers.SerializerMethodField()

    class Meta:
        model = ApiToken
        fields: tuple[str, ...] = (
            "id",
            "name",
            "begins_with",
            "groups",
            "allowed_networks",
            "created",
            "expiry",
            "last_used_at",
            "revoked_at",
            "is_usable",
        )
        read_only_fields = fields

    @extend_schema_field(bool)
    def get_is_usable(self, token: ApiToken) -> bool:
        is_over = token.expiry is None or token.expiry <= timezone.now()
        return token.revoked_at is None and not is_over


class IssuedTokenSerializer(ApiTokenSerializer):
    """As above, with the text. This one answer has it, no later one."""

    token = serializers.CharField(required=False)

    class Meta(ApiTokenSerializer.Meta):
        fields = (*ApiTokenSerializer.Meta.fields, "token")
        read_only_fields = fields


class NewTokenSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100)
    groups = serializers.SlugRelatedField(
        many=True,
        slug_field="name",
        queryset=Group.objects.all(),
        default=list,  # type: ignore[arg-type]  # of many
    )
    days = serializers.IntegerField(default=settings.API_TOKEN_DAYS)
    allowed_networks = serializers.ListField(
        child=serializers.CharField(max_length=50), default=list
    )


class OwnTokens(StaffView):
    """What the views below share."""

    # A token that could make tokens would outlive its own end.
    authentication_classes = (SessionAuthentication,)
    permission_classes: Any = (ActiveStaff,)
    queryset = ApiToken.objects.all()
    serializer_class = ApiTokenSerializer

    def get_queryset(self) -> QuerySet[ApiToken]:
        own = super().get_queryset().filter(user_id=self.request.user.pk)
        return own.prefetch_related("groups").order_by("-id")


@extend_schema_view(
    get=extend_schema(
        operation_id="tokens_list",
        summary="Your API tokens (staff)",
        responses={200: ApiTokenSerializer(many=True), **_REFUSALS},
    )
)
class TokenListView(OwnTokens, StaffCollection):
    """GET: your tokens, newest first. POST: a new one, whose text is in this answer alone.

    A retry with the same key gets the answer without the text.
    """

    def check_throttles(self, request: Request) -> None:
        """Count new tokens exactly, over all processes."""
        super().check_throttles(request)
        if request.method == "POST":
            rate = f"{settings.TOKEN_POSTS_PER_MINUTE}/m"
            exact_limit(request._request, group="token.issue", rate=rate, key=_by_person)

    @extend_schema(
        operation_id="tokens_issue",
        summary="Issue an API token for yourself (staff)",
        request=NewTokenSerializer,
        responses={201: IssuedTokenSerializer, **_REFUSALS},
    )
    def post(self, request: Request) -> Response:
        asked = NewTokenSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        token, self._text = issue_token(user=request.user, **asked.validated_data)  # type: ignore[arg-type]
        place = f"{request.path.rstrip('/')}/{token.pk}"
        return Response(self.shown(token), status=201, headers={"Location": place})

    def _change(
        self, handler: Handler, request: Request, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """As ever; what is stored for retries has no secret in it, so it is added afterwards."""
        answer = super()._change(handler, request, *args, **kwargs)
        if answer.status_code != 201 or "Idempotency-Replayed" in answer:
            return answer
        if isinstance(answer, Response):
            answer.data["token"] = self._text
        elif isinstance(answer, HttpResponse):
            answer.content = json.dumps(json.loads(answer.content) | {"token": self._text})
            if answer.has_header("Content-Length"):
                answer["Content-Length"] = str(len(answer.content))
        return answer


class TokenRecordView(OwnTokens):
    """One of your tokens; DELETE revokes it for good."""

    @extend_schema(
        operation_id="tokens_read",
        summary="One of your API tokens (staff)",
        responses={200: ApiTokenSerializer, **_REFUSALS},
    )
    def get(self, request: Request, id: int) -> Response:  # noqa: A002  (as in the address)
        return Response(self.get_serializer(self._own(id)).data)

    @extend_schema(
        operation_id="tokens_revoke",
        summary="Revoke one of your API tokens (staff)",
        responses={200: ApiTokenSerializer, **_REFUSALS},
    )
    def delete(self, request: Request, id: int) -> Response:  # noqa: A002
        return Response(self.shown(revoke_token(token=self._own(id))))

    def _own(self, key: int) -> ApiToken:
        """Raises NotFound."""
        found: ApiToken | None = self.get_queryset().filter(pk=key).first()
        if found is None:
            raise NotFound()
        return found
