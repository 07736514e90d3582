"""What is known of the codes of goods, for staff: suggestions, the verify queue, conflicts."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.urls import URLPattern, re_path
from django_filters.rest_framework import CharFilter
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    extend_schema,
    extend_schema_field,
)
from drf_spectacular.utils import extend_schema_view as describe
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.actions import VERSION_ERRORS, RowAction
from core.api.decimals import DecimalText
from core.api.filters import TruthFilter
from core.api.saved_filter_lists import declare_list
from core.api.schema import SHORT_TEXT, whole_number
from core.api.staff import (
    Adds,
    Edits,
    Removes,
    StaffCollection,
    StaffFilterSet,
    StaffRecord,
    StaffSerializer,
    StaffView,
    Values,
    VisibleReference,
    resource_paths,
)
from core.money import plain_number
from core.references.services import remove_row
from core.text_search import folded
from settings_modules.commodities.api.tax_codes import DATE_PARAMETER, cleaned
from settings_modules.commodities.models import HsnKnowledge, TaxCodeConflict
from settings_modules.commodities.selectors.tax_code_conflicts import candidates_of
from settings_modules.commodities.selectors.tax_code_suggestions import (
    Suggestion,
    suggest_tax_codes,
)
from settings_modules.commodities.services.hsn_knowledge import (
    KNOWLEDGE_FIELDS,
    create_knowledge,
    decide_conflict,
    update_knowledge,
    verify_knowledge,
)

#: What is known of the goods of a conflict.
MOST_CANDIDATES = 50
_STATE = ("source", "is_verified", "verified_by", "verified_at", "usage_count")
_OWN = ("id", "version", "code", *_STATE, "created_at", "updated_at")


class KnowledgeSerializer(StaffSerializer):
    code = serializers.CharField(source="tax_code.code", read_only=True)
    confidence = DecimalText(
        max_digits=3,
        decimal_places=2,
        min_value=0,
        max_value=1,
        required=False,
        help_text="0 to 1; without it 1.",
    )

    class Meta:
        model = HsnKnowledge
        fields = (
            *("id", "version", "code"),
            *KNOWLEDGE_FIELDS,
            *_STATE,
            *("created_at", "updated_at"),
        )
        read_only_fields = _OWN
        # The name is unique as it is folded, which the database knows.
        validators: ClassVar[Any] = ()


class KnowledgeFilter(StaffFilterSet):
    """`search` is a part of the name, however it is spelled."""

    search = CharFilter(method="containing")

    class Meta:
        model = HsnKnowledge
        fields = ("tax_code", "category", "source", "is_verified", "is_active")

    def containing(self, rows: QuerySet[Any], _name: str, text: str) -> QuerySet[Any]:
        """Rows in whose name the text occurs."""
        return rows.filter(folded_name__contains=folded(text))


@describe(
    post=extend_schema(
        examples=[
            OpenApiExample(
                "Kapas is cotton",
                value={"commodity_name": "Kapas", "tax_code": 14, "confidence": "0.90"},
                request_only=True,
            )
        ]
    )
)
class KnowledgeCollection(Adds, StaffCollection):
    """Names of goods with their codes. The verify queue is `?is_verified=false&is_active=true`."""

    queryset = HsnKnowledge.objects.select_related("tax_code").order_by("commodity_name", "id")
    serializer_class = KnowledgeSerializer
    filterset_class = KnowledgeFilter
    ordering_fields = ("id", "commodity_name", "confidence", "usage_count", "updated_at")

    def create_row(self, values: Values) -> HsnKnowledge:
        return create_knowledge(values=values)


class KnowledgeRecord(Edits, Removes):
    """One name with one code."""

    queryset = HsnKnowledge.objects.select_related("tax_code")
    serializer_class = KnowledgeSerializer

    def update_row(self, row: HsnKnowledge, values: Values, version: int) -> HsnKnowledge:
        return update_knowledge(knowledge=row, values=values, expected_version=version)

    def delete_row(self, row: HsnKnowledge, version: int) -> None:
        remove_row(row=row, expected_version=version)


class VerifyKnowledge(RowAction):
    """A person says that it is right."""

    queryset = HsnKnowledge.objects.select_related("tax_code")
    serializer_class = KnowledgeSerializer
    needed: ClassVar[Any] = {"POST": ("commodities.verify_hsnknowledge",)}

    @extend_schema(
        operation_id="settings_commodities_hsn_knowledge_verify",
        summary="Verify the code of goods (staff)",
        request=None,
        responses={200: KnowledgeSerializer, **VERSION_ERRORS},
    )
    def post(self, request: Request, id: int) -> Response:  # noqa: A002  (as in the address)
        row = self.row(id)
        return self.answered(verify_knowledge(knowledge=row, expected_version=self.seen(request)))


class SuggestedCodeSerializer(serializers.Serializer[Any]):
    tax_code = serializers.IntegerField()
    code = serializers.CharField()
    description = serializers.CharField()
    source = serializers.CharField(  # type: ignore[assignment]
        help_text="API, MANUAL, LEARNED, SEED or OFFICIAL."
    )
    confidence = serializers.CharField(help_text="0 to 1, as text.")
    is_verified = serializers.BooleanField()
    knowledge = serializers.IntegerField(allow_null=True)
    rate = serializers.CharField(allow_null=True, help_text="Percent on the day; null: none known.")
    rate_from_code = serializers.CharField(allow_null=True)
    usual_rate = serializers.CharField(
        allow_null=True,
        help_text="Percent of the table that Tradepost came with, compared with no notification;"
        " null where a rate is entered.",
    )
    reason = serializers.CharField()
    reason_ar = serializers.CharField()


class SuggestedCodesSerializer(serializers.Serializer[Any]):
    """Suggestions, best first; nothing is stored. Without any, `reason` says why."""

    items = SuggestedCodeSerializer(many=True)
    reason = serializers.CharField()
    reason_ar = serializers.CharField()


class NamedGoodsForm(forms.Form):
    """Goods by name, perhaps of a category, on a day."""

    name = forms.CharField(max_length=200)
    category = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
    date = forms.DateField(required=False, input_formats=["%Y-%m-%d"])


def suggestion_on_the_wire(each: Suggestion) -> dict[str, Any]:
    """The wire form of a suggestion."""
    return {
        "tax_code": each.tax_code.pk,
        "code": each.tax_code.code,
        "description": each.tax_code.description,
        "source": each.source,
        "confidence": f"{each.confidence:.2f}",
        "is_verified": each.is_verified,
        "knowledge": each.knowledge_id,
        "rate": f"{each.rate.rate:f}" if each.rate else None,
        "rate_from_code": each.rate.from_code if each.rate else None,
        "usual_rate": None if each.usual_rate is None else plain_number(each.usual_rate),
        "reason": each.reason,
        "reason_ar": each.reason_ar,
    }


class SuggestTaxCode(StaffView):
    """Codes that goods may have, by what is known of their name and by the official list."""

    queryset = HsnKnowledge.objects.all()

    @extend_schema(
        operation_id="settings_commodities_suggest_tax_code",
        summary="Suggest tax codes for goods (staff)",
        parameters=[
            OpenApiParameter("name", SHORT_TEXT, required=True, description="The goods."),
            OpenApiParameter(
                "category", whole_number(1, 2**63 - 1), description="Known to be of it."
            ),
            DATE_PARAMETER,
        ],
        responses={200: SuggestedCodesSerializer},
    )
    def get(self, request: Request) -> Response:
        asked = cleaned(NamedGoodsForm(request.query_params))
        found = suggest_tax_codes(asked["name"], category=asked["category"], day=asked["date"])
        return Response(
            {
                "items": [suggestion_on_the_wire(each) for each in found.items],
                "reason": found.reason,
                "reason_ar": found.reason_ar,
            }
        )


_CONFLICT = (
    *("id", "version", "kind", "goods", "knowledge", "kept", "note"),
    *("decided_by", "decided_at", "created_at"),
)


class ListedConflictSerializer(StaffSerializer):
    """A conflict without what may be kept."""

    class Meta:
        model = TaxCodeConflict
        fields: tuple[str, ...] = _CONFLICT
        read_only_fields: tuple[str, ...] = _CONFLICT


class ConflictSerializer(ListedConflictSerializer):
    candidates = serializers.SerializerMethodField(help_text="What is known of the goods.")

    class Meta(ListedConflictSerializer.Meta):
        fields = (*_CONFLICT, "candidates")

    @extend_schema_field(KnowledgeSerializer(many=True))
    def get_candidates(self, row: TaxCodeConflict) -> Any:
        rows = candidates_of(row)[:MOST_CANDIDATES]
        return KnowledgeSerializer(rows, many=True, context=self.context).data


class ConflictFilter(StaffFilterSet):
    """`is_open`: those that nobody has decided."""

    is_open = TruthFilter(field_name="decided_at", lookup_expr="isnull")

    class Meta:
        model = TaxCodeConflict
        fields = ("kind", "goods")


class ConflictCollection(StaffCollection):
    """Knowledge that contradicts itself or the official list, the latest first."""

    queryset = TaxCodeConflict.objects.order_by("-id")
    serializer_class = ListedConflictSerializer
    filterset_class = ConflictFilter
    ordering_fields = ("id", "decided_at")


class ConflictRecord(StaffRecord):
    """One conflict."""

    queryset = TaxCodeConflict.objects.all()
    serializer_class = ConflictSerializer


class DecisionSerializer(serializers.Serializer[Any]):
    kept = VisibleReference(
        queryset=HsnKnowledge.objects.all(),
        allow_null=True,
        help_text="The knowledge that is right; null: none of it.",
    )
    note = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)


class DecideConflict(RowAction):
    """POST decides which code the goods have."""

    queryset = TaxCodeConflict.objects.all()
    serializer_class = ConflictSerializer
    needed: ClassVar[Any] = {"POST": ("commodities.verify_hsnknowledge",)}

    @extend_schema(
        operation_id="settings_commodities_hsn_conflicts_decide",
        summary="Decide which code goods have (staff)",
        request=DecisionSerializer,
        responses={200: ConflictSerializer, **VERSION_ERRORS},
        examples=[OpenApiExample("Keep one", value={"kept": 7}, request_only=True)],
    )
    def post(self, request: Request, id: int) -> Response:  # noqa: A002  (as in the address)
        row = self.row(id)
        asked = self.given(request, DecisionSerializer)
        return self.answered(
            decide_conflict(conflict=row, expected_version=self.seen(request), **asked)
        )


def knowledge_paths() -> list[URLPattern]:
    """The addresses of knowledge, suggestions and conflicts, each with and without a slash."""
    conflicts = r"^commodities/hsn-conflicts"
    record = rf"{conflicts}/(?P<id>\d{{1,18}})"
    declare_list(ConflictCollection)
    return [
        re_path(r"^commodities/suggest-tax-code/?$", SuggestTaxCode.as_view()),
        re_path(
            r"^commodities/hsn-knowledge/(?P<id>\d{1,18})/verify/?$", VerifyKnowledge.as_view()
        ),
        re_path(rf"{conflicts}/?$", ConflictCollection.as_view()),
        re_path(rf"{record}/?$", ConflictRecord.as_view()),
        re_path(rf"{record}/decide/?$", DecideConflict.as_view()),
        *resource_paths("commodities/hsn-knowledge", KnowledgeCollection, KnowledgeRecord),
    ]
