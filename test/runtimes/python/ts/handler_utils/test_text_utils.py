"""Tokens of plain text; the expected ones were recorded from TorchServe."""

from __future__ import annotations

import unittest

from ts.handler_utils.text_utils import get_tokenizer, ngrams_iterator


class Tokens(unittest.TestCase):
    def test_basic_english_lowers_and_sets_punctuation_apart(self):
        tokenize = get_tokenizer("basic_english")
        for line, tokens in (
            (
                "Basic English Normalization for a Line of Text",
                "basic english normalization for a line of text",
            ),
            (
                'You can now, use it! It\'s "ok". <br />a;b:c (d) e?  f\tg\n',
                "you can now , use it ! it ' s ok . a b c ( d ) e ? f g",
            ),
            ("", ""),
        ):
            self.assertEqual(tokenize(line), tokens.split())

    def test_without_a_name_lines_are_split_at_white_space(self):
        self.assertEqual(get_tokenizer(None)("You can, now\n it"), ["You", "can,", "now", "it"])

    def test_a_function_stays_itself(self):
        self.assertIs(get_tokenizer(str.split), str.split)

    def test_other_names_and_languages_are_refused(self):
        with self.assertRaisesRegex(ValueError, "'spacy' is not known"):
            get_tokenizer("spacy")
        with self.assertRaisesRegex(ValueError, "not 'de'"):
            get_tokenizer("basic_english", "de")

    def test_ngrams_follow_the_tokens_by_length(self):
        words = ["here", "we", "are"]
        self.assertEqual(list(ngrams_iterator(words, 1)), words)
        self.assertEqual(list(ngrams_iterator(words, 3)), [*words, "here we", "we are", "here we are"])
        self.assertEqual(list(ngrams_iterator([], 2)), [])


if __name__ == "__main__":
    unittest.main()
