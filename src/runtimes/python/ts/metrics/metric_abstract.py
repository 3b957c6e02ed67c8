"""What every metric has."""

from __future__ import annotations

import abc

from ts.metrics.metric_type_enum import MetricTypes
from ts.metrics.unit import Units, unit_word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MetricUnit = Units()


class MetricAbstract(abc.ABC):
    """
    A metric by name, unit, type and the names of its dimensions.

    `unit` is given as `ms`, `s`, `percent`, `count`, `MB`, `GB`, `kB`, `B`, empty, or any other word.
    """

    def __init__(
        self,
        metric_name: str,
        unit: str | None,
        dimension_names: list | None = None,
        metric_type: MetricTypes = MetricTypes.COUNTER,
    ) -> None:
        self.metric_name = metric_name
        self.unit = unit_word(unit)
        self.dimension_names: list[str] = dimension_names or []
        self.metric_type = metric_type

    @abc.abstractmethod
    def add_or_update(self, value: float, dimension_values: list, request_id: str = "") -> Any:
        """Records one value; `dimension_values` in the order of `dimension_names`."""
