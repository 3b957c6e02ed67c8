"""The metrics API before there was a cache; MockContext uses it."""

from __future__ import annotations

from ts.metrics.dimension import Dimension
from ts.metrics.metric import Metric
from ts.metrics.metric_cache_abstract import SIZE_UNITS, TIME_UNITS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


class MetricsStore:
    """
    Keeps metrics in the list `store`: the first value of each name, unit, request and dimensions. Further values of it
    are sent at once.

    `request_ids`: index in the batch to request id, or one id for all.
    """

    def __init__(self, request_ids: Any, model_name: str) -> None:
        self.store: list[Metric] = []
        self.request_ids = request_ids
        self.model_name = model_name
        self.cache: dict[str, Metric] = {}

    def add_counter(
        self,
        name: str,
        value: float,
        idx: int | None = None,
        dimensions: Sequence[Dimension] | None = None,
    ) -> None:
        """Counts `value` under `name`, unit `Count`."""
        self._add_or_update(name, value, self._get_req(idx), "count", "counter", dimensions)

    def add_time(
        self,
        name: str,
        value: float,
        idx: int | None = None,
        unit: str = "ms",
        dimensions: Sequence[Dimension] | None = None,
    ) -> None:
        """A duration in `ms` or `s`. Raises ValueError for other units."""
        if unit not in TIME_UNITS:
            raise ValueError(f"The unit of a time is one of {', '.join(TIME_UNITS)}, not {unit!r}.")
        self._add_or_update(name, value, self._get_req(idx), unit, None, dimensions)

    def add_size(
        self,
        name: str,
        value: float,
        idx: int | None = None,
        unit: str = "MB",
        dimensions: Sequence[Dimension] | None = None,
    ) -> None:
        """A size in `MB`, `kB`, `GB` or `B`. Raises ValueError for other units."""
        if unit not in SIZE_UNITS:
            raise ValueError(f"The unit of a size is one of {', '.join(SIZE_UNITS)}, not {unit!r}.")
        self._add_or_update(name, value, self._get_req(idx), unit, None, dimensions)

    def add_percent(
        self,
        name: str,
        value: float,
        idx: int | None = None,
        dimensions: Sequence[Dimension] | None = None,
    ) -> None:
        """A percentage."""
        self._add_or_update(name, value, self._get_req(idx), "percent", None, dimensions)

    def add_error(self, name: str, value: Any, dimensions: Sequence[Dimension] | None = None) -> None:
        """An error with any value, for no request."""
        self._add_or_update(name, value, None, "", None, dimensions, is_error=True)

    def add_metric(
        self,
        name: str,
        value: Any,
        unit: str,
        idx: int | None = None,
        dimensions: Sequence[Dimension] | None = None,
    ) -> None:
        """Any other value."""
        self._add_or_update(name, value, self._get_req(idx), unit, None, dimensions)

    def _add_or_update(
        self,
        name: str,
        value: Any,
        req_id: str | None,
        unit: str,
        metrics_method: str | None = None,
        dimensions: Sequence[Dimension] | None = None,
        is_error: bool = False,
    ) -> None:
        level = (
            [Dimension("Level", "Error")]
            if is_error
            else [Dimension("ModelName", self.model_name), Dimension("Level", "Model")]
        )
        every = [*(dimensions or []), *level]
        key = "-".join([name, str(unit), str(req_id), *map(str, every)])
        known = self.cache.get(key)
        if known:
            known.update(value)
            return
        metric = Metric(name, value, unit, every, req_id, metrics_method)
        self.store.append(metric)
        self.cache[key] = metric

    def _get_req(self, idx: int | None) -> str | None:
        ids = self.request_ids
        if not isinstance(ids, dict):
            return None if ids is None else str(ids)
        return ids[idx] if idx is not None and idx in ids else ",".join(ids.values())
