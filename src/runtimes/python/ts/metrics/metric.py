"""A single value of a metric, as older handlers make it."""

from __future__ import annotations

import time
from collections import OrderedDict

from ts.metrics.caching_metric import CachingMetric
from ts.metrics.dimension import Dimension
from ts.metrics.emit import host_name
from ts.metrics.metric_abstract import MetricUnit
from ts.metrics.metric_type_enum import MetricTypes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


class Metric:
    """
    A value with name, unit and dimensions. `update` and `reset` send a value; the one it was made with stays.

    `request_id`: ids, comma separated. `metric_method` is kept for old code and changes nothing.
    """

    def __init__(
        self,
        name: str,
        value: Any,
        unit: str | None,
        dimensions: Sequence[Dimension],
        request_id: str | None = None,
        metric_method: str | None = None,
    ) -> None:
        self.name = name
        self.value = value
        self.unit = MetricUnit.units.get(unit, unit)
        self.dimensions = dimensions
        self.dimension_names = [dimension.name for dimension in dimensions]
        self.dimension_values = [dimension.value for dimension in dimensions]
        self.request_id = request_id
        self.metric_method = metric_method
        self.metric_type = MetricTypes.COUNTER
        self._caching_metric = CachingMetric(name, unit, self.dimension_names, self.metric_type)

    def update(self, value: Any) -> None:
        """Sends `value`."""
        self._caching_metric.add_or_update(value, self.dimension_values, self.request_id)

    def reset(self) -> None:
        """Sends 0."""
        self.update(0)

    def __str__(self) -> str:
        dimensions = ",".join(str(dimension) for dimension in self.dimensions)
        ids = f",{self.request_id}" if self.request_id else ""
        stamp = f"{host_name()},{int(time.time())}{ids}"
        return f"{self.name}.{self.unit}:{self.value}|#{dimensions}|#hostname:{stamp}"

    def to_dict(self) -> OrderedDict:
        """Name, value, unit, dimensions, time (epoch seconds), host and request ids, ready for MetricEncoder."""
        return OrderedDict(
            MetricName=self.name,
            Value=self.value,
            Unit=self.unit,
            Dimensions=self.dimensions,
            Timestamp=int(time.time()),
            HostName=host_name(),
            RequestId=self.request_id,
        )
