"""Handlers whose `handle` is `async def`."""

from __future__ import annotations

import inspect

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ts.service import Service


class AsyncService:
    """
    A loaded model whose calls may run side by side. The worker has a loop of its own for them; this is for
    code that awaits a handler without a server around it.
    """

    def __init__(self, service: Service) -> None:
        self.service = service

    async def call_predict(self, batch: list[dict[str, Any]]) -> list[Any]:
        """
        Runs the handler on a batch of TorchServe's form (see `Service.predict`) and gives what it returned.
        Raises what the handler raises, and PredictionException (503) for an answer that does not fit the
        batch.
        """
        from ts.worker.outputs import check_outputs

        processors, inputs, ids = self.service.retrieve_data_for_inference(batch)
        context = self.service.context
        context.request_ids = ids
        context.request_processor = processors
        outputs = self.service.entry_point(inputs, context)
        if inspect.isawaitable(outputs):
            outputs = await outputs
        return check_outputs(outputs, len(inputs))
