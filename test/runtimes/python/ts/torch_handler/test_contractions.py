"""The table of contractions."""

from __future__ import annotations

import unittest

from ts.torch_handler.contractions import CONTRACTION_MAP


class Contractions(unittest.TestCase):
    def test_has_the_regular_and_the_irregular_ones(self):
        for contraction, words in {
            "don't": "do not",
            "can't": "cannot",
            "won't": "will not",
            "she'd": "she would",
            "how'd": "how did",
            "it's": "it is",
            "let's": "let us",
            "so's": "so as",
            "y'all've": "you all have",
            "mightn't've": "might not have",
            "'cause": "because",
        }.items():
            self.assertEqual(words, CONTRACTION_MAP[contraction])

    def test_shorter_ones_come_before_those_that_begin_with_them(self):
        names = list(CONTRACTION_MAP)
        for index, name in enumerate(names):
            for earlier in names[:index]:
                self.assertFalse(earlier != name and earlier.startswith(name), f"{earlier} before {name}")


if __name__ == "__main__":
    unittest.main()
