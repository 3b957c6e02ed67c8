"""A loaded model: its context and the function that answers batches."""

from __future__ import annotations

import ts
from ts.context import Context, RequestProcessor
from ts.utils.util import PredictionException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    EntryPoint = Callable[[Any, Context], Any]

__all__ = ["PREDICTION_METRIC", "PredictionException", "Service", "emit_metrics"]

#: Name of the metric that holds the time of a batch inside the handler.
PREDICTION_METRIC = "PredictionTime"


class Service:
    """What a model loader makes of a handler. The worker runs its batches through `entry_point`."""

    def __init__(
        self,
        model_name: str,
        model_dir: str,
        manifest: dict[str, Any] | None,
        entry_point: EntryPoint,
        gpu: int | None,
        batch_size: int,
        limit_max_image_pixels: bool = True,
        metrics_cache: Any = None,
        model_yaml_config: dict[str, Any] | None = None,
    ) -> None:
        self._context = Context(
            model_name,
            model_dir,
            manifest,
            batch_size,
            gpu,
            ts.__version__,
            limit_max_image_pixels,
            metrics_cache,
            model_yaml_config,
        )
        self._entry_point = entry_point

    @property
    def context(self) -> Context:
        """The context that every call of the handler gets."""
        return self._context

    @property
    def entry_point(self) -> EntryPoint:
        """What answers a batch: called with the list of requests and the context."""
        return self._entry_point

    def set_cl_socket(self, cl_socket: Any) -> None:
        """Sets where intermediate answers go."""
        self._context.cl_socket = cl_socket

    @staticmethod
    def retrieve_data_for_inference(
        batch: list[dict[str, Any]],
    ) -> tuple[list[RequestProcessor], list[dict[str, Any]], dict[int, str]]:
        """
        Takes a batch of TorchServe's form apart: each request a dict with `requestId` (bytes), `headers`
        (name -> value) and `parameters` (each `name`, `value`, `contentType`). Gives processors, inputs and
        ids by index. Raises ValueError when there is nothing in the batch.
        """
        if not batch:
            raise ValueError("Received invalid inputs")
        processors, inputs, ids = [], [], {}
        for index, request in enumerate(batch):
            ids[index] = _text(request["requestId"])
            parts, properties = {}, {}
            for part in request.get("parameters", ()):
                name = _text(part["name"])
                parts[name] = part["value"]
                properties[name] = {"content-type": part.get("contentType")}
            for header in request.get("headers", ()):
                properties[_text(header["name"])] = _text(header["value"])
            processors.append(RequestProcessor(properties))
            inputs.append(parts)
        return processors, inputs, ids

    def predict(self, batch: list[dict[str, Any]]) -> list[Any]:
        """
        Runs the handler on a batch of TorchServe's form, without a server around it, and gives what it
        returned. Raises what the handler raises, and PredictionException (503) for an answer that does not
        fit the batch.
        """
        from ts.worker.outputs import check_outputs

        processors, inputs, ids = self.retrieve_data_for_inference(batch)
        self._context.request_ids = ids
        self._context.request_processor = processors
        return check_outputs(self._entry_point(inputs, self._context), len(inputs))


def emit_metrics(metrics: Any) -> None:
    """Prints old-style metrics, one line each, as the server reads them."""
    for metric in metrics or ():
        print(f"[METRICS]{metric}")


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, (bytes, bytearray)) else value
