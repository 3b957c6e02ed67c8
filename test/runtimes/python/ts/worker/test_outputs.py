"""What a handler returned, as bytes."""

from __future__ import annotations

import contextlib
import io
import unittest

from ts.utils.util import PredictionException
from ts.worker.outputs import check_outputs, encode_output


class Outputs(unittest.TestCase):
    def test_are_bytes_as_they_are(self):
        for value in (b"\x00\xff", bytearray(b"array")):
            self.assertIs(encode_output(value), value)

    def test_are_text_as_utf8(self):
        self.assertEqual(encode_output("zürich 你"), "zürich 你".encode())

    def test_are_json_with_two_spaces_otherwise(self):
        self.assertEqual(
            encode_output({"b": 1, "ä": [1.5, None, True]}),
            b'{\n  "b": 1,\n  "\\u00e4": [\n    1.5,\n    null,\n    true\n  ]\n}',
        )
        for value, text in (
            (42, b"42"),
            (2.5, b"2.5"),
            (None, b"null"),
            (True, b"true"),
            ([], b"[]"),
            ({}, b"{}"),
        ):
            self.assertEqual(encode_output(value), text)

    def test_that_json_cannot_hold_are_refused(self):
        loop = []
        loop.append(loop)
        for value in (object(), {"x": {1, 2}}, loop, {(1, 2): 3}):
            printed = contextlib.redirect_stderr(io.StringIO())
            with printed, self.assertRaises(PredictionException) as caught:
                encode_output(value)
            self.assertEqual(caught.exception.message, "Unsupported model output data type.")
            self.assertEqual(caught.exception.error_code, 503)

    def test_must_be_a_list_of_the_batchs_length(self):
        self.assertEqual(check_outputs([1, 2], 2), [1, 2])
        for outputs in ("ab", {"a": 1}, None, (1, 2), (each for each in [1, 2]), iter([1, 2])):
            with self.assertRaisesRegex(PredictionException, "Invalid model predict output : 503"):
                check_outputs(outputs, 2)
        for outputs in ([], [1], [1, 2, 3]):
            with self.assertRaisesRegex(PredictionException, "number of batch response mismatched : 503"):
                check_outputs(outputs, 2)

    def test_that_are_wrong_are_told_to_the_log(self):
        for outputs, text in (
            ((each for each in [1, 2]), "The handler returned generator instead of a list."),
            (None, "The handler returned NoneType instead of a list."),
            ([1], "The handler's list has 1 answers for 2 requests."),
        ):
            with contextlib.redirect_stderr(io.StringIO()) as printed:
                self.assertRaises(PredictionException, check_outputs, outputs, 2)
            self.assertEqual(printed.getvalue().strip(), text)


if __name__ == "__main__":
    unittest.main()
