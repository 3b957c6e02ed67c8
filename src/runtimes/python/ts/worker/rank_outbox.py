"""Frames of a rank behind the first."""

from __future__ import annotations

import socket

from ts.worker.frames import CHUNK, DONE, METRIC
from ts.worker.outbox import Outbox

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ts.worker.outbox import Bytes

_DONE_HEADER = '{"answers":[],"credits":0,"handlerMs":0}'


class RankOutbox(Outbox):
    """
    All ranks compute the same and the first speaks for them. Of a batch the others say only that it is done,
    so that one that is stuck is noticed.
    """

    def __init__(self, sock: socket.socket) -> None:
        super().__init__(sock, muted=(CHUNK, METRIC))

    def put_text(self, kind: int, frame_id: int, header: str, bodies: Sequence[Bytes] = ()) -> None:
        """Adds a frame, of answers only that they are there."""
        if kind == DONE:
            super().put_text(DONE, frame_id, _DONE_HEADER)
        else:
            super().put_text(kind, frame_id, header, bodies)
