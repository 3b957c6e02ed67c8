"""One connection to the server, from HELLO to its end."""

from __future__ import annotations

import os
import re
import socket
import sys
from _thread import get_ident
from time import perf_counter

from ts.worker import process
from ts.worker.decode import Frame, FrameReader
from ts.worker.frames import (
    BATCH,
    BYE,
    CANCEL,
    FAILED,
    HELLO,
    LOAD,
    NAMES,
    PROTOCOL_VERSION,
    READY,
    ProtocolError,
)
from ts.worker.outbox import Outbox

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn

    #: Makes the loop that runs a model's batches of LOAD, the outbox, and a way to hear what the server says
    #: meanwhile.
    Load = Callable[[dict, Outbox, Callable[[], None]], Any]
    #: What FAILED says of an exception and the model's folder.
    ToFailure = Callable[[BaseException, str], dict]

#: What the system may hold of answers that the server has not read yet; systems allow less by default.
SEND_BYTES = 1024 * 1024

SOCKET_VARIABLE = "TS_SERVE_WORKER_SOCKET"
TOKEN_VARIABLE = "TS_SERVE_WORKER_TOKEN"


class Session:
    """The worker's end of the wire. `dial` opens it; `run` returns only when the process is about to end."""

    @classmethod
    def dial(cls) -> Session:
        """Connects and says HELLO. Ends the process when nobody can be dialled."""
        address = os.environ.get(SOCKET_VARIABLE)
        if not address:
            sys.exit(f"{SOCKET_VARIABLE} is not set: this program is started by the server, not by hand.")
        # Nothing a handler starts needs it, and it is good for one worker only.
        token = os.environ.pop(TOKEN_VARIABLE, "")
        try:
            sock = _connect(address)
        except OSError as error:
            sys.exit(f"The server cannot be reached at {address}: {error}")
        rank = _rank()
        session = cls(sock, rank)
        hello = {"protocol": PROTOCOL_VERSION, "token": token, "pid": os.getpid(), "rank": rank}
        session._outbox.put(HELLO, 0, hello)
        session._outbox.flush()
        process.prepare(sock)
        return session

    def __init__(self, sock: socket.socket, rank: int = 0) -> None:
        self._reader = FrameReader(sock)
        self._outbox = _outbox(sock, rank)
        self._thread = get_ident()
        self._pid = os.getpid()
        self._loop: Any = None
        self._leaving = False
        #: Until then the next frame is looked for without sleeping: waking up takes longer than many a handler.
        self._poll_until = 0.0

    def run(self, load: Load, to_failure: ToFailure) -> None:
        """Answers the server until it says BYE or the connection ends; then ends the process."""
        try:
            self._serve(load, to_failure)
            self._outbox.flush()
        except (OSError, ProtocolError) as error:
            if os.getpid() != self._pid:
                # A child that a handler forked came back to us; the connection is its parent's.
                process.end(0)
            process.end(1, f"The connection to the server broke: {error}")
        except BaseException as error:  # noqa: BLE001
            self._die(error)
        process.end(0, polite=self._leaving)

    def _serve(self, load: Load, to_failure: ToFailure) -> None:
        first = self._reader.read()
        if first is None or first.kind == BYE:
            return
        if first.kind != LOAD:
            raise ProtocolError(f"{NAMES[first.kind]} came before LOAD.")
        self._loop = self._load(first, load, to_failure)
        if hasattr(self._loop, "serve"):
            self._outbox.flush()
            self._loop.serve(self._reader, self._take, lambda: self._leaving)
            return
        while not self._leaving:
            process.flush_prints()
            self._outbox.resting = True
            self._outbox.flush()
            frame = self._next_frame()
            if frame is None:
                return
            self._outbox.resting = False
            while frame is not None:
                self._take(frame)
                frame = self._reader.take()
            self._loop.run()

    def _next_frame(self) -> Frame | None:
        """The next frame, for a while without sleeping if the server asked for it; None at the end."""
        while perf_counter() < self._poll_until:
            frame = self._reader.poll()
            if frame is not None or self._reader.ended:
                return frame
        return self._reader.read()

    def _die(self, error: BaseException) -> NoReturn:
        """A handler that exits ends the worker. What was answered before still leaves."""
        process.show(error)
        self._outbox.flush()
        code = error.code if isinstance(error, SystemExit) else 1
        process.end(code if isinstance(code, int) else 0 if code is None else 1)

    def _load(self, frame: Frame, load: Load, to_failure: ToFailure) -> Any:
        try:
            loop = load(frame.header, self._outbox, self.hear)
        except BaseException as error:  # noqa: BLE001
            process.show(error)
            self._outbox.put(FAILED, frame.id, to_failure(error, frame.header["directory"]))
            self._outbox.flush()
            process.end(1)
        self._outbox.put(READY, frame.id, {"credits": loop.first_credits})
        return loop

    def hear(self) -> None:
        """
        Takes in what the server has sent meanwhile, without waiting. Other threads' calls are of no effect.
        """
        if get_ident() != self._thread:
            return
        frame = self._reader.poll()
        while frame is not None:
            self._take(frame)
            frame = self._reader.poll()

    def _take(self, frame: Frame) -> None:
        kind = frame.kind
        if kind == BATCH:
            self._loop.add(frame)
            if "pollUs" in frame.header:
                self._poll_until = perf_counter() + frame.header["pollUs"] / 1e6
        elif kind == CANCEL:
            self._loop.cancel(frame.id, frame.header["jobs"])
        elif kind == BYE:
            self._leaving = True
        else:
            raise ProtocolError(f"The server sent a {NAMES[kind]} frame, which only workers send.")


def _outbox(sock: socket.socket, rank: int) -> Outbox:
    if rank == 0:
        return Outbox(sock)
    from ts.worker.rank_outbox import RankOutbox

    return RankOutbox(sock)


def _connect(address: str) -> socket.socket:
    tcp = re.fullmatch(r"(\[.+\]|[^/:]+):(\d+)", address)
    if tcp:
        sock = socket.create_connection((tcp[1].strip("[]"), int(tcp[2])))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    sock.connect(address)
    # An answer of a megabyte then leaves in one go: by the system's default the worker and the server would
    # wake each other for every 200 KB of it.
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BYTES)
    return sock


def _rank() -> int:
    """
    Number within the group that the launcher started; other programs set the variable for purposes of their
    own.
    """
    text = os.environ.get("RANK", "") if process.LAUNCHER_VARIABLE in os.environ else ""
    return int(text) if text.isdigit() else 0
