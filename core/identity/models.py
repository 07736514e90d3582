"""People who sign in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
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
