"""Runs batches one after another, in the order they came; twin of batch-loop.ts."""

from __future__ import annotations

from collections import deque
from time import perf_counter

from ts.worker.answers import failure
from ts.worker.credits import CreditWindow
from ts.worker.decode import Frame
from ts.worker.frames import DONE
from ts.worker.outbox import Outbox
from ts.worker.pieces import PieceSink
from ts.worker.process import flush_prints
from ts.worker.service import BatchResult, Service

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

#: Answers of batches shorter than this may wait for the next one's, to leave in the same write,
HOLD_MS = 0.2
#: unless one of the latest batches was longer: the next might be, and an answer must not wait for it.
STEADY_BATCHES = 200
#: Nobody reads it, since the client has gone.
CLIENT_GONE = 499


class WaitingBatch:
    """A batch that came, and the indexes of its jobs whose clients have gone."""

    __slots__ = ("body", "cancelled", "id", "jobs")

    def __init__(self, frame: Frame) -> None:
        self.id = frame.id
        self.jobs: list[dict[str, Any]] = frame.header["jobs"]
        self.body = frame.body
        self.cancelled: set[int] = set()

    @property
    def abandoned(self) -> bool:
        """True when nobody waits for any of its answers."""
        return len(self.cancelled) >= len(self.jobs)


class BatchLoop:
    """
    `hear` takes in what the server has sent meanwhile, without waiting; it is asked before every further
    batch. `now` is monotonic seconds.
    """

    #: Batches that may be sent before the first is answered.
    first_credits = 1

    def __init__(
        self,
        service: Service,
        credits: CreditWindow,
        outbox: Outbox,
        pieces: PieceSink,
        hear: Callable[[], None],
        now: Callable[[], float] = perf_counter,
    ) -> None:
        self._service = service
        self._credits = credits
        self._outbox = outbox
        self._pieces = pieces
        self._hear = hear
        self._now = now
        self._waiting: deque[WaitingBatch] = deque()
        self._current: WaitingBatch | None = None
        #: Batches since the last that was longer than HOLD_MS.
        self._short_in_a_row = 0
        service.context.cl_socket = pieces

    def add(self, frame: Frame) -> None:
        """Takes a batch; `run` starts it."""
        self._waiting.append(WaitingBatch(frame))

    def cancel(self, batch_id: int, jobs: list[int]) -> None:
        """Clients of these jobs of the batch have gone."""
        for batch in (self._current, *self._waiting):
            if batch is not None and batch.id == batch_id:
                batch.cancelled.update(jobs)

    def run(self) -> None:
        """Answers all that waits; what it answered may still be in the outbox."""
        waiting = self._waiting
        held_ms = 0.0
        while waiting:
            batch = waiting.popleft()
            handler_ms = self._answer(batch)
            held_ms += handler_ms
            self._short_in_a_row = 0 if handler_ms > HOLD_MS else self._short_in_a_row + 1
            if held_ms >= HOLD_MS or self._short_in_a_row < STEADY_BATCHES:
                held_ms = 0.0
                flush_prints()
                self._outbox.flush()
                if waiting:
                    self._hear()

    def _answer(self, batch: WaitingBatch) -> float:
        """Answers one batch and gives the milliseconds that took."""
        begun = self._now()
        self._current = batch
        self._pieces.begin(batch.id, batch.cancelled)
        if batch.cancelled and batch.abandoned:
            result = BatchResult([failure(CLIENT_GONE, "The client has gone.")] * len(batch.jobs), [])
        else:
            result = self._service.predict(batch.jobs, batch.body)
        self._current = None
        self._pieces.end()
        handler_ms = (self._now() - begun) * 1000
        credits = self._credits.after_batch(handler_ms)
        answers = ",".join(result.answers)
        header = f'{{"answers":[{answers}],"credits":{credits},"handlerMs":{handler_ms:.4f}}}'
        self._outbox.put_text(DONE, batch.id, header, result.bodies)
        return handler_ms
