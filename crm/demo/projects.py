"""The projects of the demo: the work that follows some of the won deals."""

import datetime

from crm.demo.sales import DealStory
from crm.demo.things import Talk
from projects.models import Phase, Project
from projects.services import finish_projects, move_projects, start_project

STAYS = 8  # days in a phase
GOAL = {"en": "What was sold is to be delivered by then.", "fr": "Ce qui est vendu est à livrer."}


def tell_project(diary, cast, told: DealStory, sale, talk: Talk, customer):
    """The project that follows from the deal of the story ``sale``, one phase after the other until
    today; what went through all of them is done.
    """
    story, owner = diary.story(), customer.owner
    story.last = sale.last
    days_ago, number = max(0, told.closed - 1), Phase.objects.count()
    started_on = diary.day(-days_ago)

    def start():
        story.record = start_project(
            Project(
                title=told.title,
                description=GOAL[customer.language],
                visibility=sale.record.visibility,
                starts_on=started_on,
                ends_on=started_on + datetime.timedelta(days=STAYS * number - 3),
            ),
            deals=[sale.record],
            by=owner,
        )

    story.then(days_ago, start)
    for place in range(1, number):
        days_ago -= STAYS
        if days_ago < 0:
            break
        story.then(days_ago, lambda place=place: go_on(story.record, place, by=owner))
    if days_ago - STAYS >= 0:
        story.then(days_ago - STAYS, lambda: finish_projects([story.record], by=owner))
    else:
        story.then(0, lambda: talk.plan(story.record, next_in=diary.random.randint(-2, 6)))


def go_on(project, place, *, by):
    """The project moves to the phase at this place."""
    move_projects([project], to=Phase.objects.active().in_order()[place], by=by)
