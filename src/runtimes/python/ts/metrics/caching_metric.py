"""The metric that a handler's metrics cache holds."""

from __future__ import annotations

import math

from ts.metrics import emit
from ts.metrics.metric_abstract import MetricAbstract
from ts.metrics.metric_type_enum import MetricTypes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_COUNTER = MetricTypes.COUNTER
# Beyond this a number is no longer exact for the server.
_MAX_INT = 2**53


class CachingMetric(MetricAbstract):
    """
    A metric that sends each value at once.

    What does not fit (a counter that would go down, too few dimensions, no number) is logged as an error and dropped:
    a request never fails because of it, unless a counter's value cannot be compared with 0 (TypeError).
    """

    def add_or_update(
        self, value: float, dimension_values: Sequence[Any] | None = (), request_id: str | None = ""
    ) -> None:
        """
        Sends `value`.

        `dimension_values`: one for each of `dimension_names`, in their order. `request_id`: ids, comma separated.
        """
        names = self.dimension_names
        if dimension_values is None or len(dimension_values) != len(names):
            shown = dimension_values if dimension_values is None else list(dimension_values)
            return self._refuse(
                value, "", f"Dimension values: {shown} should correspond to Dimension names: {names}"
            )
        dimensions = {
            name: one if type(one) is str else str(one) for name, one in zip(names, dimension_values)
        }
        if self.metric_type is _COUNTER and value < 0:
            text = ",".join(f"{name}:{one}" for name, one in dimensions.items())
            return self._refuse(value, text, "Counter metric update value cannot be negative")
        number = value if type(value) is int and -_MAX_INT < value < _MAX_INT else _finite(value)
        if number is None:
            return self._refuse(value, "", "the value is not a finite number")
        emit.emit(
            {
                "name": self.metric_name,
                "value": number,
                "unit": self.unit,
                "type": self.metric_type.value,
                "dimensions": dimensions,
                "requestIds": request_id.split(",") if request_id else [],
            }
        )
        return None

    def update(self, value: float, request_id: str | None = "", dimensions: Sequence[Any] = ()) -> None:
        """Sends `value` with `dimensions` (a list of Dimension) in place of those the metric had. Kept for old code."""
        self.dimension_names = [dimension.name for dimension in dimensions]
        self.add_or_update(value, [dimension.value for dimension in dimensions], request_id)

    def _refuse(self, value: Any, dimensions: str, reason: str) -> None:
        # Loaded here: most workers never get a bad value, and logging costs them memory.
        import logging

        logging.getLogger(__name__).error(
            "Failed to update metric with name:%s and dimensions: %s with value: %s: %s",
            self.metric_name,
            dimensions,
            value,
            reason,
        )


def _finite(value: Any) -> float | None:
    """The number that `value` is or is written as (numpy's, a tensor of one element, text); None if it is none."""
    if type(value) is not float:
        try:
            # By its text first: the float32 0.1 is 0.1, as it would be in a printed line.
            value = float(str(value))
        except ValueError:
            try:
                value = float(value)
            except (TypeError, ValueError, OverflowError, RuntimeError):
                return None
    return value if math.isfinite(value) else None
