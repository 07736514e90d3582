"""How a role is chosen, and how a membership's state is shown."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.db import models
from django.forms import ModelForm
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core.admin.badges import badge
from core.admin.widgets import Select
from core.identity.roles import group_label, role_of_group
from settings_modules.organizations.models import Membership

#: A role that ends so soon is marked.
SOON = timedelta(days=14)
#: What a membership is about: fixed once it is given.
PARTIES = ("user", "organization", "role")


def role_text(group: Group) -> str:
    """The role with what it is for."""
    role = role_of_group(group.name)
    return group.name if role is None else f"{role.shown_label()}: {role.shown_purpose()}"


def role_field(db_field: models.ForeignKey[Any, Any]) -> forms.ModelChoiceField[Any]:
    """A choice of roles, each explained, the most powerful first; groups of staff come last."""
    groups = sorted(Group.objects.order_by("name")[:200], key=_order)
    field: Any = forms.ModelChoiceField(
        queryset=Group.objects.all(), label=capfirst(db_field.verbose_name), widget=Select()
    )
    # Read once for all rows of a page.
    field.choices = [("", "—"), *((group.pk, role_text(group)) for group in groups)]
    return field


def _order(group: Group) -> tuple[int, str]:
    role = role_of_group(group.name)
    return (-role.rank if role is not None else 1, group.name)


def state_badge(membership: Membership) -> str:
    """Whether the membership holds, and when it begins or ends."""
    now, until = timezone.now(), membership.valid_until
    if not membership.is_active:
        return badge(_("switched off"), "plain")
    if until is not None and until <= now:
        return badge(_("ended"), "plain")
    if membership.valid_from > now:
        return badge(_("not yet begun"), "info")
    if until is None:
        return badge(_("holds"), "good")
    days = (until - now).days
    text = _("ends in %(days)s days") % {"days": days} if days else _("ends within a day")
    return badge(text, "warning" if until - now < SOON else "info")


def shown_role(membership: Membership) -> str:
    """What the membership's role is called."""
    return group_label(membership.role.name)


class MembershipForm(ModelForm):
    """Person, organization and role are chosen once; afterwards only the times change."""

    class Meta:
        model = Membership
        fields = (*PARTIES, "valid_from", "valid_until", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            return
        for name in PARTIES:
            if name not in self.fields:
                continue
            self.fields[name].disabled = True
            if name != "role":
                # The row is at hand: the usual input would ask for it line by line.
                party = getattr(self.instance, name)
                self.fields[name].widget = Select(choices=[(party.pk, str(party))])
