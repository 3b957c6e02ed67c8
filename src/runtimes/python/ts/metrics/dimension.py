"""One dimension of a metric."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Dimension:
    """
    A name and a value by which a metric is told apart, such as `ModelName` and `mnist`.

    Values are written as text; `ModelName` and `Level` are added to every metric of a handler.
    """

    def __init__(self, name: str, value: Any) -> None:
        self.name = name
        self.value = value

    def __str__(self) -> str:
        return f"{self.name}:{self.value}"

    def __repr__(self) -> str:
        return f"Dimension({self.name!r}, {self.value!r})"

    def to_dict(self) -> dict:
        """`{"Name": …, "Value": …}`."""
        return {"Name": self.name, "Value": self.value}
