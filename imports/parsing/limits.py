"""What the process that parses may use: memory and processor time; it writes no file, and begins no
other process.

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
    # The signal of the lower limit says what ended it; that of the upper one is also what the
    # system sends when it has no memory left.
    lower(resource.RLIMIT_CPU, SECONDS, at_last=SECONDS + 5)
    lower(resource.RLIMIT_FSIZE, 0)
    lower(resource.RLIMIT_NPROC, 0)
    lower(resource.RLIMIT_CORE, 0)


def lower(limit, most, *, at_last=None):
    """Never above what is already the limit of everything here."""
    hard = resource.getrlimit(limit)[1]
    at_last = most if at_last is None else at_last
    if hard != resource.RLIM_INFINITY:
        most, at_last = min(most, hard), min(at_last, hard)
    resource.setrlimit(limit, (most, at_last))


def end_with_parent() -> None:
    """Whoever asked may be killed while we are busy; elsewhere than on Linux, the next write or
    the limit of processor time ends us.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
