"""What the metrics API raises. Each is also the standard exception of its kind, so that either may be caught."""

from __future__ import annotations


class MetricsCacheTypeError(TypeError):
    """An argument is of the wrong type."""

    def __init__(self, message: str) -> None:
        super().__init__(message)


class MetricsCacheValueError(ValueError):
    """An argument, or an entry of the metrics file, has a value that is not allowed."""

    def __init__(self, message: str) -> None:
        super().__init__(message)


class MetricsCacheKeyError(KeyError):
    """There is no such metric, or an entry of the metrics file lacks something."""

    def __init__(self, message: str) -> None:
        super().__init__(message)


class MetricsCacheIOError(OSError):
    """The metrics file cannot be read."""

    def __init__(self, message: str) -> None:
        super().__init__(f"Error reading file: {message}")


class MetricsCachePyYamlError(Exception):
    """The metrics file is not YAML."""

    def __init__(self, message: str) -> None:
        super().__init__(f"Error parsing file: {message}")


class GeneralMetricsCacheError(Exception):
    """Anything else."""

    def __init__(self, message: str) -> None:
        super().__init__(f"Generic error: {message}")
