"""The envelope `kserve`; what it makes of a request was recorded from TorchServe."""

from __future__ import annotations

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from ts.torch_handler.request_envelope.kserve import KServeEnvelope
from wrapped import Context, ask


class KServe(unittest.TestCase):
    def test_the_handler_gets_the_instances_of_the_first_request(self):
        for body in ({"instances": [1, 2]}, b'{"instances": [1, 2]}', bytearray(b'{"instances": [1, 2]}')):
            for name in ("body", "data"):
                self.assertEqual(
                    ask(KServeEnvelope, [{name: body}, {"body": {"instances": [3]}}]),
                    ([1, 2], [{"predictions": [1, 2]}]),
                )

    def test_base64_is_left_to_the_handler(self):
        self.assertEqual(
            ask(KServeEnvelope, [{"body": {"instances": [{"b64": "aGk="}]}}])[0], [{"b64": "aGk="}]
        )

    def test_explanations_have_their_own_name(self):
        rows = [{"body": {"instances": [1]}}]
        for header, key in (("True", "explanations"), ("true", "predictions"), (None, "predictions")):
            self.assertEqual(ask(KServeEnvelope, rows, [5], Context({"explain": header}))[1], [{key: [5]}])

    def test_without_instances_the_handler_gets_none(self):
        self.assertEqual(ask(KServeEnvelope, [{"body": {"x": 1}}], ["a"]), (None, [{"predictions": ["a"]}]))

    def test_what_is_no_object_is_refused(self):
        for row in ({"body": b"no json"}, {"body": [1]}, {"body": "text"}, {"x": 1}):
            with self.subTest(row=row), self.assertRaises(ValueError):
                ask(KServeEnvelope, [row])


if __name__ == "__main__":
    unittest.main()
