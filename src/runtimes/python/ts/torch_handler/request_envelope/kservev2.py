"""The envelope `kservev2`: KServe's protocol, version 2. Needs numpy."""

from __future__ import annotations

from ts.torch_handler.request_envelope.base import BaseEnvelope
from ts.torch_handler.request_envelope.kserve import first_body
from ts.torch_handler.required import require

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

np = require("numpy", 'the service envelope "kservev2" shapes tensors with it')

# numpy's name of each type; texts and objects of other kinds are BYTES.
_NUMPY_TYPES = {
    "BOOL": "bool",
    "UINT8": "uint8",
    "UINT16": "uint16",
    "UINT32": "uint32",
    "UINT64": "uint64",
    "INT8": "int8",
    "INT16": "int16",
    "INT32": "int32",
    "INT64": "int64",
    "FP16": "float16",
    "FP32": "float32",
    "FP64": "float64",
}
_DATATYPES = {name: datatype for datatype, name in _NUMPY_TYPES.items()}


class KServev2Envelope(BaseEnvelope):
    """
    The request is `{"id": …, "inputs": [...]}`; the handler gets the list of inputs, each `data` in its `shape` (of
    BYTES the first element), and its answers become the `outputs`, named like the inputs. Only the first request of a
    batch is read, so the model's batch size must be 1.
    """

    def __init__(self, handle_fn: Any) -> None:
        super().__init__(handle_fn)
        self._id: str | None = None
        self._names: list[str] = []

    def parse_input(self, data: list) -> list[dict]:
        """
        The inputs of the first request.

        Raises KeyError for an input without `name`, `datatype`, `shape` or `data`, ValueError for `data` that does not
        have the `shape`.
        """
        body = first_body(data, "kservev2")
        given = body.get("id")
        self._id = given if isinstance(given, str) and given.strip() else self.context.get_request_id(0)
        inputs = [_shaped(tensor) for tensor in body["inputs"]]
        self._names = [tensor["name"] for tensor in inputs]
        return inputs

    def format_output(self, data: Any) -> list[dict]:
        """One answer. Raises ValueError for more outputs than there were inputs and for types the protocol lacks."""
        outputs = list(data)
        if len(outputs) > len(self._names):
            raise ValueError(f"The handler returned {len(outputs)} outputs for {len(self._names)} inputs.")
        model = self.context.manifest["model"]
        return [
            {
                "id": self._id,
                "model_name": model.get("modelName"),
                "model_version": model.get("modelVersion"),
                "outputs": [_output(name, value) for name, value in zip(self._names, outputs)],
            }
        ]


def _shaped(tensor: dict) -> dict:
    if tensor["datatype"] == "BYTES":
        return {**tensor, "data": tensor["data"][0]}
    return {**tensor, "data": np.array(tensor["data"]).reshape(tensor["shape"]).tolist()}


def _output(name: str, value: Any) -> dict:
    flat = np.array(value).flatten()
    return {"name": name, "datatype": _datatype(flat.dtype), "data": flat.tolist(), "shape": list(flat.shape)}


def _datatype(dtype: Any) -> str:
    if dtype.kind in "OU":
        return "BYTES"
    if dtype.name not in _DATATYPES:
        raise ValueError(f"An output of numpy's type {dtype.name} has no datatype in KServe's protocol.")
    return _DATATYPES[dtype.name]
