"""Texts of a batch, as they are generated."""

from __future__ import annotations

import unittest

NEEDS = ["torch", "transformers"]


class Tokenizer:
    """A token is a word of its number."""

    def decode(self, tokens, **_):
        return "".join(f"w{int(token)} " for token in tokens)


class TextStreams(unittest.TestCase):
    def texts(self, batch_size, values, **options):
        """What iterating gives after `values` were put."""
        import torch
        from ts.handler_utils.hf_batch_streamer import TextIteratorStreamerBatch

        streamer = TextIteratorStreamerBatch(Tokenizer(), batch_size, timeout=5, **options)
        for value in values:
            streamer.put(torch.tensor(value))
        streamer.end()
        return [[text["text"] for text in step] for step in streamer]

    def test_every_step_has_a_text_of_each_prompt(self):
        steps = self.texts(2, [[[1, 2], [3, 4]], [5, 6], [7, 8]])
        self.assertEqual(steps, [["w1 w2 ", "w3 w4 "], ["w5 ", "w6 "], ["w7 ", "w8 "], ["", ""]])

    def test_prompts_may_be_left_out(self):
        self.assertEqual(self.texts(1, [[[1, 2]], [5]], skip_prompt=True), [["w5 "], [""]])

    def test_tokens_of_another_batch_are_refused(self):
        with self.assertRaisesRegex(ValueError, "is for 3 texts, but the tokens have the shape \\(2,\\)"):
            self.texts(3, [[1, 2]])


if __name__ == "__main__":
    unittest.main()
