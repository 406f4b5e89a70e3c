"""The kinds of jobs there are, and what happens every night: registries that the apps above fill in
their ``tasks`` modules.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Kind:
    """What a job of this kind does, what its page calls it, and whether it commits as it goes."""

    name: str
    run: Callable
    title: str
    in_steps: bool = False


KINDS = {}
DAILY = {}


def job(name: str, *, title: str = _("Work in progress"), in_steps: bool = False):
    """Register ``run(job, **arguments) -> dict`` as what jobs of this kind do.

    It runs inside one transaction that also ends the job: what it writes and the word that it is
    done are committed together, so a job killed midway leaves nothing and starts anew. Its answer
    may hold ``text`` (what was done), ``url`` (where to see it) and ``undo`` (the address that
    takes it back by POST). What it refuses by ``Refused``, or as a field by ``ValidationError``, is
    told to the user in those words.

    Work ``in_steps`` is too long for one transaction: it commits each step itself, in one with
    where it stands, and goes on from there when it is called again. It is alone with its job too;
    when it loses the database it is called again, and what it committed stays, however it ends.
    """

    def register(run):
        KINDS[name] = Kind(name=name, run=run, title=title, in_steps=in_steps)
        return run

    return register


def daily(name: str):
    """Register ``run()`` to be called every night, in no transaction and in nobody's name.

    It must do no harm when it is called again at once: a night's work may be started twice.
    """

    def register(run):
        DAILY[name] = run
        return run

    return register
