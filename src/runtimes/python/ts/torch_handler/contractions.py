"""English contractions and what they stand for."""

from __future__ import annotations

from collections.abc import Iterator

# Whom each ending follows. The order of endings matters to those who look for the first that fits: he'd before he'd've.
_ENDINGS: tuple[tuple[str, str, str], ...] = (
    ("'m", "am", "I i"),
    ("'s", "is", "he how it she that there what when where who why"),
    ("'d", "did", "how where"),
    ("'d", "would", "he I i it she that there they we you"),
    ("'d've", "would have", "he I i it she that there they we you"),
    ("'ll", "will", "he how I i it she they we what who you"),
    ("'ll've", "will have", "he I i it she they we what who you"),
    ("'re", "are", "they we what you"),
    ("'ve", "have", "could I i might must should so they to we what when where who why will would you"),
    ("n't", "not", "are could did does do had has have is may might must need ought should was were would"),
    ("n't've", "not have", "could had might must need ought should would"),
)

_IRREGULAR: dict[str, str] = {
    "ain't": "is not",
    "can't": "cannot",
    "can't've": "cannot have",
    "'cause": "because",
    "how'd'y": "how do you",
    "let's": "let us",
    "ma'am": "madam",
    "o'clock": "of the clock",
    "shan't": "shall not",
    "sha'n't": "shall not",
    "shan't've": "shall not have",
    "so's": "so as",
    "won't": "will not",
    "won't've": "will not have",
    "y'all": "you all",
    "y'all'd": "you all would",
    "y'all'd've": "you all would have",
    "y'all're": "you all are",
    "y'all've": "you all have",
}


def _regular() -> Iterator[tuple[str, str]]:
    for ending, meaning, words in _ENDINGS:
        for word in words.split():
            yield word + ending, f"{word} {meaning}"


CONTRACTION_MAP: dict[str, str] = {**dict(_regular()), **_IRREGULAR}
"""From the contraction to the words: "don't" to "do not". Shorter ones come before those that begin with them."""
