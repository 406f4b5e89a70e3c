"""What files put on the page of a record: the place where they are dropped."""

from django import template
from django.conf import settings

from files.forms import UploadForm

register = template.Library()


@register.inclusion_tag("files/_upload.html", takes_context=True)
def upload_to(context, record, next, form=None):  # noqa: A002 - the name that addresses have
    """``{% upload_to deal next %}``: a form that adds files to the record and leads to ``next``;
    ``form`` is one that was sent, and wrong.
    """
    return {
        "record": record,
        "next": next,
        "form": form or UploadForm(auto_id="upload-%s"),
        "largest": settings.FILES_LARGEST,
        "csrf_token": context["csrf_token"],
    }
