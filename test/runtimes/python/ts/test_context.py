"""What a handler is told, and what it may say."""

from __future__ import annotations

import copy
import os
import unittest
from unittest import mock

from ts.context import Context, RequestProcessor


def context(*headers):
    made = Context("m", "/m", None, 4, 1, "1.0")
    made.request_ids = {index: f"r{index}" for index in range(len(headers))}
    made.request_processor = [RequestProcessor(dict(each)) for each in headers]
    return made


class Contexts(unittest.TestCase):
    def test_take_any_attribute(self):
        made = context()
        made.cache = {"a": 1}
        self.assertEqual(made.cache, {"a": 1})

    def test_are_equal_when_all_they_hold_is(self):
        self.assertEqual(Context("m", "/m", None, 1, None, "1"), Context("m", "/m", None, 1, None, "1"))
        self.assertNotEqual(Context("m", "/m", None, 1, None, "1"), Context("n", "/m", None, 1, None, "1"))
        self.assertNotEqual(Context("m", "/m", None, 1, None, "1"), "m")

    def test_can_be_copied(self):
        made = context({"a": "b"})
        self.assertEqual(copy.deepcopy(made).get_request_header(0, "a"), "b")

    def test_know_nothing_of_requests_before_the_first(self):
        made = Context("m", "/m", None, 1, None, "1")
        self.assertIsNone(made.request_ids)
        self.assertIsNone(made.get_request_id())
        self.assertEqual(made.model_yaml_config, {})

    def test_give_ids_and_headers_in_the_clients_letter_case(self):
        made = context({"X-One": "1", "body": {"content-type": "text/plain"}}, {})
        self.assertEqual(
            (made.get_request_id(), made.get_request_id(1), made.get_request_id(2)), ("r0", "r1", None)
        )
        self.assertEqual(made.get_request_header(0, "X-One"), "1")
        self.assertIsNone(made.get_request_header(0, "x-one"))
        self.assertEqual(made.get_all_request_header(0)["body"], {"content-type": "text/plain"})

    def test_keep_what_is_said_of_each_answer_apart(self):
        made = context({}, {})
        made.set_response_content_type(0, "text/html")
        made.set_response_header(0, "X", "1")
        made.set_response_status(201, "Made", 1)
        self.assertEqual(made.get_response_content_type(0), "text/html")
        self.assertEqual(made.get_response_headers(0), {"content-type": "text/html", "X": "1"})
        self.assertEqual(made.get_response_headers(1), {})
        self.assertEqual(
            (made.get_response_status(0), made.get_response_status(1)), ((200, None), (201, "Made"))
        )
        made.set_all_response_status(418)
        self.assertEqual([made.get_response_status(index) for index in (0, 1)], [(418, "")] * 2)

    def test_know_the_sequence_of_a_request_by_a_name_that_may_be_changed(self):
        self.assertEqual(context({"ts_request_sequence_id": "s"}).get_sequence_id(0), "s")
        self.assertIsNone(context({}).get_sequence_id(0))
        with mock.patch.dict(
            os.environ, {"TS_REQUEST_SEQUENCE_ID": "mine", "TS_REQUEST_SEQUENCE_END": "end"}
        ):
            made = context({"mine": "s"})
        self.assertEqual(made.get_sequence_id(0), "s")
        self.assertEqual(made.header_key_sequence_start, "ts_request_sequence_start")
        self.assertEqual(made.header_key_sequence_end, "end")

    def test_say_nobody_has_left_without_a_server(self):
        self.assertFalse(context({}).is_cancelled())


class Processors(unittest.TestCase):
    def test_hold_a_request_and_its_answers_head(self):
        processor = RequestProcessor({"a": "b"})
        self.assertEqual(processor.get_request_property("a"), "b")
        self.assertEqual(processor.get_request_properties(), {"a": "b"})
        self.assertEqual(
            (processor.get_response_status_code(), processor.get_response_status_phrase()), (200, None)
        )
        processor.report_status(404, "gone")
        processor.add_response_property("x", "y")
        self.assertEqual(
            (processor.get_response_status_code(), processor.get_response_status_phrase()), (404, "gone")
        )
        self.assertEqual(
            (processor.get_response_header("x"), processor.get_response_header("z")), ("y", None)
        )
        self.assertEqual(processor.get_response_headers(), {"x": "y"})


if __name__ == "__main__":
    unittest.main()
