"""What a handler is told about its model and about the batch at hand."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_SEQUENCE_ID = "ts_request_sequence_id"
_SEQUENCE_START = "ts_request_sequence_start"
_SEQUENCE_END = "ts_request_sequence_end"


class RequestProcessor:
    """One request of a batch: its headers, and what the handler says about its answer."""

    __slots__ = ("_reason_phrase", "_request_header", "_response_header", "_status_code")

    def __init__(self, request_header: dict[str, Any]) -> None:
        self._status_code = 200
        self._reason_phrase: str | None = None
        self._response_header: dict[str, str] = {}
        self._request_header = request_header

    def get_request_property(self, key: str) -> Any:
        """
        A header in the client's letter case, or `{"content-type": ...}` of the part of that name; None if
        absent.
        """
        return self._request_header.get(key)

    def get_request_properties(self) -> dict[str, Any]:
        """All headers, and an entry per part."""
        return self._request_header

    def report_status(self, code: int, reason_phrase: str | None = None) -> None:
        """Sets status and reason phrase of the answer."""
        self._status_code = code
        self._reason_phrase = reason_phrase

    def get_response_status_code(self) -> int:
        """Status of the answer, 200 unless set."""
        return self._status_code

    def get_response_status_phrase(self) -> str | None:
        """Reason phrase of the answer, None unless set."""
        return self._reason_phrase

    def add_response_property(self, key: str, value: str) -> None:
        """Sets a header of the answer; one value a name."""
        self._response_header[key] = value

    def get_response_headers(self) -> dict[str, str]:
        """Headers of the answer."""
        return self._response_header

    def get_response_header(self, key: str) -> str | None:
        """One header of the answer, None unless set."""
        return self._response_header.get(key)


class Context:
    """
    The same object for every call of a worker, so handlers may hang attributes of their own on it. `idx`
    counts the requests of the batch. The first parameters are positional as in TorchServe.
    """

    def __init__(
        self,
        model_name: str,
        model_dir: str,
        manifest: dict[str, Any] | None,
        batch_size: int,
        gpu: int | None,
        mms_version: str,
        limit_max_image_pixels: bool = True,
        metrics: Any = None,
        model_yaml_config: dict[str, Any] | None = None,
    ) -> None:
        self.model_name = model_name
        self.manifest = manifest
        self.model_yaml_config = {} if model_yaml_config is None else model_yaml_config
        #: `model_dir`, `gpu_id` (None on the CPU), `batch_size`, `server_name`, `server_version`,
        #: `limit_max_image_pixels`.
        self.system_properties: dict[str, Any] = {
            "model_dir": model_dir,
            "gpu_id": gpu,
            "batch_size": batch_size,
            "server_name": "MMS",
            "server_version": mms_version,
            "limit_max_image_pixels": limit_max_image_pixels,
        }
        #: index -> id; None before the first batch.
        self.request_ids: dict[int, str] | None = None
        #: One per request; None before the first batch.
        self.request_processor: Sequence[RequestProcessor] | None = None
        self.metrics = metrics
        #: Where intermediate answers go; set while a batch runs.
        self.cl_socket: Any = None
        #: None, or a callable per request: whether its answer ends with the item it is given.
        self.stopping_criteria: Any = None
        environ = os.environ
        self.header_key_sequence_id = environ.get("TS_REQUEST_SEQUENCE_ID", _SEQUENCE_ID)
        self.header_key_sequence_start = environ.get("TS_REQUEST_SEQUENCE_START", _SEQUENCE_START)
        self.header_key_sequence_end = environ.get("TS_REQUEST_SEQUENCE_END", _SEQUENCE_END)

    def get_request_id(self, idx: int = 0) -> str | None:
        """The server's id of a request, a UUID; None before the first batch."""
        ids = self.request_ids
        return ids.get(idx) if ids else None

    def get_request_header(self, idx: int, key: str) -> Any:
        """A header of a request in the client's letter case, None if absent."""
        return self.request_processor[idx].get_request_property(key)

    def get_all_request_header(self, idx: int) -> dict[str, Any]:
        """All headers of a request, and `{part: {"content-type": ...}}` for each of its parts."""
        return self.request_processor[idx].get_request_properties()

    def set_response_content_type(self, idx: int, value: str) -> None:
        """Sets the content type of an answer."""
        self.request_processor[idx].add_response_property("content-type", value)

    def get_response_content_type(self, idx: int) -> str | None:
        """The content type of an answer, None unless set."""
        return self.request_processor[idx].get_response_header("content-type")

    def set_response_header(self, idx: int, key: str, value: str) -> None:
        """Sets a header of an answer."""
        self.request_processor[idx].add_response_property(key, value)

    def get_response_headers(self, idx: int) -> dict[str, str]:
        """The headers of an answer."""
        return self.request_processor[idx].get_response_headers()

    def set_response_status(self, code: int = 200, phrase: str = "", idx: int = 0) -> None:
        """Sets the status of one answer. For the API's error body raise a PredictionException instead."""
        self.request_processor[idx].report_status(code, reason_phrase=phrase)

    def set_all_response_status(self, code: int = 200, phrase: str = "") -> None:
        """Sets the status of every answer of the batch."""
        for processor in self.request_processor:
            processor.report_status(code, reason_phrase=phrase)

    def get_response_status(self, idx: int) -> tuple[int, str | None]:
        """Status and reason phrase of an answer."""
        processor = self.request_processor[idx]
        return processor.get_response_status_code(), processor.get_response_status_phrase()

    def get_sequence_id(self, idx: int) -> str | None:
        """The sequence a request belongs to; None if it names none."""
        return self.request_processor[idx].get_request_property(self.header_key_sequence_id)

    def is_cancelled(self, idx: int = 0) -> bool:
        """
        Whether the client of a request has gone, so that its answer will be dropped. TorchServe has no such
        call.
        """
        sink = self.cl_socket
        return sink is not None and sink.is_cancelled(idx)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Context) and self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]
