"""TextClassifier: the classes of a text, by its words and pairs of words."""

from __future__ import annotations

from typing import Any

from ts.handler_utils.text_utils import ngrams_iterator
from ts.torch_handler.required import require
from ts.torch_handler.text_handler import TextHandler
from ts.utils.util import map_class_to_label

torch: Any = require("torch", "BaseHandler is built on it")


class TextClassifier(TextHandler):
    """Answers the first request of a batch with {label: probability} of every class.

    The model takes token numbers and offsets, as torch.nn.EmbeddingBag does, in its layer `embedding`.
    Serve it with batch size 1: rows after the first are not looked at.
    """

    ngrams = 2

    def preprocess(self, data: list[Any]) -> tuple[Any, list[str]]:
        """Clean the first row's `data` or `body`; returns the numbers of tokens and n-grams, and the tokens.

        Raises KeyError for tokens without a number when the vocabulary is a plain dict.
        """
        text = data[0].get("data") or data[0].get("body")
        if isinstance(text, (bytes, bytearray)):
            text = text.decode("utf-8")
        text = self._expand_contractions(self._remove_html_tags(text).lower())
        text = self._remove_punctuation(self._remove_accented_characters(text))
        tokens = self._tokenize(text)
        numbers = [self.source_vocab[token] for token in ngrams_iterator(tokens, self.ngrams)]
        return torch.as_tensor(numbers, device=self.device), tokens

    def inference(self, data: tuple[Any, list[str]], *args: Any, **kwargs: Any) -> Any:
        """Call the model with the numbers as one text."""
        numbers, _ = data
        offsets = torch.as_tensor([0], device=self.device)
        return super().inference(numbers, offsets)

    def postprocess(self, data: Any) -> list[dict[str, float]]:
        """Make scores (1 x classes) to probabilities and name them all."""
        return map_class_to_label(torch.nn.functional.softmax(data, dim=1).tolist(), self.mapping)

    def get_insights(
        self, text_preprocess: tuple[Any, list[str]], _: Any, target: Any = 0
    ) -> list[dict[str, Any]]:
        """Return [{"words": tokens, "importances": attributions of the layer `embedding`}]."""
        numbers, tokens = text_preprocess
        offsets = torch.as_tensor([0], device=self.device)
        attributions = self.lig.attribute(numbers, target=target, additional_forward_args=(offsets,))
        importances = self.summarize_attributions(attributions)
        return [{"importances": importances.tolist(), "words": self.get_word_token(tokens)}]
