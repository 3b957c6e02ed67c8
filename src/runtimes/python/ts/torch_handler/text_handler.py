"""TextHandler: cleaning of texts, the vocabulary, and explanations with captum."""

from __future__ import annotations

import os
import re
import string
import unicodedata
from abc import ABC
from collections.abc import Iterable
from typing import Any

from ts.handler_utils.text_utils import get_tokenizer
from ts.torch_handler.base_handler import BaseHandler
from ts.torch_handler.contractions import CONTRACTION_MAP
from ts.torch_handler.required import require
from ts.utils.util import CLEANUP_REGEX

torch: Any = require("torch", "BaseHandler is built on it")

_CONTRACTION = re.compile("|".join(CONTRACTION_MAP), re.IGNORECASE | re.DOTALL)
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)


class MissingVocabularyError(Exception):
    """The archive has no vocabulary for its text handler."""


class TextHandler(BaseHandler, ABC):
    """Base of the text handlers: a subclass gives the steps and uses the cleaning methods of this one.

    Attributes besides BaseHandler's: `source_vocab`, what source_vocab.pt holds (a mapping from token to
    number); `tokenizer`, from text to tokens; `input_text`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.source_vocab: Any = None
        self.tokenizer = get_tokenizer("basic_english")
        self.input_text: Any = None
        self.lig = None
        self.initialized = None

    def initialize(self, context: Any) -> None:
        """Load the model as BaseHandler does, and the vocabulary.

        Raises MissingVocabularyError "Missing the source_vocab file. ..." and what torch.load raises: since torch 2.6 it
        takes dicts of names and numbers, but not pickled objects such as torchtext's vocabulary.
        """
        super().initialize(context)
        self.initialized = False
        self.source_vocab = torch.load(self.get_source_vocab_path(context))
        self.initialized = True

    @property
    def lig(self) -> Any:
        """captum.attr.LayerIntegratedGradients of the model's layer `embedding`, made when first asked for.

        Raises MissingPackageError without captum, AttributeError when the model has no `embedding`.
        """
        if self._lig is None and self.model is not None:
            captum = require("captum.attr", "explanations are made with it", "captum")
            self._lig = captum.LayerIntegratedGradients(self.model, self.model.embedding)
        return self._lig

    @lig.setter
    def lig(self, value: Any) -> None:
        self._lig = value

    def get_source_vocab_path(self, ctx: Any) -> str:
        """Return the vocabulary's path: the manifest's `sourceVocab` (old archives), or source_vocab.pt."""
        named = ctx.manifest["model"].get("sourceVocab")
        model_dir = ctx.system_properties.get("model_dir")
        path = os.path.join(model_dir, named or "source_vocab.pt")
        if not os.path.isfile(path):
            raise MissingVocabularyError(
                "Missing the source_vocab file. Text handlers need the vocabulary as source_vocab.pt among the "
                "archive's extra files."
            )
        return path

    def _expand_contractions(self, text: str) -> str:
        """Write contractions out, keeping the case of their first letter; other apostrophes go."""

        def words(match: Any) -> str:
            found = match.group(0)
            meaning = CONTRACTION_MAP.get(found) or CONTRACTION_MAP[found.lower()]
            return found[0] + meaning[1:]

        return _CONTRACTION.sub(words, text).replace("'", "")

    def _remove_accented_characters(self, text: str) -> str:
        """Write accented letters without their accents; what ASCII cannot write goes."""
        return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("utf-8", "ignore")

    def _remove_html_tags(self, text: str) -> str:
        return CLEANUP_REGEX.sub("", text)

    def _remove_puncutation(self, *args: Any, **kwargs: Any) -> str:
        """The old name of `_remove_punctuation`."""
        return self._remove_punctuation(*args, **kwargs)

    def _remove_punctuation(self, text: str) -> str:
        return text.translate(_NO_PUNCTUATION)

    def _tokenize(self, text: str) -> list[str]:
        return self.tokenizer(text)

    def get_word_token(self, input_tokens: Iterable[str]) -> list[str]:
        """Return the tokens without the sign that stands for a space in GPT-2's vocabulary."""
        return [token.replace("\u0120", "") for token in input_tokens]

    def summarize_attributions(self, attributions: Any) -> Any:
        """Bring attributions to one scale: their softmax, over the length of the vector of its sums."""
        shares = torch.nn.functional.softmax(attributions, dim=0 if attributions.dim() in (0, 1, 3) else 1)
        return shares / torch.norm(shares.sum(dim=-1))
