"""What deals still lack for what is about to happen to them."""

from django import forms

from custom_fields.entering import form_field


class NeedsForm(forms.Form):
    """What deals still lack for what is about to happen: the fields ``needed``, all of them."""

    def __init__(self, *args, needed=(), user, **kwargs):
        super().__init__(*args, **kwargs)
        self.needed = needed
        for field in needed:
            self.fields[field.key] = form_field(field, user=user, is_required=True)

    @property
    def needed_fields(self):
        return [self[field.key] for field in self.needed]

    def answers(self):
        """What was said in them, by their keys."""
        return {field.key: self.cleaned_data[field.key] for field in self.needed}
