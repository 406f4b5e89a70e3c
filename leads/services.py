"""What happens to leads alone: opening one, and having seen it or not."""

import uuid

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.policies import lock_rows
from contacts.services import create_organization, create_person
from labels.models import Label
from leads.models import Lead
from opportunities import services as opportunities
from opportunities.services import LOCKED, Tell, silent


@transaction.atomic
def open_lead(
    lead: Lead, *, labels: list[Label] = (), token: uuid.UUID | None = None, by: User
) -> Lead:
    """Save an unsaved ``lead`` with its labels and first event; whoever adds it has seen it.

    A person or organization of it that is not saved yet is created along with it. Its owner is
    ``by`` unless it has one. A repeat with the same ``token`` answers with the first lead and
    creates nothing. Refused to people who may not write; ``ValidationError`` without a person or an
    organization.
    """
    if lead.origin == Lead.Origin.MANUAL:
        lead.seen_at = timezone.now()

    def save(lead):
        if lead.organization and lead.organization.pk is None:
            lead.organization = create_organization(lead.organization, by=by)
        if lead.person and lead.person.pk is None:
            lead.person.organization = lead.organization
            lead.person = create_person(lead.person, by=by)
        lead.full_clean()
        lead.save()
        lead.labels.set(labels)

    return opportunities.create(lead, by=by, token=token, save=save)


@transaction.atomic
def mark_seen(leads, *, by: User) -> None:
    """Note that somebody who may change ``leads`` looked at them. Seeing is no act: nothing is
    recorded.
    """
    lock_rows(leads, by=by).filter(seen_at=None).order_by().update(seen_at=timezone.now())


@transaction.atomic
def mark_unseen(leads, *, by: User, tell: Tell = silent) -> int:
    """Let ``leads`` stand out again, as if nobody had looked at them; gives the number of those
    that did not already.
    """
    seen = lock_rows(leads, by=by).filter(seen_at__isnull=False)
    tell(LOCKED)
    return seen.order_by().update(seen_at=None)
