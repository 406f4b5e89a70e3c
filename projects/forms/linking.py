"""What a project is to be linked to, and which project a deal."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import RecordField
from projects.forms.projects import AddProjectForm
from projects.models import Project


class LinkForm(forms.Form):
    """A record of one ``kind``, among those that ``user`` sees."""

    def __init__(self, *args, kind, user, **kwargs):
        super().__init__(*args, **kwargs)
        model, url, label = AddProjectForm.LINKED[kind]
        by = "title" if kind == "deal" else "name"
        self.fields["record"] = RecordField(
            model.objects.visible_to(user), url=url, by=by, label=label
        )


class LinkToDealForm(forms.Form):
    """A project that there is already."""

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["project"] = RecordField(
            Project.objects.changeable_by(user),
            url="projects:options",
            by="title",
            label=_("Project"),
        )
