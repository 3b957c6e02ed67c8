"""What a handler returned, checked and as bytes; twin of encode-output.ts."""

from __future__ import annotations

import json
import sys

from ts.utils.util import PredictionException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Union

    Bytes = Union[bytes, bytearray, memoryview]  # noqa: UP007


def check_outputs(outputs: Any, expected: int) -> list[Any]:
    """
    The outputs if they are a list with one item per request; else raises PredictionException (503). Clients are
    told what TorchServe tells them; the log is told more.
    """
    if not isinstance(outputs, list):
        print(f"The handler returned {type(outputs).__name__} instead of a list.", file=sys.stderr)
        raise PredictionException("Invalid model predict output", 503)
    if len(outputs) != expected:
        print(f"The handler's list has {len(outputs)} answers for {expected} requests.", file=sys.stderr)
        raise PredictionException("number of batch response mismatched", 503)
    return outputs


def encode_output(value: Any) -> Bytes:
    """
    The bytes of one answer: bytes as they are, a string as UTF-8, a tensor as `torch.save` writes it,
    anything else as JSON indented by two. Raises PredictionException (503) for what JSON cannot hold.
    """
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, (bytes, bytearray)):
        return value
    # A tensor can only come from a torch that is imported already.
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, getattr(torch, "Tensor", ())):
        return _save_tensor(torch, value)
    try:
        return json.dumps(value, indent=2).encode()
    except (TypeError, ValueError, RecursionError) as error:
        print(f"An answer of type {type(value).__name__} is not JSON: {error}", file=sys.stderr)
        raise PredictionException("Unsupported model output data type.", 503) from None


def _save_tensor(torch: Any, value: Any) -> bytes:
    from io import BytesIO

    buffer = BytesIO()
    torch.save(value, buffer)
    return buffer.getvalue()
