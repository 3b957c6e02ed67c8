"""The golden frames that all languages read and write."""

from __future__ import annotations

import json
import os
import socket
import unittest

from ts.worker import frames
from ts.worker.decode import FrameReader
from ts.worker.encode import encode_head, encode_header

GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), *[".."] * 5, "fixtures", "wire")

with open(os.path.join(GOLDEN, "frames.json"), encoding="utf-8") as file:
    DESCRIBED = json.load(file)


def read_bytes(described):
    with open(os.path.join(GOLDEN, described["file"]), "rb") as file:
        return file.read()


class GoldenFrames(unittest.TestCase):
    def test_there_is_one_of_every_type(self):
        self.assertEqual({each["type"] for each in DESCRIBED}, set(frames.NAMES[1:]))

    def test_are_written_byte_for_byte(self):
        for described in DESCRIBED:
            with self.subTest(described["file"]):
                body = "".join(described["bodies"]).encode()
                kind = frames.NAMES.index(described["type"])
                head = encode_head(kind, described["id"], encode_header(described["header"]), len(body))
                self.assertEqual(head + body, read_bytes(described))

    def test_are_read_as_what_they_say(self):
        ours, theirs = socket.socketpair()
        with ours, theirs:
            reader = FrameReader(ours)
            theirs.sendall(b"".join(read_bytes(described) for described in DESCRIBED))
            for described in DESCRIBED:
                with self.subTest(described["file"]):
                    frame = reader.read()
                    self.assertEqual(frames.NAMES[frame.kind], described["type"])
                    self.assertEqual(frame.id, described["id"])
                    self.assertEqual(frame.header, described["header"])
                    self.assertEqual(frame.body, "".join(described["bodies"]).encode())
                    self.assertIsInstance(frame.body, bytearray)


if __name__ == "__main__":
    unittest.main()
