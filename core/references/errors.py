"""Refusals to merge two records, and to switch one off."""

from __future__ import annotations

from core.errors import DomainError


class MergeNotOffered(DomainError):
    code = "merge_not_offered"
    status = 409
    message = "Records of this kind are not merged."
    message_ar = "السجلات من هذا النوع لا تُدمج."


class SwitchNotOffered(DomainError):
    code = "switch_not_offered"
    status = 409
    message = "Records of this kind are not switched off or on by themselves."
    message_ar = "السجلات من هذا النوع لا تُوقف ولا تُشغَّل بمفردها."


class MergeWithItself(DomainError):
    code = "merge_with_itself"
    status = 422
    message = "Choose another record: one cannot be merged into itself."
    message_ar = "اختر سجلاً آخر: لا يمكن دمج سجل في نفسه."


class MergeAcrossOrganizations(DomainError):
    code = "merge_across_organizations"
    status = 409
    message = "The two records belong to different organizations."
    message_ar = "السجلان يعودان إلى مؤسستين مختلفتين."


class MergeBelowItself(DomainError):
    code = "merge_below_itself"
    status = 409
    message = "The record to keep is a part of the other one: move it out of there first."
    message_ar = "السجل المراد الإبقاء عليه جزء من الآخر: انقله من هناك أولاً."


class OutsideKeysDiffer(DomainError):
    """`field` names the column."""

    code = "outside_keys_differ"
    status = 409
    message = (
        "Another system knows both records under keys of their own, so it would part them again."
        " Merge them there first."
    )
    message_ar = "يعرف نظام آخر كلا السجلين بمعرّفين مختلفين فسيفصلهما مجدداً. ادمجهما هناك أولاً."


class MergeCollides(DomainError):
    """`details` name each pair of rows that cannot both refer to the record that is kept."""

    code = "merge_collides"
    status = 409
    message = "Both records are referred to by rows that only one record may have. Nothing changed."
    message_ar = "تشير إلى السجلين صفوف لا يجوز أن تجتمع لسجل واحد. لم يتغير شيء."


class MergeBreaksRule(DomainError):
    code = "merge_breaks_rule"
    status = 409
    message = "Merging would break a rule of the database ({rule}). Nothing changed."
    message_ar = "الدمج يخالف قاعدة من قواعد البيانات ({rule}). لم يتغير شيء."
