"""The envelope `kservev2`; what it makes of a request was recorded from TorchServe."""

from __future__ import annotations

import json
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from wrapped import Context, ask

NEEDS = ["numpy"]


def tensor(**changes):
    return {"name": "in", "shape": [2], "datatype": "INT32", "data": [1, 2], **changes}


class KServeV2(unittest.TestCase):
    def ask(self, body, *more, context=None):
        from ts.torch_handler.request_envelope.kservev2 import KServev2Envelope

        return ask(KServev2Envelope, [{"body": body}], *more, context=context)

    def outputs(self, answers, inputs=1):
        """The outputs for a request of `inputs` tensors."""
        names = [tensor(name=f"in{index}") for index in range(inputs)]
        return self.ask({"inputs": names}, answers)[1][0]["outputs"]

    def test_the_handler_gets_the_inputs_in_their_shapes(self):
        for given, data in (
            (tensor(), [1, 2]),
            (tensor(shape=[2, 2], data=[1, 2, 3, 4]), [[1, 2], [3, 4]]),
            (tensor(shape=[1, 2], data=[[1.5, 2]]), [[1.5, 2.0]]),
            (tensor(datatype="BYTES", data=["hello", "more"]), "hello"),
            (tensor(datatype="BOOL", data=[True, False]), [True, False]),
            (tensor(parameters={"a": 1}), [1, 2]),
        ):
            with self.subTest(given=given):
                self.assertEqual(self.ask({"inputs": [given]}, ["x"])[0], [{**given, "data": data}])

    def test_the_answer_names_request_model_and_outputs(self):
        body = {"id": "mine", "inputs": [tensor(), tensor(name="two")]}
        for given in (body, json.dumps(body).encode(), bytearray(json.dumps(body).encode())):
            self.assertEqual(
                self.ask(given, [[1, 2], ["a"]])[1],
                [
                    {
                        "id": "mine",
                        "model_name": "zoo",
                        "model_version": "3.1",
                        "outputs": [
                            {"name": "in", "datatype": "INT64", "data": [1, 2], "shape": [2]},
                            {"name": "two", "datatype": "BYTES", "data": ["a"], "shape": [1]},
                        ],
                    }
                ],
            )

    def test_a_request_without_an_id_gets_the_servers_and_the_manifest_may_say_nothing(self):
        for given in ({}, {"id": ""}, {"id": " "}, {"id": 5}):
            [answer] = self.ask({"inputs": [tensor()], **given}, [1], context=Context(model={}))[1]
            self.assertEqual(
                (answer["id"], answer["model_name"], answer["model_version"]), ("request-0", None, None)
            )

    def test_outputs_have_the_types_of_the_protocol_and_are_flat(self):
        import numpy

        for answer, datatype, data in (
            (True, "BOOL", [True]),
            (1.5, "FP64", [1.5]),
            (numpy.float16(2), "FP16", [2.0]),
            (numpy.array([1.5], dtype="float32"), "FP32", [1.5]),
            (numpy.array([[1, 2], [3, 4]], dtype="int8"), "INT8", [1, 2, 3, 4]),
            (numpy.array([1], dtype="uint64"), "UINT64", [1]),
            ([[1, 2], [3, 4]], "INT64", [1, 2, 3, 4]),
            (numpy.array(["a", "b"]), "BYTES", ["a", "b"]),
            (numpy.array(["a", 1], dtype=object), "BYTES", ["a", 1]),
            ([1, "a"], "BYTES", ["1", "a"]),
            ({"a": 1}, "BYTES", [{"a": 1}]),
            (None, "BYTES", [None]),
        ):
            with self.subTest(answer=answer):
                expected = {"name": "in0", "datatype": datatype, "data": data, "shape": [len(data)]}
                self.assertEqual(self.outputs([answer]), [expected])
                json.dumps(expected)

    def test_fewer_outputs_than_inputs_are_enough_and_more_are_not(self):
        self.assertEqual([one["name"] for one in self.outputs([1], inputs=2)], ["in0"])
        with self.assertRaisesRegex(ValueError, "2 outputs for 1 inputs"):
            self.outputs([1, 2])

    def test_types_that_the_protocol_lacks_are_refused(self):
        import numpy

        for answer in (b"x", numpy.array([1], dtype="complex64"), numpy.datetime64("2020-01-01")):
            with self.subTest(answer=answer), self.assertRaisesRegex(ValueError, "has no datatype"):
                self.outputs([answer])

    def test_requests_of_another_form_are_refused(self):
        for body, error in (
            ({"x": 1}, KeyError),
            ([1], ValueError),
            (b"no json", ValueError),
            ("text", ValueError),
            ({"inputs": [tensor(shape=[3])]}, ValueError),
            ({"inputs": [{"name": "a"}]}, KeyError),
        ):
            with self.subTest(body=body), self.assertRaises(error):
                self.ask(body)


if __name__ == "__main__":
    unittest.main()
