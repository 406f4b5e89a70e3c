"""Acts on more deals than a request changes are jobs, and so are long exports."""

from deals.acts import DEALS, EXPORT
from opportunities.tasks import files_of, work_for

start_act = work_for(DEALS)
files_of(EXPORT)
