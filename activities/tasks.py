"""Planning for more leads than a request changes is a job."""

from activities.acts import PLANNING
from opportunities.tasks import work_for

start_act = work_for(PLANNING)
