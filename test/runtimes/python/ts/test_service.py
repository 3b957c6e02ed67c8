"""A loaded model without a server around it."""

from __future__ import annotations

import asyncio
import contextlib
import io
import unittest

import ts
from ts import service as module
from ts.async_service import AsyncService
from ts.service import PredictionException, Service, emit_metrics

BATCH = [
    {
        "requestId": b"r1",
        "headers": [{"name": b"X-One", "value": b"1"}],
        "parameters": [{"name": "data", "value": b"abc", "contentType": "text/plain"}],
    },
    {"requestId": b"r2", "parameters": []},
]


def service(entry_point):
    return Service("m", "/m", {"model": {}}, entry_point, None, 2)


class Services(unittest.TestCase):
    def test_have_a_context_of_their_model(self):
        made = service(lambda data, context: data)
        self.assertEqual((made.context.model_name, made.context.manifest), ("m", {"model": {}}))
        self.assertEqual(made.context.system_properties["server_version"], ts.__version__)
        made.set_cl_socket("somewhere")
        self.assertEqual(made.context.cl_socket, "somewhere")

    def test_take_torchserves_batches_apart(self):
        processors, inputs, ids = Service.retrieve_data_for_inference(BATCH)
        self.assertEqual(inputs, [{"data": b"abc"}, {}])
        self.assertEqual(ids, {0: "r1", 1: "r2"})
        self.assertEqual(
            processors[0].get_request_properties(), {"data": {"content-type": "text/plain"}, "X-One": "1"}
        )
        with self.assertRaisesRegex(ValueError, "Received invalid inputs"):
            Service.retrieve_data_for_inference([])

    def test_predict_and_refuse_what_does_not_fit(self):
        made = service(lambda data, context: [context.get_request_id(index) for index in range(len(data))])
        self.assertEqual(made.predict(BATCH), ["r1", "r2"])
        with self.assertRaises(PredictionException):
            service(lambda data, context: ["one"]).predict(BATCH)

    def test_may_be_awaited(self):
        async def handle(data, context):
            await asyncio.sleep(0)
            return [len(row) for row in data]

        self.assertEqual(asyncio.run(AsyncService(service(handle)).call_predict(BATCH)), [1, 0])
        plain = AsyncService(service(lambda data, context: ["a", "b"]))
        self.assertEqual(asyncio.run(plain.call_predict(BATCH)), ["a", "b"])

    def test_keep_old_names(self):
        self.assertEqual(module.PREDICTION_METRIC, "PredictionTime")
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            emit_metrics(["Some.Count:1|#Level:Model|#hostname:h,1"])
            emit_metrics(None)
        self.assertEqual(printed.getvalue(), "[METRICS]Some.Count:1|#Level:Model|#hostname:h,1\n")


if __name__ == "__main__":
    unittest.main()
