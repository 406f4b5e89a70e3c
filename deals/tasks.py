"""Acts on more deals than a request changes are jobs."""

from deals.acts import DEALS
from opportunities.tasks import work_for

start_act = work_for(DEALS)
