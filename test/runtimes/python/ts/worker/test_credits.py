"""The window of batches on their way."""

from __future__ import annotations

import unittest

from ts.worker.credits import CreditWindow


class Window(unittest.TestCase):
    def test_grows_by_one_an_answer_while_the_handler_is_short(self):
        window = CreditWindow(4)
        self.assertEqual([window.after_batch(0.05) for _ in range(5)], [2, 2, 2, 1, 1])

    def test_shrinks_back_to_one_when_the_handler_gets_long(self):
        window = CreditWindow(3)
        for _ in range(2):
            window.after_batch(0.05)
        given = [window.after_batch(50) for _ in range(4)]
        self.assertEqual(given, [0, 0, 1, 1])

    def test_holds_about_a_millisecond_of_work(self):
        for handler_ms, size in [(0.02, 16), (0.19, 5), (0.6, 1)]:
            window = CreditWindow(16)
            self.assertEqual(1 + sum(window.after_batch(handler_ms) - 1 for _ in range(100)), size)

    def test_stays_as_it_is_between_short_and_long(self):
        window = CreditWindow(4)
        for _ in range(10):
            window.after_batch(0.01)
        self.assertEqual([window.after_batch(0.45) for _ in range(100)], [1] * 100)

    def test_stays_one_where_no_more_is_allowed(self):
        self.assertEqual(CreditWindow(1).after_batch(0.01), 1)


if __name__ == "__main__":
    unittest.main()
