"""Handlers of old."""

from __future__ import annotations

import unittest

from ts.model_service.model_service import ModelService, SingleNodeService


class Doubled(SingleNodeService):
    def _preprocess(self, data):
        return [int(row) for row in data]

    def _inference(self, data):
        return [2 * number for number in data]


class Services(unittest.TestCase):
    def test_answer_in_three_steps(self):
        service = Doubled("m", "/m", {"a": 1}, gpu=0)
        service.initialize("a context")
        self.assertEqual((service.model_name, service.gpu, service.context), ("m", 0, "a context"))
        self.assertEqual(service.handle(["1", "2"], "another"), [2, 4])
        self.assertEqual(service.context, "another")

    def test_need_a_step_of_their_own(self):
        with self.assertRaises(TypeError):
            ModelService("m", "/m", {})


if __name__ == "__main__":
    unittest.main()
