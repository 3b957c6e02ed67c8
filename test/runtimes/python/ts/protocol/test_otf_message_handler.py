"""TorchServe's own messages."""

from __future__ import annotations

import os
import socket
import struct
import unittest
from unittest import mock

from ts.context import Context, RequestProcessor
from ts.protocol.otf_message_handler import (
    create_load_model_response,
    create_predict_response,
    encode_response_headers,
    retrieve_msg,
)


def text(value):
    data = value if isinstance(value, bytes) else value.encode()
    return struct.pack("!i", len(data)) + data


END = struct.pack("!i", -1)


def number(value):
    return struct.pack("!i", value)


class Written(unittest.TestCase):
    def test_answers_without_a_context(self):
        expected = number(200) + text("fine")
        expected += text("r1") + text("") + number(200) + text("") + number(0) + text('{\n  "a": 1\n}')
        self.assertEqual(create_predict_response([{"a": 1}], {0: "r1"}, "fine", 200), expected + END)

    def test_answers_with_one(self):
        context = Context("m", "/m", None, 1, None, "1")
        context.request_processor = [RequestProcessor({})]
        context.set_response_content_type(0, "text/html")
        context.set_response_status(201, "Mäde")
        written = create_predict_response(["x"], {0: "r1"}, "fine", 200, context, ts_stream_next=True)
        headers = number(2) + text("content-type") + text("text/html") + text("ts_stream_next") + text("true")
        body = text("r1") + text("text/html") + number(201) + text("Mäde") + headers + text("x")
        self.assertEqual(written, number(200) + text("fine") + body + END)
        last = create_predict_response(["x"], {0: "r1"}, "fine", 200, context)
        self.assertIn(text("ts_stream_next") + text("false"), last)

    def test_failures_of_the_whole_batch(self):
        expected = number(507) + text("no room")
        for name in ("r1", "r2"):
            expected += text(name) + text("") + number(507) + text("") + number(0) + text("error")
        self.assertEqual(create_predict_response(None, {0: "r1", 1: "r2"}, "no room", 507), expected + END)

    def test_answers_to_loading(self):
        self.assertEqual(create_load_model_response(200, "loaded"), number(200) + text("loaded") + END)

    def test_headers(self):
        self.assertEqual(encode_response_headers({"a": "ü"}), number(1) + text("a") + text("ü"))


class Read(unittest.TestCase):
    def read(self, data):
        ours, theirs = socket.socketpair()
        with ours, theirs:
            theirs.sendall(data)
            theirs.shutdown(socket.SHUT_WR)
            return retrieve_msg(ours)

    def test_requests_to_load(self):
        data = b"L" + text("m") + text("/m") + number(4) + text("h:f") + number(1) + text("") + b"\1"
        command, message = self.read(data)
        self.assertEqual(command, b"L")
        self.assertEqual(message["modelName"], b"m")
        self.assertEqual((message["batchSize"], message["gpu"], message["limitMaxImagePixels"]), (4, 1, True))
        cpu = self.read(
            b"L" + text("m") + text("/m") + number(1) + text("h") + number(-1) + text("") + b"\0"
        )[1]
        self.assertNotIn("gpu", cpu)
        self.assertFalse(cpu["limitMaxImagePixels"])

    def test_requests_to_infer(self):
        parts = (
            text("a") + text("application/json") + text("[1]") + text("b") + text("text/plain") + text("hi")
        )
        first = text("r1") + text("X") + text("1") + END + parts + END
        second = text("r2") + END + END
        command, requests = self.read(b"I" + first + second + END)
        self.assertEqual(command, b"I")
        self.assertEqual(requests[0]["requestId"], b"r1")
        self.assertEqual(requests[0]["headers"], [{"name": b"X", "value": b"1"}])
        self.assertEqual([part["value"] for part in requests[0]["parameters"]], [[1], "hi"])
        self.assertEqual(requests[1]["parameters"], [])
        with mock.patch.dict(os.environ, {"TS_DECODE_INPUT_REQUEST": "false"}):
            raw = self.read(b"I" + first + END)[1]
        self.assertEqual([part["value"] for part in raw[0]["parameters"]], [b"[1]", b"hi"])

    def test_neither_other_commands_nor_half_messages(self):
        with self.assertRaisesRegex(ValueError, "Invalid command"):
            self.read(b"X")
        with self.assertRaises(ConnectionError):
            self.read(b"L" + number(10) + b"m")


if __name__ == "__main__":
    unittest.main()
