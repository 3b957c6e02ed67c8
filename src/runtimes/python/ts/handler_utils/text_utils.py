"""Tokens of plain text."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


_SPACED = str.maketrans({**{mark: f" {mark} " for mark in "'.,()!?"}, ";": " ", ":": " "})


def get_tokenizer(
    tokenizer: str | Callable[[str], list[str]] | None, language: str = "en"
) -> Callable[[str], list[str]]:
    """
    A function from a line to its tokens: None splits at white space, "basic_english" also lowers the case and sets
    punctuation apart (quotes, `;` and `:` are left out), and a function stays itself.

    Raises ValueError for other names, and for "basic_english" in another `language` than "en".
    """
    if tokenizer is None:
        return _split
    if callable(tokenizer):
        return tokenizer
    if tokenizer != "basic_english":
        raise ValueError(
            f"The tokenizer {tokenizer!r} is not known: give None, 'basic_english' or a function."
        )
    if language != "en":
        raise ValueError(f"The tokenizer 'basic_english' is for the language 'en', not {language!r}.")
    return _basic_english


def ngrams_iterator(token_list: list[str], ngrams: int) -> Iterator[str]:
    """The tokens, then every run of 2, 3, … up to `ngrams` of them, joined by blanks."""
    yield from token_list
    for size in range(2, ngrams + 1):
        for start in range(len(token_list) - size + 1):
            yield " ".join(token_list[start : start + size])


def _split(line: str) -> list[str]:
    return line.split()


def _basic_english(line: str) -> list[str]:
    return line.lower().replace('"', "").replace("<br />", " ").translate(_SPACED).split()
