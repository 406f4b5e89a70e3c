"""Several leads, or several deals, of the same contact become one: what both kinds have in common.

One of them stays: its address, its source, the day it was added. The others are set aside as
replaced, and are remembered as part of it. There is no Undo: which note came from where would not
be known any more. ``leads.merging`` and ``deals.services.merging`` say what else becomes of theirs.
"""

import uuid
from copy import copy

from django.db import transaction

from accounts.models import User
from accounts.policies import may_write, require
from history.models import Operation
from history.services import begin, changed, hold_begins, record
from opportunities.facts import facts_about
from opportunities.merging.kinds import Kind
from opportunities.merging.refusing import refuse_changed, require_mergeable, require_number
from opportunities.merging.uniting import chosen_values, renewed, set_aside, unite_sets, write
from opportunities.models import Opportunity


@transaction.atomic
def merge(
    kind: Kind,
    records,
    *,
    into: Opportunity,
    values: dict | None = None,
    token: uuid.UUID | None = None,
    seen: dict | None = None,
    by: User,
) -> Operation:
    """Make ``records`` part of ``into``, one of them.

    ``into`` gets the chosen ``values`` by column, those of custom fields by their keys; where
    nothing was chosen it keeps what it says, and what it does not say comes from the oldest record
    that does, an amount with its currency. What it says in deleted fields stays. It gets the
    labels and followers of all; activities and notes move to it. ``seen`` is what ``as_seen`` gave
    the writer. A repeat with the same ``token`` answers with the first act. The number of
    statements depends neither on the records, nor on what hangs on them, nor on how many custom
    fields there are.

    Refused as a whole, and nothing is changed: ``Missing`` when one is gone or hidden from ``by``,
    ``AlreadyMerged``, ``NoLonger``, ``NotAllowed`` without ownership of every one, ``TooFew``,
    ``TooMany``, what the ``kind`` refuses, ``NotOneContact``, ``Stale``, ``OwnerInactive``,
    ``UnknownField`` for a custom one that is not there; ``ValidationError`` for what a field cannot
    hold.
    """
    require(may_write(by))
    operation, is_new = begin(f"{kind.model.kind}.merged", by=by, token=token)
    if not is_new:
        return operation
    numbers = {each.pk for each in [*records, into]}
    require_number(kind, numbers)
    locked = kind.lock(numbers)
    require_mergeable(kind, locked, numbers, by=by)
    hold_begins(operation)  # what was waited for may have been done since this act began
    facts = facts_about(locked)
    refuse_changed(locked, facts, seen)
    [into] = [each for each in locked if each.pk == into.pk]
    merged = [each for each in locked if each.pk != into.pk]
    was = [copy(into), *merged]
    values = chosen_values(locked, facts, into, values or {})
    kind.refuse_writing([into], renewed(into, values))
    changes = write(into, locked, facts, values, **kind.also(into, operation.at))
    changes |= unite_sets(merged, into)
    changes |= kind.unite(was, into, operation.at)
    set_aside(kind, merged, into, operation=operation, by=by)
    told = {f"{kind.model.kind}s": merged}
    kind.signal.send(sender=kind.model, **told, into=into, by=by, operation=operation)
    record(operation, [into], changes={"merged": changed([], merged), **changes})
    record(operation, merged, changes={"into": changed(None, into)})
    return operation
