"""
TorchServe's own message format, for code that writes or reads it, and the call that sends intermediate
answers.

The worker does not speak this format; `send_intermediate_predict_response` is what handlers use of this
module.
"""

from __future__ import annotations

import json
import os
import struct

from ts.worker.answers import STREAM_HEADER
from ts.worker.outputs import encode_output

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ts.context import Context

int_size = 4
END_OF_LIST = struct.pack("!i", -1)


def send_intermediate_predict_response(
    ret: list[Any], req_id_map: dict[int, str], message: str, code: int, context: Context | None = None
) -> None:
    """
    Sends one piece of a streamed answer for every request of the batch, at once; what the handler returns is
    then the last piece. `req_id_map` is `context.request_ids`. A `code` other than 200 ends the batch with
    that error and `message`. Raises PredictionException when there is nobody to send to.
    """
    from ts.utils.util import PredictionException

    if code != 200:
        raise PredictionException(message, code)
    sink = getattr(context, "cl_socket", None)
    if sink is None:
        raise PredictionException("There is no request to send an intermediate answer to.", 503)
    sink.send_pieces(ret, req_id_map, context)


def create_predict_response(
    ret: list[Any] | None,
    req_id_map: dict[int, str],
    message: str,
    code: int,
    context: Context | None = None,
    ts_stream_next: bool = False,
) -> bytearray:
    """
    The message that answers a batch; a `code` other than 200 is every request's and `ret` is not looked at.
    """
    response = bytearray(struct.pack("!i", code)) + _text(message)
    for index, request_id in req_id_map.items():
        response += _text(request_id)
        if context is None or context.request_processor is None:
            response += _text("") + struct.pack("!i", code) + _text("") + struct.pack("!i", 0)
        else:
            _mark_stream(context, index, ret, ts_stream_next)
            status, phrase = context.get_response_status(index)
            response += _text(context.get_response_content_type(index) or "")
            response += struct.pack("!i", status) + _text(phrase or "")
            response += encode_response_headers(context.get_response_headers(index))
        body = b"error" if code != 200 else encode_output((ret or {})[index])
        response += struct.pack("!i", len(body)) + body
    return response + END_OF_LIST


def create_load_model_response(code: int, message: str) -> bytearray:
    """The message that answers a request to load a model."""
    return bytearray(struct.pack("!i", code)) + _text(message) + END_OF_LIST


def encode_response_headers(resp_hdr_map: dict[str, str]) -> bytearray:
    """The number of headers, then names and values."""
    encoded = bytearray(struct.pack("!i", len(resp_hdr_map)))
    for name, value in resp_hdr_map.items():
        encoded += _text(name) + _text(value)
    return encoded


def retrieve_msg(conn: Any) -> tuple[bytes, Any]:
    """
    The next message of a socket: its command byte, and a dict for `L` (load) or a list of requests for `I`
    (inference). Raises ValueError for another command, ConnectionError when the connection ends.
    """
    command = _take(conn, 1)
    if command == b"L":
        return command, _load_message(conn)
    if command == b"I":
        return command, _requests(conn)
    raise ValueError(f"Invalid command: {command!r}")


def _mark_stream(context: Context, index: int, ret: Any, ts_stream_next: bool) -> None:
    if ts_stream_next:
        context.set_response_header(index, STREAM_HEADER, "true")
        return
    stop = context.stopping_criteria[index](ret[index]) if context.stopping_criteria and ret else None
    if stop is not None:
        context.set_response_header(index, STREAM_HEADER, "false" if stop else "true")
    elif context.get_response_headers(index).get(STREAM_HEADER) == "true":
        context.set_response_header(index, STREAM_HEADER, "false")


def _text(value: str) -> bytes:
    encoded = value.encode()
    return struct.pack("!i", len(encoded)) + encoded


def _load_message(conn: Any) -> dict[str, Any]:
    message: dict[str, Any] = {"modelName": _bytes(conn), "modelPath": _bytes(conn), "batchSize": _int(conn)}
    message["handler"] = _bytes(conn)
    gpu = _int(conn)
    if gpu >= 0:
        message["gpu"] = gpu
    message["envelope"] = _bytes(conn)
    message["limitMaxImagePixels"] = _take(conn, 1) != b"\0"
    return message


def _requests(conn: Any) -> list[dict[str, Any]]:
    requests = []
    length = _int(conn)
    while length != -1:
        request: dict[str, Any] = {"requestId": _take(conn, length), "headers": [], "parameters": []}
        length = _int(conn)
        while length != -1:
            request["headers"].append({"name": _take(conn, length), "value": _bytes(conn)})
            length = _int(conn)
        length = _int(conn)
        while length != -1:
            request["parameters"].append(_part(conn, length))
            length = _int(conn)
        requests.append(request)
        length = _int(conn)
    return requests


def _part(conn: Any, name_bytes: int) -> dict[str, Any]:
    name = _take(conn, name_bytes).decode()
    content_type = _bytes(conn).decode()
    value: Any = _bytes(conn)
    if os.environ.get("TS_DECODE_INPUT_REQUEST", "true") == "true":
        if content_type == "application/json":
            value = json.loads(value)
        elif content_type.startswith("text"):
            value = value.decode()
    return {"name": name, "contentType": content_type, "value": value}


def _bytes(conn: Any) -> bytearray:
    return _take(conn, _int(conn))


def _int(conn: Any) -> int:
    return struct.unpack("!i", _take(conn, int_size))[0]


def _take(conn: Any, length: int) -> bytearray:
    taken = bytearray()
    while len(taken) < length:
        piece = conn.recv(length - len(taken))
        if not piece:
            raise ConnectionError("The connection ended within a message.")
        taken += piece
    return taken
