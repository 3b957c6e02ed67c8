"""The metrics API of a handler: `context.metrics`."""

from __future__ import annotations

import abc

from ts.metrics.dimension import Dimension
from ts.metrics.metric_abstract import MetricAbstract
from ts.metrics.metric_cache_errors import MetricsCacheTypeError, MetricsCacheValueError
from ts.metrics.metric_type_enum import MetricTypes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

TIME_UNITS = ("ms", "s")
SIZE_UNITS = ("MB", "kB", "GB", "B")


class MetricCacheAbstract(abc.ABC):
    """
    Metrics by type and name. `add_*` sends a value at once, with the dimensions `ModelName` and `Level`, and makes an
    unknown metric known to this worker; the server drops values of metrics that it does not know, unless it runs with
    `model_metrics_auto_detect=true`.

    `cache`: type to name to metric. `request_ids`: index in the batch to request id (a text while a model is loaded).
    """

    def __init__(self, config_file_path: str | None = None) -> None:
        self.cache: dict[MetricTypes, dict[str, MetricAbstract]] = {}
        self.store: list = []
        self.request_ids: dict[int, str] | str | None = None
        self.model_name: str | None = None
        self.config_file_path = config_file_path

    def __deepcopy__(self, _memo: dict) -> MetricCacheAbstract:
        """Of its own are only the request ids: calls that run side by side share the metrics they know."""
        copied = object.__new__(type(self))
        copied.__dict__.update(self.__dict__)
        return copied

    def set_request_ids(self, request_ids: dict[int, str] | str | None) -> None:
        """Ids of the requests at hand, by their index in the batch; values sent from now on carry them."""
        self.request_ids = request_ids

    def add_metric(
        self,
        name: str,
        value: float,
        unit: str,
        idx: int | None = None,
        dimensions: Sequence[Dimension] | None = None,
        metric_type: MetricTypes = MetricTypes.COUNTER,
    ) -> None:
        """
        Sends `value` of any metric. `idx`: index of the one request it belongs to; all of the batch when None.

        `dimensions`: a list gets `ModelName` and `Level` appended, as TorchServe does.
        """
        self._add(metric_type, name, value, unit, self._get_req(idx), self._with_model(dimensions))

    def add_counter(
        self,
        name: str,
        value: float,
        idx: int | None = None,
        dimensions: Sequence[Dimension] | None = None,
    ) -> None:
        """Adds `value`, which must not be negative, to a counter of unit `Count`."""
        self._add(MetricTypes.COUNTER, name, value, "Count", self._get_req(idx), self._with_model(dimensions))

    def add_time(
        self,
        name: str,
        value: float,
        idx: int | None = None,
        unit: str = "ms",
        dimensions: Sequence[Dimension] | None = None,
        metric_type: MetricTypes = MetricTypes.GAUGE,
    ) -> None:
        """Sends a duration in `ms` or `s`. Raises MetricsCacheValueError for other units."""
        if unit not in TIME_UNITS:
            raise MetricsCacheValueError(
                f"The unit of a time is one of {', '.join(TIME_UNITS)}, not {unit!r}."
            )
        self.add_metric(name, value, unit, idx, dimensions, metric_type)

    def add_size(
        self,
        name: str,
        value: float,
        idx: int | None = None,
        unit: str = "MB",
        dimensions: Sequence[Dimension] | None = None,
        metric_type: MetricTypes = MetricTypes.GAUGE,
    ) -> None:
        """Sends a size in `MB`, `kB`, `GB` or `B`. Raises ValueError for other units."""
        if unit not in SIZE_UNITS:
            raise MetricsCacheValueError(
                f"The unit of a size is one of {', '.join(SIZE_UNITS)}, not {unit!r}."
            )
        self.add_metric(name, value, unit, idx, dimensions, metric_type)

    def add_percent(
        self,
        name: str,
        value: float,
        idx: int | None = None,
        dimensions: Sequence[Dimension] | None = None,
        metric_type: MetricTypes = MetricTypes.GAUGE,
    ) -> None:
        """Sends a percentage."""
        self.add_metric(name, value, "percent", idx, dimensions, metric_type)

    def add_error(self, name: str, value: float, dimensions: Sequence[Dimension] | None = None) -> None:
        """Adds `value`, a number, to a counter of errors, which has `Level` `Error` and belongs to no request."""
        given = _listed(dimensions)
        if not any(dimension.name == "Level" for dimension in given):
            given.append(Dimension("Level", "Error"))
        self._add(MetricTypes.COUNTER, name, value, "", "", given)

    @abc.abstractmethod
    def initialize_cache(self) -> None:
        """Makes the metrics of the configuration known."""

    @abc.abstractmethod
    def add_metric_to_cache(
        self,
        metric_name: str,
        unit: str,
        dimension_names: list[str] | None = None,
        metric_type: MetricTypes = MetricTypes.COUNTER,
    ) -> MetricAbstract:
        """Makes a metric known without sending anything, in place of one of that type and name."""

    @abc.abstractmethod
    def get_metric(self, metric_name: str, metric_type: MetricTypes = MetricTypes.COUNTER) -> MetricAbstract:
        """The metric of that type and name. Raises MetricsCacheKeyError."""

    def _add(
        self,
        metric_type: MetricTypes,
        name: str,
        value: float,
        unit: str,
        request_id: str | None,
        dimensions: Sequence[Dimension],
    ) -> None:
        try:
            metric = self.cache[metric_type][name]
        except (KeyError, TypeError):
            names = [dimension.name for dimension in dimensions]
            metric = self.add_metric_to_cache(name, unit, names, metric_type)
        metric.add_or_update(value, [dimension.value for dimension in dimensions], request_id)

    def _with_model(self, dimensions: Sequence[Dimension] | None) -> list[Dimension]:
        if dimensions is None:
            return [Dimension("ModelName", self.model_name), Dimension("Level", "Model")]
        given = _listed(dimensions)
        names = [dimension.name for dimension in given]
        if "ModelName" not in names:
            given.append(Dimension("ModelName", self.model_name))
        if "Level" not in names:
            given.append(Dimension("Level", "Model"))
        return given

    def _get_req(self, idx: int | None) -> str:
        ids = self.request_ids
        if not isinstance(ids, dict):
            return str(ids) if ids else ""
        if idx is not None and idx in ids:
            return ids[idx]
        return ",".join(ids.values())

    @staticmethod
    def _check_type(value: Any, expected: type, name: str) -> None:
        if not isinstance(value, expected):
            raise MetricsCacheTypeError(f"{name} must be a {expected.__name__}, not {type(value).__name__}.")


def _listed(dimensions: Sequence[Dimension] | None) -> list[Dimension]:
    """The caller's own list, which is then added to, as in TorchServe; a list of our own for anything else."""
    if dimensions is None:
        return []
    return dimensions if isinstance(dimensions, list) else list(dimensions)
