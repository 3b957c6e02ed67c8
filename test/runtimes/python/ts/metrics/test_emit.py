"""Where metrics leave the package: to the sender, or as TorchServe's line."""

from __future__ import annotations

import contextlib
import io
import os
import re
import unittest

from ts.metrics import emit

HEADER = {
    "name": "Cats",
    "value": 2.5,
    "unit": "Count",
    "type": "counter",
    "dimensions": {"ModelName": "zoo", "Level": "Model"},
    "requestIds": ["r1", "r2"],
}


def printed(header):
    """What is written to stdout when a metric is emitted."""
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        emit.emit(header)
    return text.getvalue()


class Emit(unittest.TestCase):
    def tearDown(self):
        emit.set_sender(None)

    def test_a_sender_gets_the_header_and_nothing_is_printed(self):
        sent = []
        emit.set_sender(sent.append)
        self.assertEqual(printed(HEADER), "")
        self.assertEqual(sent, [HEADER])

    def test_without_a_sender_the_line_of_torchserve_is_printed(self):
        line = r"\[METRICS\]Cats\.Count:2\.5\|#ModelName:zoo,Level:Model\|#type:COUNTER\|#hostname:[^,]+,\d{10},r1,r2\n"
        self.assertRegex(printed(HEADER), re.compile(f"^{line}$"))

    def test_a_line_without_dimensions_and_request_ids_ends_with_the_time(self):
        self.assertRegex(
            printed({**HEADER, "dimensions": {}, "requestIds": []}),
            r":2\.5\|#\|#type:COUNTER\|#hostname:[^,]+,\d+\n$",
        )

    def test_a_dimension_cannot_begin_a_line_of_its_own(self):
        line = printed({**HEADER, "dimensions": {"Who": "a\r\n[METRICS]Evil"}})
        self.assertEqual(line.count("\n"), 1)
        self.assertIn("Who:a [METRICS]Evil", line)

    @unittest.skipUnless(hasattr(os, "fork"), "this system has no fork")
    def test_a_forked_process_prints_and_leaves_the_senders_socket_alone(self):
        reading, writing = os.pipe()
        emit.set_sender(lambda header: os.write(writing, b"the sender was used"))
        child = os.fork()
        if child == 0:
            with os.fdopen(writing, "w") as pipe, contextlib.redirect_stdout(pipe):
                emit.emit(HEADER)
            os._exit(0)
        os.waitpid(child, 0)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            self.assertTrue(pipe.read().startswith("[METRICS]Cats.Count:2.5|"))


if __name__ == "__main__":
    unittest.main()
