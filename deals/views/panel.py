"""A deal as a panel beside a list."""

from conversion.queries import lives_of
from core.web import page_on_screen
from deals.board import with_age
from opportunities.filtering import today_of


def panel_of(request, deal):
    """The context of ``deals/_panel.html``; its acts lead back to the page that it stands on."""
    with_age([deal], today_of(request.user))
    return {"deal": deal, "subjects": lives_of(deal), "back": page_on_screen(request)}
