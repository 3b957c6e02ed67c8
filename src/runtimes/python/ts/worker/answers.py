"""Entries of a DONE frame, and heads of CHUNK frames, as JSON text."""

from __future__ import annotations

from json.encoder import encode_basestring

from ts.context import RequestProcessor
from ts.worker.encode import encode_header

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: TorchServe's mark of a streamed answer: `true` on every piece but the last.
STREAM_HEADER = "ts_stream_next"

_NAME_CHARACTERS = frozenset("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")


def failure(status: Any, message: Any) -> str:
    """The answer to a job that failed; a status that HTTP does not know becomes 500."""
    sound = isinstance(status, int) and 200 <= status <= 999
    text = encode_basestring(message if isinstance(message, str) else str(message))
    return f'{{"status":{int(status) if sound else 500},"reason":"","headers":{{}},"size":0,"error":{text}}}'


def head(processor: RequestProcessor, size: int, more: bool = False) -> str:
    """The answer whose `size` bytes follow. One that HTTP cannot carry raises ValueError."""
    status = processor.get_response_status_code()
    phrase = processor.get_response_status_phrase()
    headers = processor.get_response_headers()
    if status == 200 and not phrase and not headers:
        return f'{{"status":200,"reason":"","headers":{{}},"size":{size}}}'
    entry = _sound_head(status, phrase, headers)
    entry["size"] = size
    if more:
        entry["more"] = True
    return encode_header(entry)


def chunk_head(processor: RequestProcessor, idx: int) -> str:
    """
    The header of CHUNK for a piece of answer number `idx`. One that HTTP cannot carry raises ValueError.
    """
    entry = _sound_head(
        processor.get_response_status_code(),
        processor.get_response_status_phrase(),
        processor.get_response_headers(),
    )
    entry["job"] = idx
    return encode_header(entry)


def _sound_head(status: Any, phrase: Any, headers: dict[Any, Any]) -> dict[str, Any]:
    if not isinstance(status, int) or not 200 <= status <= 999:
        raise ValueError(f"{status!r} cannot be the status of an answer")
    return {
        "status": int(status),
        "reason": _value("reason phrase", phrase or ""),
        "headers": {_name(name): _value(name, value) for name, value in headers.items()},
    }


def _name(name: Any) -> str:
    """A header's name, which RFC 9110 lets be a token."""
    if isinstance(name, str) and name and _NAME_CHARACTERS.issuperset(name):
        return name
    raise ValueError(f"{name!r} cannot be the name of a header")


def _value(name: str, value: Any) -> str:
    """A header's value, which has no line breaks or other controls."""
    text = value if isinstance(value, str) else str(value)
    if text.isascii() and text.isprintable():
        return text
    if all(char == "\t" or " " <= char <= "~" or "\x80" <= char <= "\xff" for char in text):
        return text
    raise ValueError(f"header {name} cannot hold {text!r}")
