"""The envelopes `body` and `json`; what they make of a request was recorded from TorchServe."""

from __future__ import annotations

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from ts.torch_handler.request_envelope.base import BaseEnvelope
from ts.torch_handler.request_envelope.body import BodyEnvelope
from ts.torch_handler.request_envelope.json import JSONEnvelope
from wrapped import ask

HI = {"b64": "aGk="}


def instances(*items):
    return {"body": {"instances": list(items)}}


class Envelopes(unittest.TestCase):
    def test_an_envelope_must_say_what_goes_in_and_out(self):
        with self.assertRaises(TypeError):
            BaseEnvelope(print)

    def test_loading_and_no_answers_pass_through(self):
        for envelope in (BodyEnvelope, JSONEnvelope):
            self.assertEqual(ask(envelope, None), (None, None))
            self.assertEqual(ask(envelope, []), ([], []))
        self.assertEqual(ask(JSONEnvelope, [instances(1)], []), ([1], []))

    def test_the_context_is_at_hand(self):
        context = object()
        envelope = BodyEnvelope(lambda data, given: [given])
        self.assertEqual(envelope.handle([{"body": 1}], context), [context])
        self.assertIs(envelope.context, context)

    def test_answers_without_a_truth_are_answers(self):
        class Answers(list):
            def __bool__(self):
                raise ValueError("ambiguous")

        self.assertEqual(ask(JSONEnvelope, [instances(1)], Answers([5]))[1], ['{"predictions": [5]}'])


class Body(unittest.TestCase):
    def test_the_handler_gets_data_or_body_of_each_request(self):
        rows = [{"data": b"x"}, {"body": "y"}, {"z": 1}, {"data": None, "body": 3}, {"data": "", "body": ""}]
        expected = [b"x", "y", None, 3, ""]
        self.assertEqual(ask(BodyEnvelope, rows), (expected, expected))


class Json(unittest.TestCase):
    def test_the_handler_gets_the_instances_of_all_requests_and_each_gets_its_own_answers(self):
        rows = [{"data": {"instances": [1, 2]}}, instances(3), {"instances": [4]}]
        got, answers = ask(JSONEnvelope, rows, [{"a": 1}, 2.5, "é", None])
        self.assertEqual(got, [1, 2, 3, 4])
        self.assertEqual(
            answers,
            ['{"predictions": [{"a": 1}, 2.5]}', '{"predictions": ["\\u00e9"]}', '{"predictions": [null]}'],
        )

    def test_base64_is_decoded_as_an_instance_or_one_of_its_values(self):
        for given, expected in (
            ([HI, HI], [b"hi", b"hi"]),
            ([{"x": HI, "y": 3}, {"y": 2}], [{"x": b"hi", "y": 3}, {"y": 2}]),
            ([{"x": 1}, {"x": HI}], [{"x": 1}, {"x": b"hi"}]),
            ([HI, {"x": HI}], [b"hi", {"x": b"hi"}]),
            ([{**HI, "o": 1}, HI], [{**HI, "o": 1}, b"hi"]),
            ([{"x": {**HI, "o": 1}}], [{"x": {**HI, "o": 1}}]),
            ([{"x": [HI]}], [{"x": [HI]}]),
            ([{"x": {"y": HI}}], [{"x": {"y": HI}}]),
            ([1, HI], [1, HI]),
            ([[1], [HI]], [[1], [HI]]),
        ):
            with self.subTest(given=given):
                self.assertEqual(ask(JSONEnvelope, [instances(*given)], [0])[0], expected)

    def test_a_request_of_another_form_is_refused(self):
        for row in (
            {"body": b'{"instances": [1]}'},
            {"body": [1, 2]},
            {"body": {"x": 1}},
            {"x": 1},
            {"body": {"instances": 3}},
            {"body": {"instances": {"a": 1}}},
            instances({"b64": "aGk"}),
        ):
            with self.subTest(row=row), self.assertRaises(ValueError):
                ask(JSONEnvelope, [row])

    def test_nobody_gets_the_answers_of_another(self):
        for answers in ([1], [1, 2, 3, 4]):
            with self.assertRaisesRegex(ValueError, f"answered {len(answers)} of 3 instances"):
                ask(JSONEnvelope, [instances(1, 2), instances(3)], answers)
        self.assertEqual(ask(JSONEnvelope, [instances(1, 2)], ["both"])[1], ['{"predictions": ["both"]}'])

    def test_answers_that_are_no_json_raise(self):
        with self.assertRaises(TypeError):
            ask(JSONEnvelope, [instances(1)], [b"x"])


if __name__ == "__main__":
    unittest.main()
