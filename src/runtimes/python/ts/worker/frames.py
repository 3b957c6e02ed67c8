"""The words of the worker protocol; twin of frames.ts, described in PROTOCOL.md."""

from __future__ import annotations

import struct

PROTOCOL_VERSION = 1

HELLO = 1
LOAD = 2
READY = 3
FAILED = 4
BATCH = 5
CHUNK = 6
DONE = 7
CANCEL = 8
BYE = 9
METRIC = 10
LOG = 11
ALIVE = 12

NAMES = (
    "",
    "HELLO",
    "LOAD",
    "READY",
    "FAILED",
    "BATCH",
    "CHUNK",
    "DONE",
    "CANCEL",
    "BYE",
    "METRIC",
    "LOG",
    "ALIVE",
)

#: u32 length, u8 type, u8 flags, u32 id, u32 header length; the length counts everything after itself.
PREFIX = struct.Struct(">IBBII")
PREFIX_BYTES = PREFIX.size
#: What the length field counts beside header and body.
COUNTED_PREFIX_BYTES = PREFIX_BYTES - 4
MAX_FRAME_BYTES = 2**32 - 1


class ProtocolError(Exception):
    """The other side sent what is no frame."""
