"""The process around a worker: its output, its signals, its end."""

from __future__ import annotations

import faulthandler
import os
import signal
import socket
import stat
import sys
from _thread import start_new_thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

#: Set for the ranks of a group, by the program that starts them.
LAUNCHER_VARIABLE = "TS_SERVE_LAUNCHER"

#: Linux's F_SETSIG, which Python does not name.
_F_SETSIG = 10


def prepare(sock: socket.socket) -> None:
    """Readies a process that has dialled the server through `sock`."""
    _prepare_output()
    _prepare_signals(sock)
    if not _end_with_server():
        start_new_thread(_await_hangup, (sock,))


def _prepare_output() -> None:
    """Any text may be printed, and reaches the log line by line."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)
    # A crash in native code then names the Python line it came from.
    faulthandler.enable()
    # The server asks a worker that gives no answer for the line it is at.
    if hasattr(faulthandler, "register"):
        faulthandler.register(signal.SIGQUIT, all_threads=False)


def _prepare_signals(sock: socket.socket) -> None:
    """
    Ctrl-C and service managers signal everybody; the server drains and then tells us by BYE or by closing.
    Handlers rather than SIG_IGN, which programs that a handler starts would inherit.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _ignore)
    if not hasattr(os, "register_at_fork"):
        return

    def leave_server() -> None:
        """A forked child can be ended by its parent and does not speak for the worker."""
        for number in (signal.SIGINT, signal.SIGTERM):
            if signal.getsignal(number) is _ignore:
                signal.signal(number, signal.SIG_DFL)
        sock.close()

    os.register_at_fork(after_in_child=leave_server)


def _ignore(number: int, frame: object) -> None:
    pass


def _end_with_server() -> bool:
    """
    Lets the system kill this process and all it started when the server's end of stdin closes, however stuck
    the handler is. False where that cannot be asked for: elsewhere than on Linux, in a rank that shares its
    stdin with others, and when stdin is not a pipe.
    """
    if not sys.platform.startswith("linux") or LAUNCHER_VARIABLE in os.environ:
        return False
    import fcntl

    try:
        mode = os.fstat(0).st_mode
        if not stat.S_ISSOCK(mode) and not stat.S_ISFIFO(mode):
            return False
        fcntl.fcntl(0, _F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(0, fcntl.F_SETOWN, -os.getpid() if os.getpgrp() == os.getpid() else os.getpid())
        fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) | os.O_ASYNC)
    except OSError:
        return False
    return True


def _await_hangup(sock: socket.socket) -> None:
    """Ends the process when the server has gone, also while a handler runs that lets other threads run."""
    import select

    if not hasattr(select, "poll"):
        return
    poll = select.poll()
    # Hang-ups are always reported; data is the main thread's.
    poll.register(sock.fileno(), 0)
    poll.poll()
    flush_prints()
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def flush_prints() -> None:
    """What a handler printed reaches the log when its batch is done at the latest."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, ValueError, OSError):
            # The handler put something else there, or closed it.
            pass


def show(error: BaseException) -> None:
    """Prints an exception as the interpreter does, which needs no module."""
    sys.__excepthook__(type(error), error, error.__traceback__)


def end(status: int, message: str = "", polite: bool = False) -> NoReturn:
    """
    Ends the process at once. What a handler registered to run at exit runs when the server asked politely;
    its threads are not waited for.
    """
    if message:
        print(message, file=sys.stderr)
    if polite:
        import atexit

        atexit._run_exitfuncs()
    flush_prints()
    os._exit(status)
