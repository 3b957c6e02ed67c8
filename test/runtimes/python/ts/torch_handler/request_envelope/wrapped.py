"""A handler behind an envelope."""

from __future__ import annotations

ECHO = object()


class Context:
    """What envelopes ask of a context."""

    def __init__(self, headers=None, model=None):
        self.headers = headers or {}
        self.manifest = {"model": {"modelName": "zoo", "modelVersion": "3.1"} if model is None else model}

    def get_request_header(self, _index, name):
        return self.headers.get(name)

    def get_request_id(self, index=0):
        return f"request-{index}"


def ask(envelope_class, rows, answers=ECHO, context=None):
    """What the handler got and what the envelope made of its answers, by default what it got."""
    got = []

    def handle(data, _context):
        got.append(data)
        return data if answers is ECHO else answers

    result = envelope_class(handle).handle(rows, context or Context())
    return got[0], result
