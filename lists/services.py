"""What people keep of a list: the columns they look at, and views under a name.

Neither is a record of the business: anybody who may look at a list may keep one, and nothing is
written into the history. Sharing one with others is for those who may write.
"""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import may_write
from core.errors import NotAllowed, Refused
from lists.models import ChosenColumns, SavedView

MOST_VIEWS = 50


class TooManyViews(Refused):
    """Tabs beyond a number help nobody to find anything."""


class NoTeam(Refused):
    """Somebody without a team has none to share with."""


@transaction.atomic
def choose_columns(list_name: str, columns: Sequence[str], *, by: User) -> None:
    """Remember the ``columns`` that ``by`` looks at in a list; none means the usual ones."""
    kept = ChosenColumns.objects.filter(user=by, of=list_name)
    if not columns:
        kept.delete()
        return
    ChosenColumns.objects.update_or_create(
        user=by, of=list_name, defaults={"columns": list(columns)}
    )


@transaction.atomic
def save_view(view: SavedView, *, changed: Sequence[str] = (), by: User) -> SavedView:
    """Keep ``view``, a new one of ``by`` or one of which the fields ``changed`` are new.

    Refused: ``NotAllowed`` for a view of somebody else, and to share one for those who only read;
    ``TooManyViews``, ``NoTeam``; ``ValidationError`` for a name that is taken. Its name and what it
    shows are written apart: a rename leaves filters alone that were kept meanwhile.
    """
    is_new = view.pk is None
    if is_new:
        view.owner = by
    # One view of an owner after the other: its name and their number are looked at before.
    User.objects.select_for_update(no_key=True).get(pk=view.owner_id)
    if is_new:
        if SavedView.objects.filter(owner=by, of=view.of).count() >= MOST_VIEWS:
            raise TooManyViews(_("You have too many views. Remove one first."))
    else:
        require_changeable(view, by)
    if view.audience != SavedView.Audience.OWN and not may_write(by):
        raise NotAllowed(_("Your role does not allow to share views."))
    if view.audience == SavedView.Audience.TEAM and view.owner.team_id is None:
        raise NoTeam(_("You are on no team to share with."))
    view.full_clean()
    if view.pk is None:
        view.save()
    else:
        view.save(update_fields=[*changed, "updated_at"])
    return view


def remove_view(view: SavedView, *, by: User) -> None:
    """Remove ``view`` for everybody who saw it; the records it showed stay."""
    require_changeable(view, by)
    view.delete()


def require_changeable(view, by):
    changeable: QuerySet = SavedView.objects.changeable_by(by)
    if not changeable.filter(pk=view.pk).exists():
        raise NotAllowed(_("Only its owner may change this view."))
