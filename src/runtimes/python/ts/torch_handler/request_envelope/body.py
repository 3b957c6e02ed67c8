"""The envelope `body`."""

from __future__ import annotations

from ts.torch_handler.request_envelope.base import BaseEnvelope, payload

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class BodyEnvelope(BaseEnvelope):
    """The handler gets a list of what the requests carry; its answers stay as they are."""

    def parse_input(self, data: list) -> list:
        """The values of `data` or `body`, one for each request."""
        return [payload(row) for row in data]

    def format_output(self, data: Any) -> Any:
        """`data` itself."""
        return data
