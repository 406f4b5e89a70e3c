"""Acts on people and organizations: create, change, delete, bring back.

A person's e-mail addresses and phone numbers are part of the person: they are given, compared and
remembered as whole lists, of which one is the primary one.
"""

import uuid

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Owned, User
from accounts.policies import lock, may_write, named, require, require_owner
from contacts.models import EmailAddress, Organization, Person, PhoneNumber, Reach
from core.errors import Missing, Refused, Stale
from core.frozen import frozen, in_words
from custom_fields.queries import pointing_at
from custom_fields.values import check, split, write
from history.models import Operation
from history.services import begin, changed, first_result, record
from labels.models import Label

REACHES = {"email_addresses": EmailAddress, "phone_numbers": PhoneNumber}


class StillLinked(Refused):
    """Leads, deals or people still name this contact."""

    status = 409


# --- Create ------------------------------------------------------------------------------------


@transaction.atomic
def create_person(
    person: Person,
    *,
    labels: list[Label] = (),
    email_addresses: list[EmailAddress] = (),
    phone_numbers: list[PhoneNumber] = (),
    token: uuid.UUID | None = None,
    by: User,
) -> Person:
    """Save an unsaved ``person`` with labels and unsaved ways to reach them, and its first event.

    The first address and the first number become the primary ones unless another is. The owner is
    ``by`` unless there is one. A repeat with the same ``token`` answers with the first person.
    Refused to people who may not write; ``ValidationError`` for what a field cannot hold.
    """

    def save_rest(person):
        save_reaches(person, email_addresses=email_addresses, phone_numbers=phone_numbers)

    return _create(person, labels=labels, token=token, by=by, save_rest=save_rest)


@transaction.atomic
def create_organization(
    organization: Organization,
    *,
    labels: list[Label] = (),
    token: uuid.UUID | None = None,
    by: User,
) -> Organization:
    """Save an unsaved ``organization`` with its labels and first event.

    The owner is ``by`` unless there is one. A repeat with the same ``token`` answers with the first
    organization. Refused to people who may not write; ``ValidationError`` for what a field cannot
    hold.
    """
    return _create(organization, labels=labels, token=token, by=by)


def organization_named(
    answer: Organization | str | None, *, token: uuid.UUID | None = None, by: User
) -> Organization | None:
    """The organization that a field gave which may also be answered with a new name.

    A new name becomes an organization of ``by``; what exists, or nothing, is handed back as it is.
    """
    if not isinstance(answer, str):
        return answer
    return create_organization(Organization(name=answer), token=token, by=by)


def hold(*, person: int | None = None, organization: int | None = None) -> None:
    """Keep the contacts that something is about to name from being deleted until it is written.

    Raises ``Missing`` when one was deleted a moment ago. Foreign keys do not see to it: what was
    deleted is only set aside.
    """
    for model, number in ((Person, person), (Organization, organization)):
        if number is None:
            continue
        live = model.objects.filter(pk=number).select_for_update(of=("self",), no_key=True)
        if not live.values_list("pk"):
            raise Missing(_("This record is no longer there."))


def _create(contact, *, labels, token, by, save_rest=None):
    require(may_write(by))
    operation, is_new = begin(f"{contact.kind}.created", by=by, token=token)
    if not is_new:
        return first_result(operation, type(contact))
    if contact.owner_id is None:
        contact.owner = by
    require_owner(contact.owner)
    contact.created_by = by
    hold(organization=getattr(contact, "organization_id", None))
    check(contact)
    contact.full_clean()
    contact.save()
    contact.labels.set(labels)
    if save_rest:
        save_rest(contact)
    record(operation, [contact])
    return contact


# --- Change ------------------------------------------------------------------------------------


@transaction.atomic
def change_person(
    person: Person, values: dict, *, by: User, seen: dict | None = None
) -> Operation | None:
    """Set fields of one person to ``values``: also ``labels``, ``email_addresses`` and
    ``phone_numbers``, each as a whole list.

    ``seen`` holds what the writer saw in those fields: when the person says otherwise now and does
    not yet say what the writer wants, nothing is written and ``Stale`` is raised with both values.
    Changing nothing records nothing. Refused: ``Missing``, ``NotAllowed``, ``OwnerInactive``.
    """
    return _change(person, values, by=by, seen=seen or {})


@transaction.atomic
def change_organization(
    organization: Organization, values: dict, *, by: User, seen: dict | None = None
) -> Operation | None:
    """Set fields of one organization to ``values``, as ``change_person`` does."""
    return _change(organization, values, by=by, seen=seen or {})


def _change(contact, values, *, by, seen):
    [locked] = lock([contact], by=by)
    values, custom = split(values)
    before = {name: present(locked, name) for name in values}
    changes = {
        name: changed(shown(before[name]), shown(value))
        for name, value in values.items()
        if shown(before[name]) != shown(value)
    }
    for name in changes:
        if name in seen and shown(seen[name]) != shown(before[name]):
            raise Stale(
                _("“%(field)s” was changed meanwhile.") % {"field": field_name(locked, name)},
                seen=in_words(shown(seen[name])),
                found=in_words(shown(before[name])),
                records=[locked],
            )
    own = {name: values[name] for name in changes}
    if told := write(locked, custom, seen=seen):
        changes |= told
        own["custom"] = locked.custom
    if not changes:
        return None
    if "owner" in changes:
        require_owner(values["owner"])
    put(locked, own)
    operation, _new = begin(f"{locked.kind}.changed", by=by)
    record(operation, [locked], changes=changes)
    return operation


def put(contact, values):
    """Write ``values`` into a locked contact: columns at once, then its lists."""
    lists = {"labels", *REACHES}
    columns = [name for name in values if name not in lists]
    if organization := values.get("organization"):
        hold(organization=organization.pk)
    for name in columns:
        setattr(contact, name, values[name])
    contact.full_clean(
        exclude=[field.name for field in contact._meta.fields if field.name not in columns]
    )
    contact.save(update_fields=[*columns, "updated_at"])
    if "labels" in values:
        contact.labels.set(values["labels"])
    save_reaches(contact, **{name: values[name] for name in REACHES if name in values})


def present(contact, name):
    """What stands in field ``name`` now: one value, or the list of a set."""
    if name in REACHES or name == "labels":
        return list(getattr(contact, name).all())
    return getattr(contact, name)


def shown(value):
    """``value`` as an event keeps it, sets in an order that does not depend on the asking."""
    if not isinstance(value, list | tuple | set):
        return frozen(value)
    members = [reach_shown(each) if isinstance(each, Reach) else frozen(each) for each in value]
    return sorted(members, key=repr)


def reach_shown(reach):
    return {"name": str(reach), "kind": reach.kind, "is_primary": reach.is_primary}


def field_name(contact, name):
    if name in REACHES:
        return REACHES[name]._meta.verbose_name_plural
    return contact._meta.get_field(name).verbose_name


# --- Ways to reach a person --------------------------------------------------------------------


def save_reaches(person, **lists):
    """Replace the person's ``email_addresses`` and ``phone_numbers``, whichever are given."""
    for name, reaches in lists.items():
        manager = getattr(person, name)
        manager.all().delete()
        for reach in with_one_primary(reaches):
            reach.pk, reach.person = None, person
            reach.full_clean(validate_constraints=False)  # all the others were just removed
        manager.bulk_create(reaches)


def with_one_primary(reaches):
    """The first that is marked stays the primary one; if none is, the first of all becomes it."""
    chosen = next((reach for reach in reaches if reach.is_primary), None) or next(
        iter(reaches), None
    )
    for reach in reaches:
        reach.is_primary = reach is chosen
    return reaches


# --- Delete and bring back ---------------------------------------------------------------------


@transaction.atomic
def delete(contacts, *, by: User) -> Operation | None:
    """Set ``contacts`` (of one model) aside for 30 days as *Recently deleted*; needs ownership.

    Refused with ``StillLinked`` while a lead or a deal (live, archived or restorable) names one of
    them, or a person their organization: the refusal names those ``by`` may see and counts the
    rest.
    """
    locked = lock(contacts, by=by, may="deletable_by")
    refuse_linked(locked, by=by)
    return _set_aside(locked, "deleted", by=by, deleted_at=timezone.now(), deleted_by=by)


@transaction.atomic
def bring_back(contacts, *, by: User) -> Operation | None:
    """Bring ``contacts`` back from *Recently deleted*, whole: people with the organizations that
    went with them; needs ownership.
    """
    locked = lock(contacts, by=by, may="deletable_by", deleted=True)
    if locked and type(locked[0]) is Person:
        theirs = [person.organization_id for person in locked]
        bring_back_all(Organization.everything.deleted().filter(pk__among=theirs), by=by)
    return _set_aside(locked, "brought_back", by=by, deleted_at=None, deleted_by=None)


def bring_back_all(contacts: QuerySet, *, by: User) -> Operation | None:
    """Bring ``contacts`` back along with what names them, for whoever may bring that back."""
    locked = list(contacts.order_by("pk").select_for_update(of=("self",), no_key=True))
    return _set_aside(locked, "brought_back", by=by, deleted_at=None, deleted_by=None)


def _set_aside(contacts, verb, *, by, **columns):
    if not contacts:
        return None
    model = type(contacts[0])
    rows = model.everything.filter(pk__among=[contact.pk for contact in contacts])
    rows.update(**columns, updated_at=timezone.now())
    operation, _new = begin(f"{model.kind}.{verb}", by=by)
    record(operation, contacts)
    return operation


def refuse_linked(contacts, *, by):
    for contact in contacts:
        visible, hidden = linked(contact, by)
        if not visible and not hidden:
            continue
        if not visible:
            message = ngettext(
                "“%(contact)s” is still linked to %(count)d record that you cannot see.",
                "“%(contact)s” is still linked to %(count)d records that you cannot see.",
                hidden,
            )
        elif hidden:
            message = ngettext(
                "“%(contact)s” is still linked to %(titles)s and %(count)d record that you "
                "cannot see. Unlink or delete these first.",
                "“%(contact)s” is still linked to %(titles)s and %(count)d records that you "
                "cannot see. Unlink or delete these first.",
                hidden,
            )
        else:
            message = _(
                "“%(contact)s” is still linked to %(titles)s. Unlink or delete these first."
            )
        words = {"contact": contact, "titles": named(visible), "count": hidden}
        raise StillLinked(message % words, records=visible)


def linked(contact, user):
    """The live records that name ``contact`` and that ``user`` may see, and how many more do.

    Every owned model above that points here counts, without this app knowing its name, every one
    that has a part which does, and every record with a custom value that does. What was
    deleted counts as long as it can be restored; what lives on in another form does not.
    """
    visible, others = [], 0
    by_keys = [
        relation.related_model.everything.filter(**{relation.field.name: contact})
        for relation in contact._meta.related_objects
        if issubclass(relation.related_model, Owned)
    ]
    for naming in (*by_keys, *by_parts(contact), *pointing_at(contact.kind, contact.pk)):
        if "is_replaced" in {field.name for field in naming.model._meta.fields}:
            naming = naming.filter(is_replaced=False)
        seen = list(naming.live().visible_to(user).order_by("pk"))
        visible += seen
        others += naming.count() - len(seen)
    return visible, others


def by_parts(contact):
    """The records of which a part names ``contact``, a row that says by ``part_of`` whose it is,
    but not those that name ``contact`` themselves.
    """
    for relation in contact._meta.related_objects:
        part = relation.related_model
        if whole := getattr(part, "part_of", ""):
            naming = part.objects.filter(**{relation.field.name: contact})
            records = part._meta.get_field(whole).related_model.everything
            yield records.filter(pk__in=naming.values(whole)).exclude(**{contact.kind: contact})
