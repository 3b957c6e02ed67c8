"""Batches through a handler: what goes in, what comes out, and what becomes of failures."""

from __future__ import annotations

import contextlib
import io
import json
import os
import unittest
import unittest.mock

from ts.service import Service as LoadedModel
from ts.utils.util import PredictionException
from ts.worker.service import Service


def service(handle, **options):
    model = LoadedModel("m", "/models/m", {}, handle, None, 1, True, options.pop("metrics", None), {})
    return Service(model, options.get("decode_input", True), options.get("limit", 1000))


def jobs(*bodies, **headers):
    return [
        {
            "id": f"r{index}",
            "verb": "predict",
            "headers": headers,
            "parts": [{"name": "body", "type": "", "size": len(body)}],
        }
        for index, body in enumerate(bodies)
    ]


def predict(made, *bodies, **headers):
    """Answers as dicts, bodies as bytes, and what was printed to stderr."""
    with contextlib.redirect_stderr(io.StringIO()) as printed:
        result = made.predict(jobs(*bodies, **headers), bytearray(b"".join(bodies)))
    return (
        [json.loads(text) for text in result.answers],
        [bytes(body) for body in result.bodies],
        printed.getvalue(),
    )


class Answers(unittest.TestCase):
    def test_are_in_the_order_of_the_requests(self):
        made = service(lambda data, context: [row["body"] + b"!" for row in data])
        answers, bodies, _ = predict(made, b"one", b"three")
        self.assertEqual([answer["size"] for answer in answers], [4, 6])
        self.assertEqual(bodies, [b"one!", b"three!"])

    def test_carry_what_the_context_was_told_and_forget_it_for_the_next_batch(self):
        told = []

        def handle(data, context):
            told.append(context.get_response_status(0))
            context.set_response_content_type(0, "text/html")
            context.set_response_header(0, "X-Id", context.get_request_id(1))
            context.set_response_status(201, "Made", 0)
            return ["a", "b"]

        made = service(handle)
        for _ in range(2):
            answers, _, _ = predict(made, b"", b"")
            self.assertEqual(answers[0]["headers"], {"content-type": "text/html", "X-Id": "r1"})
            self.assertEqual((answers[0]["status"], answers[0]["reason"]), (201, "Made"))
            self.assertEqual((answers[1]["status"], answers[1]["headers"]), (200, {}))
        self.assertEqual(told, [(200, None)] * 2)

    def test_know_headers_ids_and_the_metrics_ids(self):
        class Metrics:
            request_ids = None

        seen = {}

        def handle(data, context):
            seen.update(context.get_all_request_header(0), ids=dict(context.request_ids))
            seen["metrics"] = context.metrics.request_ids
            return ["a"]

        predict(service(handle, metrics=Metrics()), b"x", explain="True")
        self.assertEqual(seen["body"], {"content-type": ""})
        self.assertEqual(seen["explain"], "True")
        self.assertEqual((seen["ids"], seen["metrics"]), ({0: "r0"}, {0: "r0"}))

    def test_above_the_limit_fail_alone(self):
        made = service(lambda data, context: ["x" * len(row["body"]) for row in data], limit=4)
        answers, bodies, _ = predict(made, b"12345", b"1234")
        self.assertEqual(answers[0]["status"], 500)
        self.assertEqual(answers[0]["error"], "Worker died.")
        self.assertEqual((answers[1]["status"], bodies), (200, [b"xxxx"]))

    def test_that_are_prediction_exceptions_fail_alone(self):
        made = service(lambda data, context: [PredictionException("mine", 404), "fine"])
        answers, bodies, _ = predict(made, b"", b"")
        self.assertEqual((answers[0]["status"], answers[0]["error"]), (404, "mine"))
        self.assertEqual((answers[1]["status"], bodies), (200, [b"fine"]))

    def test_end_a_stream_that_was_begun(self):
        def handle(data, context):
            context.set_response_header(0, "ts_stream_next", "true")
            return ["end", "whole"]

        answers, _, _ = predict(service(handle), b"", b"")
        self.assertEqual([answer["headers"] for answer in answers], [{"ts_stream_next": "false"}, {}])

    def test_go_on_or_stop_by_the_criteria(self):
        def handle(data, context):
            context.stopping_criteria = [lambda item: item == "stop", lambda item: False, lambda item: None]
            return ["stop", "go", "open"]

        answers, _, _ = predict(service(handle), b"", b"", b"")
        self.assertEqual(
            [answer["headers"].get("ts_stream_next") for answer in answers], ["false", "true", None]
        )


class Failures(unittest.TestCase):
    def failed(self, handle):
        answers, bodies, printed = predict(service(handle), b"", b"")
        self.assertEqual(bodies, [])
        self.assertEqual(answers[0], answers[1])
        return answers[0]["status"], answers[0]["error"], printed

    def test_have_torchserves_status_and_text(self):
        class Odd(Exception):
            def __str__(self):
                raise ValueError("no text")

        cases = [
            (ValueError("x"), 503, "Prediction failed"),
            (MemoryError("no room"), 507, "Out of resources"),
            (RuntimeError("CUDA out of memory"), 507, "Out of resources"),
            (PredictionException("mine", 513), 513, "mine"),
            (PredictionException("mine"), 500, "mine"),
            (PredictionException("odd", "nonsense"), 500, "odd"),
            (Odd(), 503, "Prediction failed"),
        ]
        for error, status, text in cases:

            def handle(data, context, error=error):
                raise error

            with self.subTest(repr(type(error))):
                self.assertEqual(self.failed(handle)[:2], (status, text))

    def test_of_wrong_answers_too(self):
        self.assertEqual(
            self.failed(lambda data, context: "no list")[:2], (503, "Invalid model predict output")
        )
        self.assertEqual(
            self.failed(lambda data, context: ["one"])[:2], (503, "number of batch response mismatched")
        )
        unknown = self.failed(lambda data, context: [object(), "fine"])
        self.assertEqual(unknown[:2], (503, "Unsupported model output data type."))

    def test_are_shown_from_the_handler_on_unless_they_are_meant(self):
        def handle(data, context):
            raise KeyError("where")

        printed = self.failed(handle)[2]
        self.assertIn("KeyError: 'where'", printed)
        self.assertIn("in handle", printed)
        self.assertNotIn("in predict", printed)

        def refuse(data, context):
            raise PredictionException("no", 400)

        self.assertEqual(self.failed(refuse)[2], "")

    def test_of_heads_that_http_cannot_carry_name_what_is_wrong(self):
        def handle(data, context):
            context.set_response_header(0, "a b", "c")
            return ["x", "y"]

        status, text, printed = self.failed(handle)
        self.assertEqual((status, text), (503, "Prediction failed"))
        self.assertIn("'a b' cannot be the name of a header", printed)

    def test_that_end_processes_are_not_answers(self):
        def leave(data, context):
            raise SystemExit(3)

        with self.assertRaises(SystemExit):
            predict(service(leave), b"")


class BrokenGroups(unittest.TestCase):
    """A rank whose connection to another was lost ends: nobody must be sent into its group any more."""

    LOST = "[../gloo/transport/tcp/pair.cc:525] Connection closed by peer [127.0.0.1]:4711"

    def lose(self, wrap=False):
        def handle(data, context):
            try:
                raise RuntimeError(self.LOST)
            except RuntimeError as error:
                if wrap:
                    raise PredictionException("The model failed.", 500) from error
                raise

        return predict(service(handle), b"one")

    def test_end_their_ranks(self):
        with unittest.mock.patch.dict(os.environ, {"TS_SERVE_LAUNCHER": "1"}):
            for wrap in (False, True):
                with self.assertRaises(SystemExit) as ended:
                    self.lose(wrap)
                self.assertEqual(ended.exception.code, 70)

    def test_do_not_end_for_other_errors_whatever_a_client_wrote(self):
        for text in ("no such token", "cannot read: an igloo", "cannot read: NCCL [x/gloo/y]"):

            def handle(data, context, text=text):
                raise RuntimeError(text)

            with unittest.mock.patch.dict(os.environ, {"TS_SERVE_LAUNCHER": "1"}):
                answers, _, _ = predict(service(handle), b"one")
            self.assertEqual(answers[0]["status"], 503)

    def test_are_nothing_a_worker_of_one_process_knows(self):
        answers, _, _ = self.lose()
        self.assertEqual(answers[0]["status"], 503)


if __name__ == "__main__":
    unittest.main()
