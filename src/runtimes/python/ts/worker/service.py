"""Runs batches through a handler; twin of service.ts."""

from __future__ import annotations

import sys
from collections import namedtuple

from ts.context import RequestProcessor
from ts.service import Service as LoadedModel
from ts.utils.util import PredictionException
from ts.worker.answers import STREAM_HEADER, failure, head
from ts.worker.broken_group import BROKEN_GROUP, is_broken_group
from ts.worker.outputs import check_outputs, encode_output
from ts.worker.process import show
from ts.worker.request_data import decode_requests

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ts.worker.outputs import Bytes


class BatchResult(namedtuple("BatchResult", "answers bodies")):
    """One answer per job of a batch, in order, as the JSON text that DONE carries, and their bytes."""

    __slots__ = ()

    answers: list[str]
    bodies: list[Bytes]


class Service:
    """
    By TorchServe's rules for what goes in and what comes out. Whatever Exception the handler raises becomes
    the batch's answers; SystemExit and its like end the worker.
    """

    def __init__(self, model: LoadedModel, decode_input: bool, max_response_bytes: int) -> None:
        self.context = model.context
        self._entry_point = model.entry_point
        self._decode_input = decode_input
        self._max_response_bytes = max_response_bytes

    def predict(self, jobs: list[dict[str, Any]], body: bytearray) -> BatchResult:
        """Answers a batch."""
        try:
            rows = self._begin(jobs, body)
            outputs = self._entry_point(rows, self.context)
            return self._finish(jobs, outputs)
        except Exception as error:  # noqa: BLE001
            return fail(len(jobs), error)

    def _begin(self, jobs: list[dict[str, Any]], body: bytearray) -> list[dict[str, Any]]:
        """Tells the context of the batch; gives what the handler is called with."""
        context = self.context
        rows, shown = decode_requests(jobs, body, self._decode_input)
        context.request_ids = {index: job["id"] for index, job in enumerate(jobs)}
        context.request_processor = [RequestProcessor(properties) for properties in shown]
        if context.metrics is not None:
            context.metrics.request_ids = context.request_ids
        return rows

    def _finish(self, jobs: list[dict[str, Any]], outputs: Any) -> BatchResult:
        """Makes answers of what the handler gave. Raises PredictionException for what cannot be one."""
        outputs = check_outputs(outputs, len(jobs))
        if self.context.stopping_criteria:
            self._mark_streams(outputs)
        return self._encode(outputs)

    def _encode(self, outputs: list[Any]) -> BatchResult:
        answers = []
        bodies: list[Bytes] = []
        limit = self._max_response_bytes
        for idx, (processor, output) in enumerate(zip(self.context.request_processor, outputs)):
            if isinstance(output, PredictionException):
                answers.append(failure(output.error_code, output.message))
                continue
            headers = processor.get_response_headers()
            if headers and headers.get(STREAM_HEADER) == "true" and not self.context.stopping_criteria:
                headers[STREAM_HEADER] = "false"
            encoded = encode_output(output)
            size = len(encoded)
            if size > limit:
                # Clients are told what TorchServe tells them; the log tells why.
                text = f"The answer of {size} bytes is above max_response_size ({limit})."
                print(text, file=sys.stderr, flush=True)
                answers.append(failure(500, "Worker died."))
                continue
            answers.append(self._head(idx, processor, size))
            bodies.append(encoded)
        return BatchResult(answers, bodies)

    def _head(self, idx: int, processor: RequestProcessor, size: int) -> str:
        return head(processor, size)

    def _mark_streams(self, outputs: list[Any]) -> None:
        """
        Whether each answer goes on, if the handler left a criterion for it; one that gives None leaves it
        open.
        """
        criteria = self.context.stopping_criteria
        for index, processor in enumerate(self.context.request_processor):
            stop = criteria[index](outputs[index])
            if stop is not None:
                processor.add_response_property(STREAM_HEADER, "false" if stop else "true")


def fail(count: int, error: Exception) -> BatchResult:
    """
    The whole batch fails with one status. What was raised is shown, from the handler's own frame on. Raises
    SystemExit when the group of ranks is broken: the server then answers the batch with the reason, and sends no
    more into it.
    """
    if is_broken_group(error):
        raise SystemExit(BROKEN_GROUP) from error
    status, text = explain_failure(error)
    if not isinstance(error, PredictionException):
        trace = error.__traceback__
        if trace is not None and trace.tb_next is not None:
            error.__traceback__ = trace.tb_next
        show(error)
    return BatchResult([failure(status, text)] * count, [])


def explain_failure(error: BaseException) -> tuple[int, str]:
    """Status and message of the API's error for what a handler raised."""
    if isinstance(error, MemoryError):
        return 507, "Out of resources"
    if isinstance(error, PredictionException):
        return error.error_code, error.message
    try:
        of_cuda = "CUDA" in str(error)
    except Exception:  # noqa: BLE001
        of_cuda = False
    return (507, "Out of resources") if of_cuda else (503, "Prediction failed")
