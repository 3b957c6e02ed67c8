"""Ends a process when its parent does, however stuck it is."""

from __future__ import annotations

import os
import signal
import sys
import time
from _thread import start_new_thread

#: prctl's number for the signal that follows the parent's death.
_PR_SET_PDEATHSIG = 1
_POLL_S = 1.0


def die_with_parent(parent: int) -> None:
    """Lets the system kill this process when the process ``parent`` ends; where it cannot, a thread looks
    every second.

    Ends at once when the parent has gone already.
    """
    if not _ask_system():
        start_new_thread(_watch, (parent,))
    if os.getppid() != parent:
        os._exit(1)


def _ask_system() -> bool:
    if not sys.platform.startswith("linux"):
        return False
    try:
        import ctypes

        return ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0) == 0
    except (ImportError, OSError, AttributeError):
        return False


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_POLL_S)
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)
