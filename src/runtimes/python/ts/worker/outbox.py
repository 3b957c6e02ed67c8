"""Frames on their way out; twin of outbox.ts."""

from __future__ import annotations

import socket
from _thread import allocate_lock

from ts.worker.encode import encode_head, encode_header

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Union

    Bytes = Union[bytes, bytearray, memoryview]  # noqa: UP007

#: Small pieces are joined up to this size: one copy is cheaper than one more entry of a gathered write.
JOIN_BYTES = 64 * 1024
#: Entries of one gathered write; systems allow 1024.
GATHERED_PIECES = 512


class Outbox:
    """
    Nothing leaves before `flush`, so that frames made together leave in one write. Handlers may emit metrics
    and pieces of answers from threads of their own, so every method may be called from any thread. Frames of
    the types in `muted` are dropped.
    """

    def __init__(self, sock: socket.socket, muted: Sequence[int] = ()) -> None:
        self._socket = sock
        self._muted = muted
        self._lock = allocate_lock()
        self._waiting: list[Bytes] = []
        self._waiting_bytes = 0
        #: True while nobody is going to flush: what is put must leave at once.
        self.resting = False

    def put(self, kind: int, frame_id: int, header: dict[str, Any], bodies: Sequence[Bytes] = ()) -> None:
        """Adds a frame. Raises OverflowError for one that is too long to be a frame."""
        self.put_text(kind, frame_id, encode_header(header), bodies)

    def put_text(self, kind: int, frame_id: int, header: str, bodies: Sequence[Bytes] = ()) -> None:
        """Adds a frame whose header is JSON text already. Raises OverflowError for one that is too long."""
        if kind in self._muted:
            return
        size = 0
        for body in bodies:
            size += len(body)
        head = encode_head(kind, frame_id, header, size)
        with self._lock:
            self._waiting.append(head)
            if size:
                self._waiting.extend(bodies)
            self._waiting_bytes += len(head) + size
        if self.resting:
            self.flush()

    def flush(self) -> None:
        """
        Sends what waits, and waits itself while the server reads too slowly. Raises OSError when it has gone.
        """
        with self._lock:
            waiting = self._waiting
            if not waiting:
                return
            size = self._waiting_bytes
            self._waiting = []
            self._waiting_bytes = 0
            if len(waiting) == 1 or size <= JOIN_BYTES:
                self._socket.sendall(waiting[0] if len(waiting) == 1 else b"".join(waiting))
            else:
                _send_gathered(self._socket, waiting)


def _send_gathered(sock: socket.socket, pieces: list[Bytes]) -> None:
    for at in range(0, len(pieces), GATHERED_PIECES):
        views = [memoryview(piece) for piece in pieces[at : at + GATHERED_PIECES] if len(piece)]
        while views:
            sent = sock.sendmsg(views)
            while views and sent >= len(views[0]):
                sent -= len(views.pop(0))
            if sent:
                views[0] = views[0][sent:]
