"""What an envelope is."""

from __future__ import annotations

import abc

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class BaseEnvelope(abc.ABC):
    """
    Takes requests out of their wrapping before the handler sees them and wraps its answers.

    `handle_fn` is the handler's entry point: `(data, context) -> answers`. An envelope of your own is one class in a
    module of this package.
    """

    def __init__(self, handle_fn: Callable[[Any, Any], Any]) -> None:
        self._handle_fn = handle_fn
        self.context: Any = None

    def handle(self, data: Any, context: Any) -> Any:
        """The entry point in place of the handler's. Nothing (at load, or no answers) is handed through as it is."""
        self.context = context
        if _is_something(data):
            data = self.parse_input(data)
        results = self._handle_fn(data, context)
        return self.format_output(results) if _is_something(results) else results

    @abc.abstractmethod
    def parse_input(self, data: list) -> Any:
        """What the handler gets for `data`, the list of one dict per request."""

    @abc.abstractmethod
    def format_output(self, data: Any) -> list:
        """The list of one answer per request for `data`, what the handler returned."""


def payload(row: dict) -> Any:
    """What one request carries: its part `data`, else `body`; None without either."""
    return row.get("data") or row.get("body")


def _is_something(value: Any) -> bool:
    """Whether it is truthy; an array, which has no truth, when it has items."""
    try:
        return bool(value)
    except (ValueError, RuntimeError):
        return len(value) > 0
