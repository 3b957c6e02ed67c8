"""Splits a batch into micro-batches, whose steps run at the same time."""

from __future__ import annotations

import os
import queue
import threading
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

HANDLER_METHODS = ["preprocess", "inference", "postprocess"]
"""The steps that each micro-batch takes, in order."""

# A step that does not return cannot be ended; shutdown does not wait longer for it, and its thread ends with the process.
_JOIN_SEC = 10


class MicroBatching:
    """
    Takes the place of a handler's `handle`: `handler.handle = MicroBatching(handler, micro_batch_size=4)`.

    The batch is cut into lists of at most `micro_batch_size` requests. Every step has threads of its own, as many as
    `parallelism` says for it (default 1), so that one micro-batch is in `inference` while the next is in `preprocess`.
    Answers come in the order of the requests. When a step raises, the micro-batches that have not begun a step skip
    it, and the exception is raised to the caller.

    The handler has `preprocess`, `inference`, `postprocess`, and for TorchServe's other calls `_is_describe`,
    `_is_explain`, `describe_handle`, `explain_handle`, as BaseHandler.
    """

    def __init__(
        self,
        parent_handler: Any,
        micro_batch_size: int = 1,
        parallelism: Mapping[str, int] | None = None,
    ) -> None:
        self.handler = parent_handler
        self.micro_batch_size = micro_batch_size
        self._current = threading.local()
        self._steps = {name: _Step(name) for name in HANDLER_METHODS}
        self._parallelism: dict[str, int] = {}
        self.parallelism = parallelism or {}

    def __del__(self) -> None:
        for step in getattr(self, "_steps", {}).values():
            step.stop()

    @property
    def parallelism(self) -> dict[str, int]:
        """Threads of the steps that were set, step to number."""
        return self._parallelism

    @parallelism.setter
    def parallelism(self, parallelism: Mapping[str, int]) -> None:
        """
        Starts and ends threads; steps that are not named keep theirs.

        Raises ValueError for a step that does not exist and for less than 1 thread, which nothing could pass.
        """
        for name, count in parallelism.items():
            if name not in HANDLER_METHODS:
                raise ValueError(f"{name!r} is not a step of a handler: {', '.join(HANDLER_METHODS)}.")
            if not isinstance(count, int) or count < 1:
                raise ValueError(f"The step {name} must have at least one thread, not {count!r}.")
        self._parallelism.update(parallelism)
        for name, step in self._steps.items():
            step.resize(self._parallelism.get(name, 1))

    def shutdown(self) -> None:
        """Ends all threads once they have done what they were given. Batches cannot be handled any more."""
        # One after the other: what is in a step now still takes the next one.
        for step in self._steps.values():
            step.stop()
            step.join()

    def __call__(self, data: list, context: Any) -> list:
        """Answers a batch as a handler's `handle` does, and reports `HandlerTime`."""
        start = time.perf_counter()
        handler = self.handler
        handler.context = context
        if os.environ.get("ENABLE_TORCH_PROFILER"):
            output, _ = handler._infer_with_profiler(data)
        elif handler._is_describe():
            output = [handler.describe_handle()]
        elif handler._is_explain():
            output = handler.explain_handle(handler.preprocess(data), data)
        else:
            output = self.handle(data)
        duration_ms = (time.perf_counter() - start) * 1000
        context.metrics.add_time("HandlerTime", round(duration_ms, 2), None, "ms")
        return output

    def handle(self, data: list) -> list:
        """The answers to the requests of a batch, in order. Raises what a step raised, of the first micro-batch."""
        size = self.micro_batch_size
        starts = range(0, len(data), size)
        batch = _Batch(self)
        for index, start in enumerate(starts):
            self._steps[HANDLER_METHODS[0]].take(_MicroBatch(batch, index, data[start : start + size]))
        answers: list = []
        for result in batch.results(len(starts)):
            answers.extend(result)
        return answers

    def get_micro_batch_idx(self) -> int | None:
        """Number of the micro-batch that this thread works on, from 0; None outside a step."""
        return getattr(self._current, "index", None)

    def _run(self, step: str, micro_batch: _MicroBatch) -> None:
        """Takes a micro-batch through one step, then gives it to the next one or back to the caller."""
        batch = micro_batch.batch
        if not batch.failed:
            self._current.index = micro_batch.index
            try:
                micro_batch.value = getattr(self.handler, step)(micro_batch.value)
            except BaseException as error:  # also sys.exit: it is the caller's to end the process
                micro_batch.error = error
                batch.failed = True
            finally:
                self._current.index = None
        following = HANDLER_METHODS.index(step) + 1
        if batch.failed or following == len(HANDLER_METHODS):
            batch.done.put(micro_batch)
            return
        try:
            self._steps[HANDLER_METHODS[following]].take(micro_batch)
        except RuntimeError as error:
            micro_batch.error = error
            batch.done.put(micro_batch)


class _Batch:
    """One call of `handle`, which waits until all its micro-batches are back."""

    def __init__(self, owner: MicroBatching) -> None:
        # Threads reach it only through what they work on, so that an unused MicroBatching can be collected.
        self.owner = owner
        self.failed = False
        self.done: queue.SimpleQueue = queue.SimpleQueue()

    def results(self, count: int) -> list:
        """What the micro-batches became, in order."""
        back = sorted((self.done.get() for _ in range(count)), key=lambda micro_batch: micro_batch.index)
        for micro_batch in back:
            if micro_batch.error is not None:
                raise micro_batch.error
        return [micro_batch.value for micro_batch in back]


class _MicroBatch:
    """Some requests of a batch on their way through the steps."""

    def __init__(self, batch: _Batch, index: int, value: Any) -> None:
        self.batch = batch
        self.index = index
        self.value = value
        self.error: BaseException | None = None


class _Step:
    """The threads of one step and what waits for them."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._waiting: queue.SimpleQueue = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._wanted = 0
        self._stopped = False

    def take(self, micro_batch: _MicroBatch) -> None:
        """Queues a micro-batch. Raises RuntimeError when there are no threads any more."""
        with self._lock:
            if self._stopped:
                raise RuntimeError("This MicroBatching was shut down.")
            self._waiting.put(micro_batch)

    def resize(self, count: int) -> None:
        """Starts threads, or lets some end when they are through with what waits now."""
        with self._lock:
            if not self._stopped:
                self._resize(count)

    def stop(self) -> None:
        """Lets all threads end when they are through with what waits now."""
        with self._lock:
            self._resize(0)
            self._stopped = True

    def join(self) -> None:
        """Waits until they have ended."""
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(_JOIN_SEC)

    def _resize(self, count: int) -> None:
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        for _ in range(self._wanted, count):
            name = f"micro-batch-{self._name}"
            thread = threading.Thread(target=_work, args=(self._name, self._waiting), name=name, daemon=True)
            thread.start()
            self._threads.append(thread)
        for _ in range(count, self._wanted):
            self._waiting.put(None)
        self._wanted = count


def _work(step: str, waiting: queue.SimpleQueue) -> None:
    """A thread of a step: until it is given None."""
    while True:
        micro_batch = waiting.get()
        if micro_batch is None:
            return
        micro_batch.batch.owner._run(step, micro_batch)
        # Nothing is held on to while waiting.
        del micro_batch
