"""What the handler sees of a batch; twin of request-data.ts."""

from __future__ import annotations

import json
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def decode_requests(
    jobs: list[dict[str, Any]], body: bytearray, decode_input: bool
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """
    Rows for the handler (part name -> value) and what the context shows of each request: `{part:
    {"content-type": ...}}` and its headers, which replace parts of the same name. `application/json` is
    parsed, `text*` becomes a str, everything else stays a bytearray; so does what cannot be decoded, and
    everything when `decode_input` is off. Of parts with the same name the last wins.
    """
    rows = []
    shown = []
    total = len(body)
    at = 0
    for job in jobs:
        row: dict[str, Any] = {}
        properties: dict[str, Any] = {}
        for part in job["parts"]:
            size = part["size"]
            name = part["name"]
            kind = part["type"]
            # A part that is the whole body is handed on as it is; a slice of it would be a copy.
            value: Any = body if size and size == total else body[at : at + size]
            at += size
            properties[name] = {"content-type": kind}
            row[name] = _decode(value, kind) if kind and decode_input else value
        properties.update(job["headers"])
        rows.append(row)
        shown.append(properties)
    return rows, shown


def _decode(value: bytearray, kind: str) -> Any:
    if kind == "application/json":
        try:
            return json.loads(value)
        except ValueError as error:
            print(
                f"A part said it is JSON and is not ({error}); the handler gets its bytes.", file=sys.stderr
            )
    elif kind.startswith("text"):
        try:
            return value.decode()
        except UnicodeDecodeError:
            pass
    return value
