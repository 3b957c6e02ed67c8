"""Frames of a rank behind the first."""

from __future__ import annotations

import socket
import unittest

from ts.worker.decode import FrameReader
from ts.worker.frames import ALIVE, CHUNK, DONE, METRIC, READY
from ts.worker.rank_outbox import RankOutbox


class RankOutboxes(unittest.TestCase):
    def test_say_of_a_batch_only_that_it_is_done(self):
        ours, theirs = socket.socketpair()
        with ours, theirs:
            outbox = RankOutbox(ours)
            outbox.put(READY, 0, {"credits": 1})
            outbox.put(METRIC, 0, {"name": "n"})
            outbox.put_text(CHUNK, 3, '{"job":0}', [b"piece"])
            outbox.put_text(DONE, 3, '{"answers":[{"size":5}],"credits":1}', [b"bytes"])
            outbox.put(ALIVE, 0, {})
            outbox.flush()
            reader = FrameReader(theirs)
            frames = [reader.read() for _ in range(3)]
        self.assertEqual([(frame.kind, frame.id) for frame in frames], [(READY, 0), (DONE, 3), (ALIVE, 0)])
        self.assertEqual(frames[1].header["answers"], [])
        self.assertEqual(bytes(frames[1].body), b"")
