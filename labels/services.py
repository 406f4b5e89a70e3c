"""The words of a company's own lists: labels, channels, lost reasons, activity types.

All of these lists are kept alike: a word is added and changed freely, put out of use without
touching the records that have it, and removed as long as no record has it.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.models import User
from accounts.policies import may_configure, require
from core.errors import Refused
from core.references import lock_row, references


class WordInUse(Refused):
    """A word that records have stays with them."""


def save_word(word, *, by: User):
    """Add ``word`` to its list, or change it; ``ValidationError`` when the list has it already."""
    require(may_configure(by))
    word.full_clean()
    word.save()
    return word


def archive_word(word, *, by: User) -> None:
    """Put ``word`` out of use: nobody can choose it any more, records that have it keep it."""
    require(may_configure(by))
    set_archived(word, timezone.now())


def restore_word(word, *, by: User) -> None:
    """Let people choose ``word`` again."""
    require(may_configure(by))
    set_archived(word, None)


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
