"""Rounds of continuous batching: what goes on stays known between two of them; twin of continuous.ts."""

from __future__ import annotations

from typing import Any

from ts.context import RequestProcessor
from ts.worker.answers import STREAM_HEADER, head
from ts.worker.service import BatchResult, Service


class RoundService(Service):
    """
    Each batch is a round. A request whose answer goes on (`ts_stream_next` is `true`) is kept: the next round names it
    without headers and parts, and the handler sees its headers again and, in place of its input, an empty dict.
    """

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        #: Jobs of the round before that go on, by their ids, without their parts.
        self._kept: dict[str, dict[str, Any]] = {}
        self._going_on: list[int] = []

    def predict(self, jobs: list[dict[str, Any]], body: bytearray) -> BatchResult:
        """Answers a round. A description is none: it comes between two of them and changes nothing."""
        if jobs[0]["verb"] == "describe":
            return super().predict(jobs, body)
        kept = self._kept
        jobs = [kept.get(job["id"], job) if job.get("held") else job for job in jobs]
        self._going_on = []
        result = super().predict(jobs, body)
        self._kept = {jobs[idx]["id"]: {**jobs[idx], "parts": []} for idx in self._going_on}
        return result

    def _head(self, idx: int, processor: RequestProcessor, size: int) -> str:
        goes_on = processor.get_response_headers().get(STREAM_HEADER) == "true"
        if goes_on:
            self._going_on.append(idx)
        return head(processor, size, goes_on)
