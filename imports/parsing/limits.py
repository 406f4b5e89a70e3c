"""What the process that parses may use: memory, processor time, no file but the one it was given.

A file that wants more ends this process; the one that asked for it sees how it ended.
"""

import ctypes
import resource
import signal
import sys

MEGABYTE = 1024 * 1024
MEMORY = 720 * MEGABYTE  # addresses, which are more than what is filled
SECONDS = 60
PR_SET_PDEATHSIG = 1


def set_limits() -> None:
    lower(resource.RLIMIT_AS, MEMORY)
    lower(resource.RLIMIT_CPU, SECONDS)
    lower(resource.RLIMIT_FSIZE, 0)
    lower(resource.RLIMIT_CORE, 0)


def lower(limit, most):
    """Never above what is already the limit of everything here."""
    hard = resource.getrlimit(limit)[1]
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(limit, (most, most))


def end_with_parent() -> None:
    """Whoever asked may be killed while we are busy; elsewhere than on Linux, the next write or
    the limit of processor time ends us.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
