"""Words for units."""

from __future__ import annotations


class Units:
    """`units` maps the short words of the metrics API to those that are written; what is not in it stays as it is."""

    def __init__(self) -> None:
        self.units = {
            "ms": "Milliseconds",
            "s": "Seconds",
            "percent": "Percent",
            "count": "Count",
            "MB": "Megabytes",
            "GB": "Gigabytes",
            "kB": "Kilobytes",
            "B": "Bytes",
            "": "unit",
            None: "unit",
        }


_WORDS = Units().units


def unit_word(unit: str | None) -> str:
    """The word that is written for a unit: `ms` is `Milliseconds`, an empty one `unit`, unknown ones stay."""
    return _WORDS.get(unit, unit)
