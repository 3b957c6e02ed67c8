"""The envelope `json`."""

from __future__ import annotations

import base64
import json

from ts.torch_handler.request_envelope.base import BaseEnvelope, payload

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class JSONEnvelope(BaseEnvelope):
    """
    Requests are `{"instances": [...]}`, sent as application/json. The handler gets the instances of all requests in one
    list and answers them in one list; each request gets `{"predictions": [...]}` of its own.

    Of instances that are objects, `{"b64": "…"}` becomes bytes, as the instance itself or as one of its values.
    """

    def __init__(self, handle_fn: Any) -> None:
        super().__init__(handle_fn)
        self._lengths: list[int] = []

    def parse_input(self, data: list) -> list:
        """All instances. Raises ValueError for a request that has none."""
        batches = [_instances_of(payload(row) or row) for row in data]
        self._lengths = [len(batch) for batch in batches]
        return [instance for batch in batches for instance in batch]

    def format_output(self, data: Any) -> list[str]:
        """
        JSON for each request.

        Raises ValueError when several requests are to be answered and there is not one answer for each instance:
        nobody may get another's answers.
        """
        answers = data.tolist() if hasattr(data, "tolist") else list(data)
        if len(self._lengths) > 1 and len(answers) != sum(self._lengths):
            raise ValueError(f"The handler answered {len(answers)} of {sum(self._lengths)} instances.")
        texts, start = [], 0
        for length in self._lengths:
            texts.append(json.dumps({"predictions": answers[start : start + length]}))
            start += length
        return texts


def _instances_of(body: Any) -> list:
    if not isinstance(body, dict) or "instances" not in body:
        raise ValueError('A request of the envelope "json" must be JSON of the form {"instances": [...]}.')
    instances = body["instances"]
    if not isinstance(instances, list):
        raise ValueError(f'"instances" must be a list, not {type(instances).__name__}.')
    # TorchServe looks at the first one: plain values are not searched.
    if not instances or not isinstance(instances[0], dict):
        return instances
    return [_decoded(instance) for instance in instances]


def _decoded(instance: Any) -> Any:
    if _is_base64(instance):
        return base64.b64decode(instance["b64"])
    if not isinstance(instance, dict):
        return instance
    return {
        name: base64.b64decode(value["b64"]) if _is_base64(value) else value
        for name, value in instance.items()
    }


def _is_base64(value: Any) -> bool:
    return isinstance(value, dict) and len(value) == 1 and "b64" in value
