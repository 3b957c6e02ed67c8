"""What the handler sees of a batch."""

from __future__ import annotations

import contextlib
import io
import unittest

from ts.worker.request_data import decode_requests


def job(*parts, **headers):
    return {
        "id": "r",
        "headers": headers,
        "parts": [{"name": name, "type": kind, "size": len(data)} for name, kind, data in parts],
    }


def rows_of(*parts, decode=True):
    body = bytearray(b"".join(data for _, _, data in parts))
    rows, _ = decode_requests([job(*parts)], body, decode)
    return rows[0]


class Parts(unittest.TestCase):
    def test_are_parsed_text_or_bytes_by_their_type(self):
        row = rows_of(
            ("a", "application/json", b'{"x": [1, 2.5, null]}'),
            ("b", "text/plain; charset=utf-8", "zürich".encode()),
            ("c", "application/json; charset=utf-8", b"{}"),
            ("d", "", b"\x00\xff"),
            ("e", "image/png", b"png"),
        )
        self.assertEqual(row["a"], {"x": [1, 2.5, None]})
        self.assertEqual(row["b"], "zürich")
        for name, expected in (("c", b"{}"), ("d", b"\x00\xff"), ("e", b"png")):
            self.assertIsInstance(row[name], bytearray)
            self.assertEqual(row[name], expected)

    def test_stay_bytes_when_they_are_not_what_they_say(self):
        with contextlib.redirect_stderr(io.StringIO()) as printed:
            row = rows_of(("a", "application/json", b'{"x": '), ("b", "text/plain", b"\xff"))
        self.assertEqual((row["a"], row["b"]), (bytearray(b'{"x": '), bytearray(b"\xff")))
        self.assertIn("is not", printed.getvalue())

    def test_stay_bytes_when_decoding_is_off(self):
        row = rows_of(("a", "application/json", b"{}"), ("b", "text/plain", b"t"), decode=False)
        self.assertEqual((row["a"], row["b"]), (bytearray(b"{}"), bytearray(b"t")))

    def test_of_the_same_name_the_last_counts(self):
        self.assertEqual(rows_of(("a", "", b"1"), ("a", "", b"22"))["a"], b"22")

    def test_that_are_the_whole_body_are_not_copied(self):
        body = bytearray(b"x" * 100)
        rows, _ = decode_requests([job(("body", "", bytes(body)))], body, True)
        self.assertIs(rows[0]["body"], body)

    def test_that_are_empty_are_bytes_of_their_own(self):
        body = bytearray()
        rows, _ = decode_requests([job(("body", "", b"")), job(("body", "", b""))], body, True)
        rows[0]["body"].extend(b"x")
        self.assertEqual(rows[1]["body"], b"")

    def test_of_many_requests_are_told_apart(self):
        rows, _ = decode_requests(
            [job(("a", "", b"1")), job(), job(("a", "", b"23"))], bytearray(b"123"), True
        )
        self.assertEqual(rows, [{"a": b"1"}, {}, {"a": b"23"}])


class Properties(unittest.TestCase):
    def test_are_the_types_of_the_parts_and_the_headers_which_win(self):
        given = job(("body", "text/plain", b""), ("x", "", b""), **{"X-One": "1", "x": "a header"})
        _, shown = decode_requests([given], bytearray(), True)
        self.assertEqual(shown, [{"body": {"content-type": "text/plain"}, "x": "a header", "X-One": "1"}])


if __name__ == "__main__":
    unittest.main()
