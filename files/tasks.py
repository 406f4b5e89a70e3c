"""Every night, what is no longer a file of anything goes."""

from files.sweeping import sweep
from jobs.registry import daily


@daily("files.sweep")
def sweep_files():
    sweep()
