"""Two at once: acts in threads of their own, with real connections and real commits."""

import threading

from django.db import connection


def at_once(*acts):
    """Run ``acts`` at the same moment, each in a thread with its own connection.

    Answers with what each returned or raised, in their order.
    """
    start = threading.Barrier(len(acts))
    running = [meanwhile(act, once=start) for act in acts]
    for thread, _answers in running:
        thread.join(timeout=30)
    return [answers[0] for _thread, answers in running]


def meanwhile(act, *, once):
    """Run ``act`` in a thread of its own, when ``once``, an event or a barrier, lets it go;
    ``(thread, answers)``: what it returned or raised will be in ``answers``.
    """
    answers = []

    def run():
        try:
            once.wait(timeout=20)
            answers.append(act())
        except Exception as raised:
            answers.append(raised)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, answers


def wait_until_it_waits(thread):
    """Go on once what runs in ``thread`` waits for a lock, or is over."""
    while thread.is_alive() and not waits_for_a_lock():
        thread.join(timeout=0.05)


def waits_for_a_lock():
    """Whether some other connection to this database waits for a lock by now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN ("
            " SELECT pid FROM pg_locks JOIN pg_database ON pg_database.oid = database"
            " WHERE datname = current_database())"
        )
        return cursor.fetchone()[0] > 0
