"""Frames as bytes."""

from __future__ import annotations

import unittest

from ts.worker.encode import encode_head, encode_header
from ts.worker.frames import LOG, MAX_FRAME_BYTES


class Heads(unittest.TestCase):
    def test_count_what_follows_the_length(self):
        self.assertEqual(encode_head(LOG, 5, "{}", 3), b"\0\0\0\x0f\x0b\0\0\0\0\5\0\0\0\2{}")

    def test_hold_text_that_is_no_unicode(self):
        self.assertIn(b'{"message":"?"}', encode_head(LOG, 0, encode_header({"message": "\udcff"})))

    def test_refuse_what_the_length_cannot_say(self):
        with self.assertRaisesRegex(OverflowError, "longer than a frame can be"):
            encode_head(LOG, 0, "{}", MAX_FRAME_BYTES)


if __name__ == "__main__":
    unittest.main()
