"""Rounds of continuous batching: what goes on stays known between two of them; twin of continuous.ts."""

from __future__ import annotations

from typing import Any

from ts.context import RequestProcessor
from ts.worker.answers import STREAM_HEADER, head
from ts.worker.service import BatchResult, Service


class RoundService(Service):
    """
    Each batch is a round. A request whose answer goes on (`ts_stream_next` is `true`) is named by the next round
    without headers and parts: the handler sees its headers again and, in place of its input, an empty dict.
    """

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        #: Jobs of the round before by their ids, without their parts.
        self._known: dict[str, dict[str, Any]] = {}

    def predict(self, jobs: list[dict[str, Any]], body: bytearray) -> BatchResult:
        """Answers a round. A description is none: it comes between two of them and changes nothing."""
        if jobs[0]["verb"] != "describe":
            jobs = [self._known.get(job["id"], job) if job.get("held") else job for job in jobs]
            # The next round names those of them that go on; the server decides, for all ranks of a group alike.
            self._known = {job["id"]: {**job, "parts": []} for job in jobs}
        return super().predict(jobs, body)

    def _head(self, idx: int, processor: RequestProcessor, size: int) -> str:
        return head(processor, size, processor.get_response_headers().get(STREAM_HEADER) == "true")
