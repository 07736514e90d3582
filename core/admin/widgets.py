"""Inputs in the look of the admin, for forms that are not a model's."""

from django.contrib.admin.widgets import AutocompleteSelect
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget as CheckboxList,
)
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget as DecimalInput,
)
from unfold.widgets import (
    UnfoldAdminFileFieldWidget as FileInput,
)
from unfold.widgets import (
    UnfoldAdminPasswordWidget as PasswordInput,
)
from unfold.widgets import (
    UnfoldAdminRadioSelectWidget as RadioSelect,
)
from unfold.widgets import (
    UnfoldAdminSelectWidget as Select,
)
from unfold.widgets import (
    UnfoldAdminTextareaWidget as Textarea,
)
from unfold.widgets import (
    UnfoldAdminTextInputWidget as TextInput,
)
from unfold.widgets import (
    UnfoldBooleanSwitchWidget as Switch,
)
from unfold.widgets import (
    UnfoldBooleanWidget as Checkbox,
)

__all__ = [
    "AutocompleteSelect",
    "Checkbox",
    "CheckboxList",
    "DecimalInput",
    "FileInput",
    "PasswordInput",
    "RadioSelect",
    "Select",
    "Switch",
    "TextInput",
    "Textarea",
]
