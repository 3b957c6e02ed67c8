"""Carries requests to the ranks on other machines, which no server reaches: over the group's own store.

In tensor parallelism every rank computes every request. The server of rank 0 has the requests and sends them
to the ranks of its machine. This module stands between a rank and its server: on rank 0 it puts every request
into the store that torchrun keeps for the group, on other machines it takes them out there and hands them to
its rank, as if they had come from the server.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import sys
import tempfile
import threading
import time
from typing import Any, Callable

SOCKET_VARIABLE = "TS_SERVE_WORKER_SOCKET"
#: Set by the server when every rank gets every request.
EVERYONE_VARIABLE = "TS_SERVE_EVERY_RANK"
#: Types of the frames that concern requests: BATCH and CANCEL.
_SHARED = (5, 8)
#: The store takes no larger values than 8 MiB.
_PIECE_BYTES = 4 * 1024 * 1024
#: Requests so far behind the newest are forgotten; no rank can be further behind, since credits bound them.
_KEPT = 64
_YEAR_DAYS = 365
_BROKEN_GROUP = 70


def relay_requests() -> None:
    """Begins to carry if the group is on several machines and all its ranks get every request."""
    first = os.environ.get("RANK") == "0"
    elsewhere = int(os.environ.get("GROUP_RANK", "0")) > 0
    several = os.environ.get("WORLD_SIZE") != os.environ.get("LOCAL_WORLD_SIZE")
    if not os.environ.pop(EVERYONE_VARIABLE, None) or not several or not (first or elsewhere):
        return
    server = _connect(os.environ[SOCKET_VARIABLE])
    folder = tempfile.mkdtemp(prefix="ts-relay-")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(os.path.join(folder, "rank.sock"))
    listener.listen(1)
    os.environ[SOCKET_VARIABLE] = os.path.join(folder, "rank.sock")

    def meet() -> None:
        rank, _ = listener.accept()
        listener.close()
        shutil.rmtree(folder, ignore_errors=True)
        Relay(server, rank, connect_frames, publishes=first).start()

    threading.Thread(target=meet, name="ts-relay", daemon=True).start()


class Frames:
    """Frames in the order they were put, in a store with `set`, `get` and `delete_key`."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self._next = 0
        self._run = f"{os.environ.get('TORCHELASTIC_RUN_ID')}/{os.environ.get('TORCHELASTIC_RESTART_COUNT')}"

    def put(self, frame: bytes) -> None:
        """Adds a frame; large ones go in pieces."""
        for at in range(0, len(frame), _PIECE_BYTES):
            last = at + _PIECE_BYTES >= len(frame)
            self._store.set(self._key(self._next), (b"1" if last else b"0") + frame[at : at + _PIECE_BYTES])
            if self._next >= _KEPT:
                self._store.delete_key(self._key(self._next - _KEPT))
            self._next += 1

    def take(self) -> bytes:
        """Waits for the next frame."""
        pieces = []
        while not pieces or pieces[-1][:1] == b"0":
            pieces.append(bytes(self._store.get(self._key(self._next))))
            self._next += 1
        return b"".join(piece[1:] for piece in pieces)

    def _key(self, number: int) -> str:
        return f"ts-serve/{self._run}/{number}"


class Relay:
    """Hands on what a server and its rank say; requests also reach, or come from, other machines."""

    def __init__(
        self, server: socket.socket, rank: socket.socket, frames: Callable[[], Frames], publishes: bool
    ) -> None:
        self._server = server
        self._rank = rank
        self._frames = frames
        self._publishes = publishes
        self._lock = threading.Lock()
        #: The server has sent something: LOAD, which a rank must have before requests.
        self._begun = threading.Event()

    def start(self) -> None:
        """Begins."""
        works = [self._up, self._down] if self._publishes else [self._up, self._down, self._feed]
        for work in works:
            threading.Thread(target=work, name=f"ts-relay{work.__name__}", daemon=True).start()

    def _up(self) -> None:
        try:
            while True:
                data = self._rank.recv(65536)
                if not data:
                    break
                self._server.sendall(data)
        except OSError:
            pass
        _close(self._server)

    def _down(self) -> None:
        frames = None
        try:
            while True:
                frame = read_frame(self._server)
                if frame is None:
                    break
                if self._publishes and frame[4] in _SHARED:
                    frames = frames or self._frames()
                    frames.put(frame)
                self._give(frame)
                self._begun.set()
        except (OSError, RuntimeError) as error:
            leave(f"Requests cannot be handed on to other machines: {error}")
        _close(self._rank)

    def _feed(self) -> None:
        try:
            frames = self._frames()
            self._begun.wait()
            while True:
                self._give(frames.take())
        except (OSError, RuntimeError) as error:
            leave(f"The machine of rank 0 cannot be heard any more: {error}")

    def _give(self, frame: bytes) -> None:
        with self._lock:
            self._rank.sendall(frame)


def read_frame(sock: socket.socket) -> bytes | None:
    """One whole frame of the worker protocol, its length included; None at the end of the connection."""
    head = _read(sock, 4)
    body = _read(sock, int.from_bytes(head, "big")) if head else b""
    return head + body if body else None


def connect_frames() -> Frames:
    """The frames in the store that torchrun keeps for the group, or that rank 0 will open."""
    from datetime import timedelta

    from torch.distributed import TCPStore

    place = (os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"]))
    return Frames(TCPStore(*place, is_master=False, timeout=timedelta(days=_YEAR_DAYS)))


def leave(reason: str) -> None:
    """Ends this rank, and with it the group, unless its end has begun already."""
    time.sleep(1)
    print(reason, file=sys.stderr, flush=True)
    os._exit(_BROKEN_GROUP)


def _read(sock: socket.socket, count: int) -> bytes:
    data = bytearray()
    while len(data) < count:
        piece = sock.recv(min(count - len(data), 1 << 20))
        if not piece:
            return b""
        data += piece
    return bytes(data)


def _connect(address: str) -> socket.socket:
    tcp = re.fullmatch(r"(\[.+\]|[^/:]+):(\d+)", address)
    if tcp:
        return socket.create_connection((tcp[1].strip("[]"), int(tcp[2])))
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    sock.connect(address)
    return sock


def _close(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        # The other side was quicker.
        pass
    sock.close()
