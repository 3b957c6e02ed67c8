"""A model's folder and context for tests of handlers, as the worker would make them."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from typing import Any

from ts.context import Context, RequestProcessor

LINEAR = """
import torch

class Linear(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(2, 3)
        self.linear.weight.data = torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
        self.linear.bias.data = torch.zeros(3)

    def forward(self, x):
        return self.linear(x)
"""


class Metrics:
    """Remembers what handlers emit."""

    def __init__(self) -> None:
        self.emitted: list[tuple] = []

    def add_time(self, *arguments: Any) -> None:
        self.emitted.append(arguments)


class ModelFolder:
    """A folder on Python's path; modules imported from it are forgotten in the end."""

    def __init__(self) -> None:
        self.path = tempfile.mkdtemp()
        sys.path.insert(0, self.path)
        self._known = set(sys.modules)

    def write(self, name: str, text: str) -> str:
        path = os.path.join(self.path, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def join(self, name: str) -> str:
        return os.path.join(self.path, name)

    def context(
        self, config: dict | None = None, gpu: int | None = None, limit: bool = True, **model: str
    ) -> Context:
        """A context with one request; keyword arguments are the manifest's: modelFile, serializedFile."""
        manifest = {"model": {"modelName": "tiny", **model}}
        context = Context("tiny", self.path, manifest, 1, gpu, "0", limit, Metrics(), config or {})
        ask(context)
        return context

    def remove(self) -> None:
        sys.path.remove(self.path)
        for name in set(sys.modules) - self._known:
            if str(getattr(sys.modules[name], "__file__", "")).startswith(self.path):
                del sys.modules[name]
        shutil.rmtree(self.path)


def ask(context: Context, **headers: str) -> Context:
    """Put one request with these headers into the context."""
    context.request_ids = {0: "an-id"}
    context.request_processor = [RequestProcessor(headers)]
    return context
