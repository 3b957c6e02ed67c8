"""Entries of DONE and heads of CHUNK."""

from __future__ import annotations

import json
import unittest

from ts.context import RequestProcessor
from ts.worker.answers import chunk_head, failure, head


def processor(status=200, phrase=None, **headers):
    made = RequestProcessor({})
    made.report_status(status, phrase)
    for name, value in headers.items():
        made.add_response_property(name.replace("_", "-"), value)
    return made


class Answers(unittest.TestCase):
    def test_are_plain_unless_the_handler_said_something(self):
        self.assertEqual(
            json.loads(head(processor(), 5)), {"status": 200, "reason": "", "headers": {}, "size": 5}
        )

    def test_carry_status_phrase_and_headers(self):
        answer = json.loads(head(processor(418, "teapot", X_Mine="ä", n=5), 0))
        self.assertEqual(
            answer, {"status": 418, "reason": "teapot", "headers": {"X-Mine": "ä", "n": "5"}, "size": 0}
        )

    def test_go_on_when_there_is_more(self):
        self.assertIs(json.loads(head(processor(a="b"), 1, True))["more"], True)

    def test_refuse_what_http_cannot_carry(self):
        bad = [
            processor(99),
            processor(1000),
            processor("200"),
            processor(200, "two\r\nlines"),
            processor(x="a\nb"),
            processor(x="你"),
            processor(**{"a b": "c"}),
            processor(**{"": "c"}),
        ]
        for each in bad:
            with self.assertRaises(ValueError):
                head(each, 0)
            with self.assertRaises(ValueError):
                chunk_head(each, 0)

    def test_of_pieces_name_their_request(self):
        piece = json.loads(chunk_head(processor(ts_stream_next="true"), 3))
        self.assertEqual(
            piece, {"status": 200, "reason": "", "headers": {"ts-stream-next": "true"}, "job": 3}
        )

    def test_that_failed_have_a_status_http_knows_and_any_text(self):
        self.assertEqual(
            json.loads(failure(513, 'a "b"\n\udcff')),
            {"status": 513, "reason": "", "headers": {}, "size": 0, "error": 'a "b"\n\udcff'},
        )
        for status in (0, 99, "404", None, 10**9):
            self.assertEqual(json.loads(failure(status, ValueError("x")))["status"], 500)


if __name__ == "__main__":
    unittest.main()
