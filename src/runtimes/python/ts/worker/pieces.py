"""Pieces of streamed answers: what a handler sees as `context.cl_socket`."""

from __future__ import annotations

from ts.context import Context
from ts.utils.util import PredictionException
from ts.worker.answers import STREAM_HEADER, chunk_head
from ts.worker.frames import CHUNK
from ts.worker.outbox import Outbox
from ts.worker.outputs import encode_output

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_NOBODY: frozenset[int] = frozenset()


class PieceSink:
    """`hear` takes in what the server has sent meanwhile, without waiting."""

    def __init__(self, outbox: Outbox, hear: Callable[[], None]) -> None:
        self._outbox = outbox
        self._hear = hear
        self._batch: int | None = None
        self._cancelled: set[int] | frozenset[int] = _NOBODY

    def begin(self, batch_id: int, cancelled: set[int]) -> None:
        """Pieces belong to this batch now; `cancelled` may grow while it runs."""
        self._batch = batch_id
        self._cancelled = cancelled

    def end(self) -> None:
        """The batch is answered; pieces that come later have nobody to go to."""
        self._batch = None
        self._cancelled = _NOBODY

    def is_cancelled(self, idx: int) -> bool:
        """Whether the client of a request has gone, as far as the server has said by now."""
        self._hear()
        return idx in self._cancelled

    def send_pieces(self, outputs: list[Any], req_id_map: dict[int, str], context: Context) -> None:
        """
        Sends one piece for each request of the batch, at once. Raises PredictionException for what cannot be
        sent, and when no batch is running.
        """
        batch = self._batch
        if batch is None:
            raise PredictionException("There is no request to send an intermediate answer to.", 503)
        for idx in req_id_map:
            processor = context.request_processor[idx]
            processor.add_response_property(STREAM_HEADER, "true")
            if idx not in self._cancelled:
                self._outbox.put_text(CHUNK, batch, chunk_head(processor, idx), [encode_output(outputs[idx])])
        self._outbox.flush()
        self._hear()
