"""People who sign in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken
from phonenumber_field.modelfields import PhoneNumberField

from core.editing.models import VersionedModel
from core.events.mixins import EventMixin
from core.history.tracking import track_history


class UserRows(BaseUserManager["User"]):
    """Finds and makes people by their address, in any case."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username or "")

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Somebody who can sign in with this address in any case."""
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Somebody who may do everything: what `createsuperuser` calls."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


@track_history(exclude=["email", "full_name", "phone", "password", "last_login"])
class User(EventMixin, VersionedModel, AbstractBaseUser, PermissionsMixin):
    """A person with a sign-in. The e-mail address is the name, unique in any case."""

    event_stream = "user"
    unversioned_fields = ("last_login",)

    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    full_name = models.CharField(_("full name"), max_length=150, blank=True)
    phone = PhoneNumberField(_("phone"), blank=True)
    preferred_language = models.CharField(_("preferred language"), max_length=8, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="Asia/Baghdad")
    is_staff = models.BooleanField(_("staff"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserRows()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="core_user_email_unique"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    def get_full_name(self) -> str:
        return str(self)

    #: What this object may at most do, as "app.codename"; set for callers with a token.
    permission_limit: frozenset[str] | None = None

    def limit_permissions(self, names: frozenset[str]) -> None:
        """Leave this object no permission beside `names`, even a superuser's. Nothing is stored.

        What the account itself may do is asked with each question: it depends on the organization
        in force, which is known later. The rows that the account sees stay the same.
        """
        self.permission_limit = names

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        if self.permission_limit is not None and perm not in self.permission_limit:
            return False
        return super().has_perm(perm, obj)


@track_history(exclude=["digest", "token_key", "last_used_at"])
class ApiToken(EventMixin, VersionedModel, AbstractAuthToken):  # type: ignore[misc]  # no types
    """What a program shows to act as `user`, who may do no more by it than the groups chosen allow.

    The token itself is nowhere: `digest` is its SHA-512. Without groups it opens what is open to
    everybody who is signed in. Without `allowed_networks` it is good from everywhere.
    """

    event_stream = "api_token"
    unversioned_fields = ("last_used_at",)

    user = models.ForeignKey(
        User, verbose_name=_("user"), related_name="auth_token_set", on_delete=models.CASCADE
    )
    expiry = models.DateTimeField(_("expires"), null=True)
    created = models.DateTimeField(_("created"), auto_now_add=True)
    # knox has it as the key; events and addresses should not carry it.
    digest = models.CharField(max_length=128, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=100)
    groups = models.ManyToManyField(
        Group,
        verbose_name=_("roles"),
        related_name="+",
        blank=True,
        help_text=_("The token may do what these allow and the person may too. Empty: nothing."),
    )
    allowed_networks: ArrayField[list[str], list[str]] = ArrayField(
        models.CharField(max_length=50),
        verbose_name=_("allowed networks"),
        default=list,
        blank=True,
        help_text=_("Such as 203.0.113.0/24, separated by commas. Empty: from everywhere."),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("created by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
    )
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)
    objects = models.Manager["ApiToken"]()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name
