"""The metrics cache that a handler gets as `context.metrics`."""

from __future__ import annotations

from ts.metrics.caching_metric import CachingMetric
from ts.metrics.metric_cache_abstract import MetricCacheAbstract
from ts.metrics.metric_cache_errors import (
    GeneralMetricsCacheError,
    MetricsCacheIOError,
    MetricsCacheKeyError,
    MetricsCachePyYamlError,
    MetricsCacheTypeError,
    MetricsCacheValueError,
)
from ts.metrics.metric_type_enum import MetricTypes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

_MODEL_METRICS = "model_metrics"


class MetricsCacheYamlImpl(MetricCacheAbstract):
    """
    Metrics of a metrics file.

    The worker makes it of what the server has read (`from_definitions`). With `config_file_path` the file is read here,
    which needs PyYAML; `initialize_cache` then makes its `model_metrics` known.
    """

    def __init__(self, config_file_path: str | None = None) -> None:
        super().__init__(config_file_path)
        self._parsed_file: Any = None if config_file_path is None else _read_yaml(config_file_path)

    @classmethod
    def from_definitions(cls, definitions: Iterable[Mapping[str, Any]]) -> MetricsCacheYamlImpl:
        """A cache that knows `definitions`: each has `name`, `unit`, `type` and `dimensions` (without the host)."""
        made = cls()
        for one in definitions:
            made.add_metric_to_cache(
                one["name"], one["unit"], list(one["dimensions"]), MetricTypes(one["type"])
            )
        return made

    def initialize_cache(self) -> None:
        """
        Makes the `model_metrics` of the file known; without a file it does nothing.

        Raises MetricsCacheKeyError for an entry that lacks something or a type that does not exist, and
        MetricsCacheValueError for a file without metrics.
        """
        if self.config_file_path is None:
            return
        for type_word, entries in self._parse_metrics_section().items():
            try:
                metric_type = MetricTypes(type_word)
            except ValueError:
                known = ", ".join(one.value for one in MetricTypes)
                raise MetricsCacheKeyError(
                    f"{self.config_file_path}: {type_word!r} is not a type of metrics ({known})."
                ) from None
            for entry in entries or []:
                missing = [key for key in ("name", "unit", "dimensions") if key not in entry]
                if missing:
                    raise MetricsCacheKeyError(
                        f"{self.config_file_path}: a {type_word} of {_MODEL_METRICS} lacks {', '.join(missing)}."
                    )
                self.add_metric_to_cache(entry["name"], entry["unit"], entry["dimensions"], metric_type)

    def add_metric_to_cache(
        self,
        metric_name: str,
        unit: str,
        dimension_names: list[str] | None = None,
        metric_type: MetricTypes = MetricTypes.COUNTER,
    ) -> CachingMetric:
        """
        Makes a metric known without sending anything, in place of one of that type and name, and returns it.

        Raises MetricsCacheTypeError for arguments of other types.
        """
        self._check_type(metric_name, str, "metric_name")
        self._check_type(unit, str, "unit")
        if dimension_names is not None:
            self._check_type(dimension_names, list, "dimension_names")
        self._check_type(metric_type, MetricTypes, "metric_type")
        metric = CachingMetric(metric_name, unit, dimension_names, metric_type)
        self.cache.setdefault(metric_type, {})[metric_name] = metric
        return metric

    def get_metric(self, metric_name: str, metric_type: MetricTypes = MetricTypes.COUNTER) -> CachingMetric:
        """The metric of that type and name. Raises MetricsCacheKeyError when there is none."""
        self._check_type(metric_name, str, "metric_name")
        self._check_type(metric_type, MetricTypes, "metric_type")
        try:
            return self.cache[metric_type][metric_name]
        except KeyError:
            raise MetricsCacheKeyError(f"There is no {metric_type.value} named {metric_name!r}.") from None

    def cache_keys(self) -> list[str]:
        """`<type>:<name>` of every metric."""
        return [f"{kind.value}:{name}" for kind, metrics in self.cache.items() for name in metrics]

    def _parse_metrics_section(self, key: str = _MODEL_METRICS) -> dict[str, Any]:
        if not isinstance(self._parsed_file, dict) or key not in self._parsed_file:
            raise MetricsCacheKeyError(f"{self.config_file_path} has no section {key}.")
        section = self._parsed_file[key]
        if not isinstance(section, dict) or not section:
            raise MetricsCacheValueError(f"{self.config_file_path}: the section {key} names no metrics.")
        return section


def _read_yaml(path: str) -> Any:
    from ts.utils.util import get_yaml_config

    try:
        return get_yaml_config(path)
    except OSError as error:
        raise MetricsCacheIOError(f"{path}: {error}") from error
    except TypeError as error:
        raise MetricsCacheTypeError(f"{path!r} is not the path of a metrics file: {error}") from error
    except ImportError:
        raise
    except Exception as error:
        # PyYAML's own classes can be named only where it is installed.
        if type(error).__module__.split(".")[0] == "yaml":
            raise MetricsCachePyYamlError(f"{path}: {error}") from error
        raise GeneralMetricsCacheError(f"{path}: {error}") from error
