"""Planning for more records than a request changes is a job."""

from activities.acts import PLANNING
from opportunities.tasks import work_for

START = {name: work_for(acts) for name, acts in PLANNING.items()}
