"""Find people and organizations: by words, owner and label, or while one types."""

import re

from django.db.models.functions import Reverse

from contacts.models import EmailAddress, Person, PhoneNumber
from core.lookups import numbers_in
from core.words import with_words
from history.queries import touched_by

FEWEST_DIGITS = 4


def matching(model, user, *, text="", owners=(), labels=(), acts=()):
    """The live records of ``model`` that ``user`` may see and that fit every condition given.

    ``text`` is looked for as whole words and beginnings of words, in any order; a person is also
    found by an e-mail address or by the last digits of a phone number. Owners are *or*, labels too,
    and so are ``acts``, the numbers of those that touched a contact.
    """
    found = model.objects.visible_to(user)
    if text := text.strip():
        found = with_text(found, text)
    if owners:
        found = found.filter(owner__in=owners)
    if labels:
        # By id and not by a join: a record that has two of the labels comes once.
        field = model._meta.get_field("labels")
        links = field.remote_field.through.objects.filter(label__in=labels)
        found = found.filter(pk__in=links.values(field.m2m_field_name()))
    return touched_by(numbers_in(acts), found) if acts else found


def suggest(model, text, user, limit=10):
    """The first ``limit`` live records ``user`` may see whose names have words beginning so."""
    found = model.objects.visible_to(user)
    if text := text.strip():
        found = with_words(found, text)
    if model is Person:
        found = found.select_related("organization")
    return list(found.by_name()[:limit])


def with_text(records, text, *, begun=True):
    """Keep the records that ``text`` fits: an address, a number, or else words of the name."""
    if records.model is Person and "@" in text:
        text = text.lower().replace("\0", " ")  # the database knows no such letter
        addresses = EmailAddress.objects.filter(normalized__startswith=text)
        return records.filter(pk__in=addresses.values("person"))
    digits = re.sub(r"[\s().+/-]", "", text)
    if records.model is Person and digits.isdigit() and len(digits) >= FEWEST_DIGITS:
        # 06 12… at home is +33 6 12… elsewhere: what stands before differs, the end does not.
        numbers = PhoneNumber.objects.alias(turned=Reverse("digits"))
        ends = numbers.filter(turned__startswith=(digits.lstrip("0") or digits)[::-1])
        return records.filter(pk__in=ends.values("person"))
    return with_words(records, text, begun=begun)
