"""Runs requests through a handler whose `handle` is `async def`, many side by side; otherwise service.py is used."""

from __future__ import annotations

import copy
import inspect
from typing import Any

from ts.worker.pieces import PieceSink
from ts.worker.service import BatchResult, Service, fail


class AsyncService(Service):
    """
    Each call gets a context of its own: a copy of the one that `initialize` saw, so that attributes a handler sets in
    one call are not seen by the next; what the attributes hold is shared. A `handle` without `async` is called, too.
    """

    async def answer(self, jobs: list[dict[str, Any]], body: bytearray, pieces: PieceSink) -> BatchResult:
        """Answers a batch; intermediate answers go to `pieces`. Raises only what is no Exception."""
        call = self._call(pieces)
        try:
            outputs = call._entry_point(call._begin(jobs, body), call.context)
            if inspect.isawaitable(outputs):
                outputs = await outputs
            return call._finish(jobs, outputs)
        except Exception as error:
            return fail(len(jobs), error)

    def _call(self, pieces: PieceSink) -> AsyncService:
        call = copy.copy(self)
        call.context = copy.copy(self.context)
        call.context.metrics = copy.copy(self.context.metrics)
        call.context.cl_socket = pieces
        return call
