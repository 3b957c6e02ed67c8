"""TextHandler and TextClassifier: cleaning, vocabulary, answers and explanations."""

from __future__ import annotations

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
NEEDS = ["torch"]

WORDS = """
import torch

class Words(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = torch.nn.EmbeddingBag(6, 2, mode="sum")
        self.embedding.weight.data = torch.tensor([[0.0, 0], [1, 0], [0, 1], [2, 0], [0, 2], [1, 1]])

    def forward(self, words, offsets):
        return self.embedding(words, offsets)
"""
VOCABULARY = {"hello": 1, "world": 2, "hello world": 5}


class Cleaning(unittest.TestCase):
    def setUp(self):
        from ts.torch_handler.text_classifier import TextClassifier

        self.handler = TextClassifier()

    def test_contractions_are_written_out_in_the_case_of_their_first_letter(self):
        for text, expected in {
            "don't": "do not",
            "Can't WON'T": "Cannot Will not",
            "he'd've": "he wouldve",
            "o'clock Let's": "of the clock Let us",
            "ain't": "as not",
            "x'y": "xy",
        }.items():
            self.assertEqual(expected, self.handler._expand_contractions(text))

    def test_tags_accents_and_punctuation_go(self):
        self.assertEqual("Hello, x", self.handler._remove_html_tags("<b>Hello</b>, <br/>x"))
        self.assertEqual(
            "cafe 12 fi ", self.handler._remove_accented_characters("café ½ ﬁ ß").replace("⁄", "")
        )
        self.assertEqual("ab c 35  x", self.handler._remove_punctuation("a--b (c) 3.5 % _x_"))
        self.assertEqual("ab", self.handler._remove_puncutation("a,b"))

    def test_tokens_are_those_of_basic_english(self):
        self.assertEqual(["you", "'", "re", "here", "."], self.handler._tokenize("You're here."))

    def test_tokens_of_gpt_2_lose_their_space_sign(self):
        self.assertEqual(["a", "c", "##b"], self.handler.get_word_token(["a", "Ġc", "##b"]))

    def test_attributions_are_brought_to_one_scale(self):
        import torch

        def rounded(values):
            return [round(value, 4) for value in values.flatten().tolist()]

        summarize = self.handler.summarize_attributions
        self.assertEqual(
            [0.1902, 0.5169, 0.7065, 0.0006], rounded(summarize(torch.tensor([[1.0, 2], [3, -4]])))
        )
        self.assertEqual([0.09, 0.2447, 0.6652], rounded(summarize(torch.tensor([1.0, 2, 3]))))
        cube = torch.tensor([[[1.0, 2, 3], [3, -4, 1]], [[0, 1, 2], [1, 0, 0.0]]])
        self.assertEqual([0.2312, 0.2312, 0.2312, 0.2786, 0.0057, 0.2312], rounded(summarize(cube))[:6])


class Classifying(unittest.TestCase):
    def setUp(self):
        import torch
        from model_folder import ModelFolder
        from ts.torch_handler.text_classifier import TextClassifier

        self.folder = ModelFolder()
        self.addCleanup(self.folder.remove)
        self.folder.write("words.py", WORDS)
        torch.save(VOCABULARY, self.folder.join("source_vocab.pt"))
        self.handler = TextClassifier()
        self.context = self.folder.context(modelFile="words.py")

    def test_the_vocabulary_is_read_from_the_archive(self):
        self.handler.initialize(self.context)
        self.assertEqual(VOCABULARY, self.handler.source_vocab)
        self.assertTrue(self.handler.initialized)

    def test_an_archive_without_a_vocabulary(self):
        os.remove(self.folder.join("source_vocab.pt"))
        with self.assertRaisesRegex(Exception, "^Missing the source_vocab file."):
            self.handler.initialize(self.context)
        self.assertFalse(self.handler.initialized)

    def test_old_archives_name_the_vocabulary_in_the_manifest(self):
        os.rename(self.folder.join("source_vocab.pt"), self.folder.join("old.pt"))
        self.handler.initialize(self.folder.context(modelFile="words.py", sourceVocab="old.pt"))
        self.assertEqual(VOCABULARY, self.handler.source_vocab)

    def test_words_and_pairs_of_words_make_the_answer(self):
        self.handler.initialize(self.context)
        self.handler.mapping = {"0": "first", "1": "second"}
        (answer,) = self.handler.handle([{"data": b"<i>Hello</i> World!"}], self.context)
        self.assertEqual({"first": 0.5, "second": 0.5}, answer)
        (answer,) = self.handler.handle([{"body": "hello"}, {"body": "not looked at"}], self.context)
        self.assertAlmostEqual(0.7310586, answer["first"], places=6)

    def test_a_word_that_a_plain_vocabulary_lacks_is_an_error(self):
        self.handler.initialize(self.context)
        with self.assertRaises(KeyError):
            self.handler.handle([{"body": "goodbye"}], self.context)

    def test_an_explanation_has_the_words_and_their_importances(self):
        from model_folder import ask

        try:
            import captum.attr  # noqa: F401
        except ImportError as error:
            self.skipTest(f"captum: {error}")
        self.handler.initialize(self.context)
        (explained,) = self.handler.handle([{"body": "hello world"}], ask(self.context, explain="True"))
        self.assertEqual(["hello", "world"], explained["words"])
        self.assertAlmostEqual(1.0, sum(explained["importances"][0]), places=5)


if __name__ == "__main__":
    unittest.main()
