"""Metrics as JSON."""

from __future__ import annotations

import json

from ts.metrics.dimension import Dimension
from ts.metrics.metric import Metric

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class MetricEncoder(json.JSONEncoder):
    """For `json.dumps(metrics, cls=MetricEncoder)`."""

    def default(self, obj: Any) -> Any:
        """What a Metric or a Dimension is in JSON."""
        if isinstance(obj, (Metric, Dimension)):
            return obj.to_dict()
        return super().default(obj)
