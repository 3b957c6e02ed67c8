"""Frames as bytes; twin of encode.ts."""

from __future__ import annotations

from json.encoder import JSONEncoder

from ts.worker.frames import COUNTED_PREFIX_BYTES, MAX_FRAME_BYTES, PREFIX

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_to_json = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def encode_header(header: dict[str, Any]) -> str:
    """A header as the JSON text that frames carry."""
    return _to_json(header)


def encode_head(kind: int, frame_id: int, header: str, body_bytes: int = 0) -> bytes:
    """
    Prefix and header of a frame whose body of `body_bytes` follows; `header` is JSON text. Raises
    OverflowError when the frame would be longer than its length field can say.
    """
    try:
        text = header.encode()
    except UnicodeEncodeError:
        # Lone surrogates, which only user code can bring in.
        text = header.encode("utf-8", "replace")
    length = COUNTED_PREFIX_BYTES + len(text) + body_bytes
    if length > MAX_FRAME_BYTES:
        raise OverflowError(f"A frame of {length} bytes is longer than a frame can be ({MAX_FRAME_BYTES}).")
    return PREFIX.pack(length, kind, 0, frame_id, len(text)) + text
