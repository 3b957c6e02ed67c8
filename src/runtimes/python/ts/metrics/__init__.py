"""
Metrics of handlers, by TorchServe's public module names.

Modules are loaded when they are used: `system_metrics` and `process_memory_metric` need psutil, the others only the
standard library.
"""

from __future__ import annotations

import importlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_MODULES = frozenset(
    {
        "caching_metric",
        "dimension",
        "emit",
        "metric",
        "metric_abstract",
        "metric_cache_abstract",
        "metric_cache_errors",
        "metric_cache_yaml_impl",
        "metric_encoder",
        "metric_type_enum",
        "metrics_store",
        "process_memory_metric",
        "system_metrics",
        "unit",
    }
)


def __getattr__(name: str) -> Any:
    """`ts.metrics.<module>` without importing it first, as TorchServe's handlers may write it."""
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
