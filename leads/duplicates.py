"""Which leads may be the same sale as another, and why; and which of them people keep separate.

Looked up along indexes alone, in one statement: the same person, people with the same e-mail
address or phone number, the same organization with a title alike. The domain of an address is no
evidence, nor is a name; a phone number only suggests.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import lock
from contacts.models import EmailAddress, Person, PhoneNumber
from core.words import every_word, plain
from history.models import Operation
from history.services import begin, changed, record
from history.undoing import undoes
from leads.models import Lead, SeparateLeads

SHOWN = 5
LOOKED_AT = 50  # the newest leads of each kind that are compared
FEWEST_DIGITS = 7  # of a phone number that tells people apart
SHORTEST_WORD = 4  # letters of a word that says what a sale is about


@dataclass(frozen=True)
class Duplicate:
    """A lead that may be the same sale, and why; ``is_mergeable`` by the user who asked."""

    lead: Lead
    reason: str
    weight: int
    is_mergeable: bool


def possible_duplicates(lead: Lead, user: User) -> list[Duplicate]:
    """The leads out of the archive that ``user`` may see and that may be the same sale as ``lead``,
    the likeliest first, then the newest: one query.

    ``lead`` comes from ``for_panel()``, with what ``user`` may do to it and see of it.
    """
    addresses, digits = reaches_of(lead)
    others = Lead.objects.visible_to(user).in_inbox().exclude(pk=lead.pk)
    people = Person.objects.visible_to(user)
    candidates = [
        kind.order_by("-pk").values("pk")[:LOOKED_AT]
        for kind in kinds(lead, others, addresses, digits, people)
    ]
    if not candidates:
        return []
    found = others.filter(pk__in=candidates[0].union(*candidates[1:], all=True))
    found = found.exclude(Exists(separate_from(lead))).annotate(
        same_address=shared(EmailAddress, "address", people, normalized__in=addresses),
        same_number=shared(PhoneNumber, "number", people, digits__in=digits),
        may_merge=Exists(Lead.objects.deletable_by(user).filter(pk=OuterRef("pk"))),
    )
    compared = [compare(lead, other) for other in found.select_related("person", "organization")]
    likely = sorted(filter(None, compared), key=lambda each: (each.weight, -each.lead.pk))
    return likely[:SHOWN]


def reaches_of(lead):
    """The e-mail addresses and phone numbers of its person that may be seen, as they compare."""
    if lead.person_id is None or not lead.shows_person:
        return [], []
    addresses = [each.normalized for each in lead.person.email_addresses.all()]
    digits = [each.digits for each in lead.person.phone_numbers.all()]
    return addresses, [each for each in digits if len(each) >= FEWEST_DIGITS]


def kinds(lead, others, addresses, digits, people):
    """For each kind of likeness, the leads among ``others`` that may have it; the addresses and
    numbers of other ``people`` than these are nobody's business.
    """
    if lead.person_id:
        yield others.filter(person=lead.person_id)
    if addresses:
        same = EmailAddress.objects.filter(normalized__in=addresses, person__in=people)
        yield others.filter(person__in=same.values("person"))
    if digits:
        same = PhoneNumber.objects.filter(digits__in=digits, person__in=people)
        yield others.filter(person__in=same.values("person"))
    if lead.organization_id:
        yield others.filter(organization=lead.organization_id)


def shared(model, column, people, **same):
    """The first address or number of a candidate's person, one of ``people``, that is the same."""
    found = model.objects.filter(person=OuterRef("person"), person__in=people, **same)
    return Subquery(found.values(column)[:1])


def separate_from(lead):
    return SeparateLeads.objects.filter(
        Q(lead=lead.pk, other=OuterRef("pk")) | Q(other=lead.pk, lead=OuterRef("pk"))
    )


def compare(lead, other) -> Duplicate | None:
    """Why ``other`` may be the same sale as ``lead``; ``None`` when only the organization is the
    same.
    """
    may_merge = lead.may_delete and not lead.is_archived and other.may_merge
    if lead.person_id and lead.person_id == other.person_id:
        return Duplicate(other, _("Same person"), 1, may_merge)
    if other.same_address:
        reason = _("Same e-mail address as %(name)s") % {"name": other.person}
        return Duplicate(other, reason, 2, may_merge)
    if lead.organization_id == other.organization_id and are_alike(lead.plain, other.plain):
        return Duplicate(other, _("Same organization, similar title"), 3, may_merge)
    if other.same_number:
        reason = _("Same phone number as %(name)s") % {"name": other.person}
        return Duplicate(other, reason, 4, is_mergeable=False)
    return None


def are_alike(title: str, other: str) -> bool:
    """Whether two titles share at least half of the words of the shorter one."""
    words, others = telling_words(title), telling_words(other)
    if not words or not others:
        return plain(title) == plain(other)
    return 2 * len(words & others) >= min(len(words), len(others))


def telling_words(title):
    return {word for word in every_word(title) if len(word) >= SHORTEST_WORD}


# --- No duplicates --------------------------------------------------------------------------------


@transaction.atomic
def keep_separate(lead: Lead, other: Lead, *, by: User) -> Operation | None:
    """Remember for everybody that two leads are no duplicates; ``None`` when it was known.

    Refused: ``Missing`` and ``NotAllowed`` as for changing both.
    """
    pair = lock([lead, other], by=by)
    first, second = pair
    _pair, is_new = SeparateLeads.objects.get_or_create(lead=first, other=second)
    return told("lead.kept_separate", pair, by=by) if is_new else None


@transaction.atomic
def suspect_again(lead: Lead, other: Lead, *, by: User) -> Operation | None:
    """Forget that two leads are no duplicates; ``None`` when nobody said so."""
    pair = lock([lead, other], by=by)
    first, second = pair
    gone, _models = SeparateLeads.objects.filter(lead=first, other=second).delete()
    return told("lead.suspected_again", pair, by=by) if gone else None


def told(verb, pair, *, by):
    operation, _new = begin(verb, by=by)
    record(operation, pair, changes=[{"other": changed(None, other)} for other in reversed(pair)])
    return operation


@undoes("lead.kept_separate")
def undo_keeping_separate(operation, *, by):
    suspect_again(*subjects(operation), by=by)


@undoes("lead.suspected_again")
def undo_suspecting_again(operation, *, by):
    keep_separate(*subjects(operation), by=by)


def subjects(operation):
    numbers = operation.events.values_list("subject_id", flat=True)
    return [Lead(pk=number) for number in numbers]
