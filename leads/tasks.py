"""Acts on more leads than a request changes are jobs."""

from leads.acts import LEADS
from opportunities.tasks import work_for

start_act = work_for(LEADS)
