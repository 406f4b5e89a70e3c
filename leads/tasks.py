"""Acts on more leads than a request changes are jobs, and so are long exports."""

from leads.acts import EXPORT, LEADS
from opportunities.tasks import files_of, work_for

start_act = work_for(LEADS)
files_of(EXPORT)
