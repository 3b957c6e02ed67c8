"""Frames on their way out."""

from __future__ import annotations

import os
import socket
import threading
import unittest

from ts.worker.decode import FrameReader
from ts.worker.frames import CHUNK, DONE, METRIC
from ts.worker.outbox import Outbox


class Sends:
    """A socket that notes what it is asked to send, and takes no more than `at_most` bytes of a gathered write."""

    def __init__(self, at_most=1 << 30):
        self.writes = []
        self._at_most = at_most

    def sendall(self, data):
        self.writes.append(bytes(data))

    def sendmsg(self, views):
        data = b"".join(views)[: self._at_most]
        self.writes.append(data)
        return len(data)


class Outboxes(unittest.TestCase):
    def test_send_frames_made_together_in_one_write(self):
        sends = Sends()
        outbox = Outbox(sends)
        outbox.put(METRIC, 0, {"name": "n"})
        outbox.put(DONE, 3, {}, [b"one", bytearray(b"two")])
        self.assertEqual(sends.writes, [])
        outbox.flush()
        outbox.flush()
        self.assertEqual(len(sends.writes), 1)
        self.assertTrue(sends.writes[0].endswith(b"{}onetwo"))

    def test_send_long_bodies_without_joining_them_however_little_is_taken(self):
        for at_most in (1 << 30, 70_001):
            sends = Sends(at_most)
            outbox = Outbox(sends)
            bodies = [os.urandom(50_000), b"", bytearray(os.urandom(100_000))]
            outbox.put(DONE, 1, {}, bodies)
            outbox.flush()
            self.assertTrue(b"".join(sends.writes).endswith(b"".join(bodies)))

    def test_send_more_pieces_than_one_write_takes(self):
        sends = Sends()
        outbox = Outbox(sends)
        bodies = [b"%04d" % number * 100 for number in range(2000)]
        outbox.put(DONE, 1, {}, bodies)
        outbox.flush()
        self.assertTrue(b"".join(sends.writes).endswith(b"".join(bodies)))

    def test_send_at_once_while_nobody_is_going_to_flush(self):
        sends = Sends()
        outbox = Outbox(sends)
        outbox.resting = True
        outbox.put(METRIC, 0, {})
        self.assertEqual(len(sends.writes), 1)

    def test_drop_what_is_muted(self):
        sends = Sends()
        outbox = Outbox(sends, muted=(DONE, CHUNK))
        outbox.put(DONE, 1, {})
        outbox.put(METRIC, 0, {})
        outbox.flush()
        self.assertEqual(len(sends.writes), 1)
        self.assertEqual(sends.writes[0][4], METRIC)

    def test_keep_frames_whole_that_many_threads_put(self):
        ours, theirs = socket.socketpair()
        with ours, theirs:
            outbox = Outbox(ours)
            count, threads = 200, []

            def run(number):
                for _ in range(count):
                    outbox.put(CHUNK, number, {"job": number}, [bytes([number]) * 1000])
                    outbox.flush()

            for number in range(4):
                threads.append(threading.Thread(target=run, args=(number,)))
                threads[-1].start()
            reader = FrameReader(theirs)
            seen = [0] * 4
            for _ in range(4 * count):
                frame = reader.read()
                self.assertEqual(frame.body, bytes([frame.id]) * 1000)
                seen[frame.id] += 1
            for thread in threads:
                thread.join()
            self.assertEqual(seen, [count] * 4)


if __name__ == "__main__":
    unittest.main()
