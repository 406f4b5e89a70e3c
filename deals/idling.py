"""How long a deal idles: since the last thing that was done or said about it; and it in words."""

from datetime import date

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deals.models import Deal
from history.models import Operation

# What is news of a deal besides every act on the deal itself: what was done and said about it.
NEWS = ("activity.done", "note.written", "note.changed")
# Who follows a deal says nothing of it, and its stage may end without it.
NO_NEWS = ("deal.followed", "deal.unfollowed", "stage.emptied")
OF = frozenset(("deal", "activity", "note"))


def idle_as_before(operation: Operation) -> None:
    """Let deals idle since the last news of them that stands, now that ``operation`` was taken
    back.

    One statement, if it was an act on deals or about them at all. What takes something back is no
    news itself.
    """
    if operation.verb.partition(".")[0] not in OF:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE deals_deal AS deal SET idle_since = news.at
            FROM (
                SELECT event.subject_id AS deal_id, max(operation.at) AS at
                FROM history_event AS taken_back
                JOIN history_event AS event
                    ON event.subject_kind = 'deal' AND event.subject_id = taken_back.subject_id
                JOIN history_operation AS operation ON operation.id = event.operation_id
                WHERE taken_back.operation_id = %s AND taken_back.subject_kind = 'deal'
                    AND (event.verb LIKE 'deal.%%' OR event.verb = ANY(%s))
                    AND operation.verb <> ALL(%s)
                    AND operation.undone_at IS NULL AND operation.undoes_id IS NULL
                GROUP BY event.subject_id
            ) AS news
            WHERE deal.id = news.deal_id AND news.at < deal.idle_since
            """,
            [operation.pk, list(NEWS), list(NO_NEWS)],
        )


def idle_words(deal: Deal, days: int, today: date, step: str = "") -> str:
    """“12 days idle, call in 3 days”: how many ``days`` nothing happened, and what comes next.

    ``step`` is what will be done next, if that is known.
    """
    idle = ngettext("%(count)s day idle", "%(count)s days idle", days) % {"count": days}
    if deal.next_activity_on is None:
        return idle
    return _("%(idle)s, %(next)s") % {
        "idle": idle,
        "next": next_words(in_a_sentence(step) or _("next step"), deal.next_activity_on, today),
    }


def next_words(step, due, today):
    days = (due - today).days
    if days == 0:
        return _("%(step)s today") % {"step": step}
    if days == 1:
        return _("%(step)s tomorrow") % {"step": step}
    if days > 0:
        said = ngettext("%(step)s in %(count)s day", "%(step)s in %(count)s days", days)
    else:
        said = ngettext("%(step)s %(count)s day late", "%(step)s %(count)s days late", -days)
    return said % {"step": step, "count": abs(days)}


def in_a_sentence(name):
    """The name of a type of activity inside a sentence: a capital stays where others follow."""
    is_word = len(name) > 1 and name[1].islower()
    return name[0].lower() + name[1:] if is_word else name
