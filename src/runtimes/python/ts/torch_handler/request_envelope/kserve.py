"""The envelope `kserve`: KServe's protocol, version 1."""

from __future__ import annotations

import json

from ts.torch_handler.request_envelope.base import BaseEnvelope, payload

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class KServeEnvelope(BaseEnvelope):
    """
    The request is `{"instances": [...]}`; the handler gets the list, and its answers become `{"predictions": [...]}`,
    or `{"explanations": [...]}` when the header `explain` is `True`. Only the first request of a batch is read, so the
    model's batch size must be 1.
    """

    def parse_input(self, data: list) -> Any:
        """The instances of the first request; None when it has none."""
        return first_body(data, "kserve").get("instances")

    def format_output(self, data: Any) -> list[dict]:
        """One answer."""
        explains = self.context.get_request_header(0, "explain") == "True"
        return [{"explanations" if explains else "predictions": data}]


def first_body(rows: list, envelope: str) -> dict:
    """The JSON object that the first request carries, parsed or not. Raises ValueError for anything else."""
    body = payload(rows[0])
    if isinstance(body, (bytes, bytearray)):
        body = json.loads(body)
    if not isinstance(body, dict):
        raise ValueError(f'A request of the envelope "{envelope}" must be a JSON object.')
    return body
