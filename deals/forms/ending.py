"""Why deals were lost."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import LineField
from deals.forms.needs import NeedsForm
from deals.models import LostReason


class LostForm(NeedsForm):
    """Why a deal was lost: a reason where there are some to choose from, and perhaps a comment. Its
    pipeline says whether it ``needs_reason``.
    """

    reason = forms.ModelChoiceField(
        label=_("Reason"), queryset=LostReason.objects.none(), empty_label=_("Choose a reason")
    )
    comment = LineField(label=_("Comment"), max_length=500, required=False)

    def __init__(self, *args, needs_reason, **kwargs):
        super().__init__(*args, **kwargs)
        reasons = LostReason.objects.active().in_order()
        if not reasons.exists():
            del self.fields["reason"]
            return
        field = self.fields["reason"]
        field.queryset, field.required = reasons, needs_reason
        if not needs_reason:
            field.empty_label = _("No reason")

    def clean(self):
        reason = self.cleaned_data.get("reason")
        if reason and reason.needs_comment and not self.cleaned_data.get("comment", "stays wrong"):
            self.add_error("comment", _("“%(reason)s” needs a comment.") % {"reason": reason})
        return self.cleaned_data
