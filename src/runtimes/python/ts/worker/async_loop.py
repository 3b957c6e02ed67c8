"""Runs requests side by side on one event loop, TorchServe's `asyncCommunication`; usually batch_loop.py is used."""

from __future__ import annotations

import asyncio
from time import perf_counter
from typing import Any, Callable

from ts.service import Service as LoadedModel
from ts.worker.answers import failure
from ts.worker.async_service import AsyncService
from ts.worker.batch_loop import CLIENT_GONE
from ts.worker.decode import Frame, FrameReader
from ts.worker.frames import ALIVE, DONE, ProtocolError
from ts.worker.outbox import Outbox
from ts.worker.pieces import PieceSink
from ts.worker.process import flush_prints
from ts.worker.service import BatchResult, fail

#: Requests that may be under way at a time, unless the model's `batchesInFlight` says otherwise.
DEFAULT_SIDE_BY_SIDE = 1024
#: Between two signs of life while calls are under way; the shortest response timeout is a second.
ALIVE_INTERVAL_S = 0.25


class _Call:
    """A batch that is under way, and the indexes of its jobs whose clients have gone."""

    __slots__ = ("count", "cancelled", "task")

    def __init__(self, count: int) -> None:
        self.count = count
        self.cancelled: set[int] = set()
        #: Set once the handler runs; before, there is nothing to interrupt.
        self.task: asyncio.Task[None] | None = None

    @property
    def abandoned(self) -> bool:
        """True when nobody waits for any of its answers."""
        return len(self.cancelled) >= self.count


class AsyncLoop:
    """`events` is the loop that was current when the handler was initialized."""

    def __init__(
        self, model: LoadedModel, load: dict[str, Any], outbox: Outbox, events: asyncio.AbstractEventLoop
    ) -> None:
        self._service = AsyncService(model, load["decodeInput"], load["maxResponseBytes"])
        self._outbox = outbox
        self._events = events
        self._calls: dict[int, _Call] = {}
        self._over: asyncio.Future[None] = events.create_future()
        self._leaving: Callable[[], bool] = lambda: False
        self._beating = False
        self.first_credits = _side_by_side(load["modelConfig"])

    def serve(self, reader: FrameReader, take: Callable[[Frame], None], leaving: Callable[[], bool]) -> None:
        """
        Hands frames to `take` as they come, until the connection ends or, once `leaving` is true, nothing is under way.
        Raises OSError, ProtocolError, and what ends the process.
        """
        self._leaving = leaving
        # Nobody else flushes: handlers run whenever the loop lets them.
        self._outbox.resting = True
        self._events.add_reader(reader.fileno(), self._read, reader, take)
        # A frame may have come together with LOAD.
        self._events.call_soon(self._read, reader, take)
        self._events.run_until_complete(self._over)

    def add(self, frame: Frame) -> None:
        """Starts a batch beside those that are under way."""
        call = self._calls[frame.id] = _Call(len(frame.header["jobs"]))
        self._events.create_task(self._answer(frame, call)).add_done_callback(self._answered)
        if not self._beating:
            self._beating = True
            self._events.call_later(ALIVE_INTERVAL_S, self._beat)

    def cancel(self, batch_id: int, jobs: list[int]) -> None:
        """Clients of these jobs of the batch have gone. When all have, the handler is interrupted where it waits."""
        call = self._calls.get(batch_id)
        if call is None:
            return
        call.cancelled.update(jobs)
        if call.abandoned and call.task is not None:
            call.task.cancel()

    def _read(self, reader: FrameReader, take: Callable[[Frame], None]) -> None:
        try:
            frame = reader.poll()
            while frame is not None:
                take(frame)
                frame = reader.poll()
        except (OSError, ProtocolError) as error:
            self._break(error)
        self._end_when_over(reader.ended)

    def _break(self, error: BaseException) -> None:
        if not self._over.done():
            self._over.set_exception(error)

    def _beat(self) -> None:
        """The server ends a worker that owes answers and says nothing: calls may take long, the loop may not."""
        self._beating = bool(self._calls)
        if not self._beating:
            return
        try:
            self._outbox.put(ALIVE, 0, {})
        except OSError as error:
            self._break(error)
        self._events.call_later(ALIVE_INTERVAL_S, self._beat)

    def _end_when_over(self, at_once: bool = False) -> None:
        over = at_once or (self._leaving() and not self._calls)
        if over and not self._over.done():
            self._over.set_result(None)

    async def _answer(self, frame: Frame, call: _Call) -> None:
        begun = perf_counter()
        result = await self._run(frame, call)
        handler_ms = (perf_counter() - begun) * 1000
        del self._calls[frame.id]
        flush_prints()
        answers = ",".join(result.answers)
        header = f'{{"answers":[{answers}],"credits":1,"handlerMs":{handler_ms:.4f}}}'
        self._outbox.put_text(DONE, frame.id, header, result.bodies)

    def _answered(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._break(error)
        self._end_when_over()

    async def _run(self, frame: Frame, call: _Call) -> BatchResult:
        pieces = PieceSink(self._outbox, lambda: None)
        pieces.begin(frame.id, call.cancelled)
        try:
            if call.abandoned:
                raise asyncio.CancelledError
            call.task = asyncio.current_task()
            return await self._service.answer(frame.header["jobs"], frame.body, pieces)
        except asyncio.CancelledError:
            if not call.abandoned:
                return fail(call.count, RuntimeError("What the handler waited for was cancelled."))
            return BatchResult([failure(CLIENT_GONE, "The client has gone.")] * call.count, [])
        finally:
            call.task = None
            pieces.end()


def _side_by_side(config: dict[str, Any]) -> int:
    wanted = config.get("batchesInFlight")
    if not isinstance(wanted, int) or isinstance(wanted, bool) or wanted < 1:
        return DEFAULT_SIDE_BY_SIDE
    return wanted
