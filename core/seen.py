"""A form that remembers what it showed, so that a change made meanwhile is noticed."""

from django import forms
from django.core import signing
from django.utils.translation import gettext as _

from core.frozen import NOTHING, frozen, in_words


class SeenMixin(forms.Form):
    """A form of ``record`` that sends what it showed in the fields ``names`` along, signed.

    The service gets ``changes()`` and ``cleaned_data["seen"]``; when it finds them ``Stale``, the
    view makes the form anew, of the record as it is by then, and calls
    ``tell_what_changed_meanwhile``. ``also`` is what it shows besides, by name.
    """

    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, record, names, initial, also=None, **kwargs):
        shown = {name: shown_in(record, name) for name in names} | (also or {})
        self.found = {name: frozen(value) for name, value in shown.items()}
        self.signer = signing.Signer(salt=type(self).__module__)
        sealed = {"seen": self.signer.sign_object(self.found)}
        super().__init__(*args, initial=shown | initial | sealed, **kwargs)

    def clean_seen(self):
        """What the writer saw, nothing in the fields that their form did not have: whatever stands
        there was written by somebody else.
        """
        try:
            return dict.fromkeys(self.found) | self.signer.unsign_object(self.cleaned_data["seen"])
        except (signing.BadSignature, ValueError) as broken:
            raise forms.ValidationError(_("Load the page again before you save.")) from broken

    def changes(self):
        """The fields in which the user wrote something else than the form showed."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        seen = self.cleaned_data["seen"]
        return {name: value for name, value in given.items() if frozen(value) != seen.get(name)}

    def tell_what_changed_meanwhile(self):
        """Put both values at every field that somebody else changed, and let the user decide: the
        form sent once more says that it saw the new ones.
        """
        self.full_clean()
        seen = self.cleaned_data["seen"]
        for name in self.changes():
            if seen.get(name) != self.found[name]:
                told = _("Changed meanwhile from %(seen)s to %(found)s. Save again to replace it.")
                values = {"seen": written(seen.get(name)), "found": written(self.found[name])}
                self.add_error(name, told % values)
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = self.initial["seen"]


def shown_in(record, name):
    """The value of a field, or the records of a many-to-many field in a fixed order."""
    value = getattr(record, name)
    if record._meta.get_field(name).many_to_many:
        return sorted(value.all(), key=lambda each: each.pk)
    return value


def written(value):
    """A frozen value as people read it, quoted: it stands in the middle of a sentence."""
    if isinstance(value, list) and value:
        return ", ".join(written(each) for each in value)
    words = in_words(value)
    return words if words == NOTHING else _("“%s”") % words
