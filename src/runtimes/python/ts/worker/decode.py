"""Frames out of a socket; twin of decode.ts."""

from __future__ import annotations

import socket
from collections import namedtuple
from json.decoder import JSONDecodeError, JSONDecoder

from ts.worker.frames import COUNTED_PREFIX_BYTES, NAMES, PREFIX, PREFIX_BYTES, ProtocolError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: What one read may bring; also what the buffer shrinks back to.
BUFFER_BYTES = 64 * 1024
#: Bodies that miss more than this are read into their own memory instead of through the buffer.
DIRECT_BYTES = 16 * 1024

_scan = JSONDecoder().scan_once


class Frame(namedtuple("Frame", "kind id header body")):
    """One message of the server. `body` belongs to whoever takes the frame."""

    __slots__ = ()

    kind: int
    id: int
    header: Any
    body: bytearray


class FrameReader:
    """Reads from a stream socket. What is behind a frame waits in the buffer for the next call."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._buffer = bytearray(BUFFER_BYTES)
        self._view = memoryview(self._buffer)
        self._start = 0
        self._end = 0
        #: True once the server has closed the connection.
        self.ended = False

    def fileno(self) -> int:
        """The socket's descriptor, for whoever waits for more than this socket."""
        return self._socket.fileno()

    def read(self) -> Frame | None:
        """The next frame, waited for; None at the end of the connection. Raises ProtocolError, OSError."""
        while True:
            frame = self.take()
            if frame is not None:
                return frame
            if not self._fill(0):
                return None

    def poll(self) -> Frame | None:
        """The next frame if it is there already, else None. Raises ProtocolError, OSError."""
        while True:
            frame = self.take()
            if frame is not None:
                return frame
            try:
                if not self._fill(socket.MSG_DONTWAIT):
                    return None
            except BlockingIOError:
                return None

    def take(self) -> Frame | None:
        """
        A frame that is in the buffer, else None; reads only to complete a long one. Raises ProtocolError,
        OSError.
        """
        start = self._start
        there = self._end - start
        if there < PREFIX_BYTES:
            return None
        length, kind, _, frame_id, header_bytes = PREFIX.unpack_from(self._buffer, start)
        body_bytes = length - COUNTED_PREFIX_BYTES - header_bytes
        if body_bytes < 0 or not 0 < kind < len(NAMES):
            raise ProtocolError(f"There is no frame of type {kind} with {length} bytes.")
        body_at = start + PREFIX_BYTES + header_bytes
        missing = body_at + body_bytes - self._end
        if body_at > self._end:
            self._reserve(PREFIX_BYTES + header_bytes)
            return None
        if 0 < missing < DIRECT_BYTES and body_at + body_bytes <= len(self._buffer):
            return None
        header = _parse(str(self._view[start + PREFIX_BYTES : body_at], "utf-8"))
        if missing <= 0:
            self._start = body_at + body_bytes
            body = self._buffer[body_at : self._start] if body_bytes else bytearray()
        else:
            body = self._read_long(body_at, body_bytes)
        return Frame(kind, frame_id, header, body)

    def _read_long(self, body_at: int, body_bytes: int) -> bytearray:
        """A body straight into the memory that the handler gets."""
        body = bytearray(body_bytes)
        there = self._end - body_at
        with memoryview(body) as view:
            view[:there] = self._view[body_at : self._end]
            self._start = self._end = 0
            while there < body_bytes:
                with view[there:] as rest:
                    count = self._socket.recv_into(rest, 0, socket.MSG_WAITALL)
                if count == 0:
                    raise ProtocolError("The connection ended within a frame.")
                there += count
        return body

    def _fill(self, flags: int) -> int:
        """Reads what is there; 0 at the end of the connection."""
        if self._start == self._end:
            self._start = self._end = 0
            if len(self._buffer) > BUFFER_BYTES:
                self._replace(BUFFER_BYTES)
        elif self._end == len(self._buffer):
            self._replace(len(self._buffer))
        count = self._socket.recv_into(self._view[self._end :], 0, flags)
        self._end += count
        self.ended = count == 0
        return count

    def _reserve(self, size: int) -> None:
        """Makes room for `size` bytes from the start of the frame at hand."""
        if self._start + size <= len(self._buffer):
            return
        self._replace(max(size, BUFFER_BYTES))

    def _replace(self, size: int) -> None:
        """A buffer of `size` bytes that begins with what was not taken yet."""
        rest = self._buffer[self._start : self._end]
        self._buffer = bytearray(max(size, len(rest)))
        self._view = memoryview(self._buffer)
        self._view[: len(rest)] = rest
        self._start = 0
        self._end = len(rest)


def _parse(text: str) -> Any:
    try:
        value, end = _scan(text, 0)
    except (StopIteration, JSONDecodeError) as error:
        raise ProtocolError("The header of a frame is not JSON.") from error
    if end != len(text):
        raise ProtocolError("The header of a frame is more than one JSON value.")
    return value
