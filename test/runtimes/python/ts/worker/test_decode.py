"""Frames out of a socket, however they are cut."""

from __future__ import annotations

import os
import random
import socket
import threading
import unittest

from ts.worker.decode import BUFFER_BYTES, FrameReader
from ts.worker.frames import BATCH, BYE, ProtocolError
from worker_process import frame


class Reading(unittest.TestCase):
    def setUp(self):
        self.ours, self.theirs = socket.socketpair()
        self.addCleanup(self.ours.close)
        self.addCleanup(self.theirs.close)
        self.reader = FrameReader(self.ours)

    def send(self, data, sizes=None):
        """From a thread, in pieces of these sizes."""

        def run():
            at = 0
            for size in sizes or [len(data)]:
                self.theirs.sendall(data[at : at + size])
                at += size
            self.theirs.sendall(data[at:])

        thread = threading.Thread(target=run)
        thread.start()
        self.addCleanup(thread.join)

    def test_puts_pieces_together(self):
        data = frame("BATCH", 7, {"jobs": []}, b"0123456789") + frame("BYE", 0, {})
        self.send(data, [1] * len(data))
        first, second = self.reader.read(), self.reader.read()
        self.assertEqual(
            (first.kind, first.id, first.header, first.body), (BATCH, 7, {"jobs": []}, b"0123456789")
        )
        self.assertEqual((second.kind, second.body), (BYE, b""))

    def test_gives_bodies_of_every_size_around_the_buffers(self):
        sizes = [0, 1, 16_000, 16_384, 16_385, BUFFER_BYTES - 40, BUFFER_BYTES, BUFFER_BYTES + 1, 300_000]
        random.Random(4711).shuffle(sizes)
        bodies = [os.urandom(size) for size in sizes * 3]
        data = b"".join(frame("BATCH", 1, {"jobs": [size]}, body) for size, body in enumerate(bodies))
        self.send(data, [random.Random(1).randrange(1, 70_000) for _ in range(40)])
        for number, body in enumerate(bodies):
            read = self.reader.read()
            self.assertEqual(read.header, {"jobs": [number]})
            self.assertTrue(read.body == body, f"body {number} of {len(body)} bytes")

    def test_takes_headers_longer_than_the_buffer_and_shrinks_back(self):
        names = ["n" * 50] * 10_000
        self.send(frame("BATCH", 1, {"jobs": names}, b"body") + frame("BYE", 0, {}))
        self.assertEqual(self.reader.read().header, {"jobs": names})
        self.assertEqual(self.reader.read().kind, BYE)
        self.assertIsNone(self.reader.poll())
        self.assertEqual(len(self.reader._buffer), BUFFER_BYTES)

    def test_bodies_belong_to_their_taker(self):
        self.send(frame("BATCH", 1, {}, b"a" * 100) + frame("BATCH", 2, {}, b"b" * 100_000))
        first, second = self.reader.read(), self.reader.read()
        first.body.clear()
        second.body.extend(b"more")
        self.assertEqual(len(second.body), 100_004)

    def test_does_not_wait_when_polled(self):
        self.assertIsNone(self.reader.poll())
        whole = frame("BATCH", 1, {}, b"x" * 10)
        self.theirs.sendall(whole[:20])
        self.assertIsNone(self.reader.poll())
        self.theirs.sendall(whole[20:])
        self.assertEqual(self.reader.poll().body, b"x" * 10)
        self.assertFalse(self.reader.ended)

    def test_tells_the_end_of_the_connection(self):
        self.theirs.close()
        self.assertIsNone(self.reader.read())
        self.assertTrue(self.reader.ended)

    def test_refuses_what_is_no_frame(self):
        bad = {
            "an unknown type": b"\0\0\0\x0c\x7f\0\0\0\0\0\0\0\0\2{}",
            "a header longer than the frame": b"\0\0\0\x0c\5\0\0\0\0\0\0\0\0\3{}",
            "a header that is not JSON": b"\0\0\0\x0c\5\0\0\0\0\0\0\0\0\2{x",
            "a header of two values": b"\0\0\0\x0e\5\0\0\0\0\0\0\0\0\4{}{}",
        }
        for what, data in bad.items():
            with self.subTest(what):
                ours, theirs = socket.socketpair()
                with ours, theirs:
                    theirs.sendall(data)
                    with self.assertRaises(ProtocolError):
                        FrameReader(ours).read()

    def test_refuses_an_end_within_a_long_body(self):
        self.theirs.sendall(frame("BATCH", 1, {}, b"x" * 100_000)[:60_000])
        self.theirs.close()
        with self.assertRaisesRegex(ProtocolError, "ended within a frame"):
            self.reader.read()


if __name__ == "__main__":
    unittest.main()
