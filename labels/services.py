"""The words of a company's own lists: labels, channels, product categories, lost
reasons, activity types.

All of these lists are kept alike: a word is added and changed freely, put out of use without
touching the records that have it, and removed as long as no record has it. Some are in an order of
their own, others by name.
"""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.models import User
from accounts.policies import may_configure, require
from core.errors import Refused
from core.ordering import move_in_line
from core.references import lock_row, references


class WordInUse(Refused):
    """A word that records have stays with them."""


def save_word(word, *, by: User):
    """Add ``word`` to its list, at the end if that has an order, or change it; ``ValidationError``
    when the list has it already.
    """
    require(may_configure(by))
    if word.pk is None and is_in_order(type(word)):
        last = type(word).objects.aggregate(last=Max("position"))["last"]
        word.position = 0 if last is None else last + 1
    word.full_clean()
    word.save()
    return word


def save_words(words: list, *, by: User) -> None:
    """Add new ``words`` to one list, as ``save_word`` does, in a statement or two; what the list
    has already stays as it is.
    """
    require(may_configure(by))
    if not words:
        return
    model = type(words[0])
    if is_in_order(model):
        last = model.objects.aggregate(last=Max("position"))["last"]
        for position, word in enumerate(words, 0 if last is None else last + 1):
            word.position = position
    for word in words:
        word.clean_fields()
    model.objects.bulk_create(words, ignore_conflicts=True)


def archive_word(word, *, by: User) -> None:
    """Put ``word`` out of use: nobody can choose it any more, records that have it keep it."""
    require(may_configure(by))
    set_archived(word, timezone.now())


def restore_word(word, *, by: User) -> None:
    """Let people choose ``word`` again."""
    require(may_configure(by))
    set_archived(word, None)


@transaction.atomic
def move_word(word, *, step: int = 0, before: int | None = None, by: User) -> None:
    """Move ``word`` up (-1) or down (1) in its list, or right before the one with the id
    ``before``, without one to the end.
    """
    require(may_configure(by))
    locked = type(word).objects.order_by("pk").select_for_update(no_key=True)
    line = [each for each in locked if each.archived_at is None]
    line.sort(key=lambda each: (each.position, each.pk))
    move_in_line(word, line, step=step, before=before)


def is_in_order(model) -> bool:
    """Whether people put the words of this list in an order of their own."""
    return any(field.name == "position" for field in model._meta.fields)


def set_archived(word, at):
    word.archived_at = at
    word.save(update_fields=["archived_at"])


@transaction.atomic
def remove_word(word, *, by: User) -> None:
    """Remove ``word``; refused with ``WordInUse``, and the number, when records have it.

    Records in *Recently deleted* count: they may come back.
    """
    require(may_configure(by))
    word = lock_row(word)
    using = references(word)
    if using:
        raise WordInUse(
            ngettext(
                "“%(word)s” stays: %(count)d record has it, perhaps one that was deleted recently.",
                "“%(word)s” stays: %(count)d records have it, deleted ones included.",
                using,
            )
            % {"word": word, "count": using}
        )
    word.delete()
