"""API errors: what Discord answers when it refuses, each with JSON code and HTTP status.

Codes and texts are those of the documentation (topics/opcodes-and-status-codes). It names no HTTP
status per code; the statuses here are the ones commonly seen.
"""

from typing import Any

STATUS_AND_TEXT: dict[int, tuple[int, str]] = {
    0: (401, "401: Unauthorized"),
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10013: (404, "Unknown User"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    10087: (404, "Unknown tag"),
    30033: (400, "Maximum number of thread participants has been reached (1000)"),
    30034: (400, "Maximum number of daily application command creates has been reached (200)"),
    40033: (400, "This message has already been crossposted"),
    40058: (400, "Cannot send a message in a forum channel"),
    40060: (400, "Interaction has already been acknowledged"),
    40066: (400, "There are no tags available that can be set by non-moderators"),
    40067: (400, "A tag is required to create a forum post in this channel"),
    50001: (403, "Missing Access"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50008: (400, "Cannot send messages in a non-text channel"),
    50013: (403, "Missing Permissions"),
    50024: (400, "Cannot execute action on this channel type"),
    50027: (401, "Invalid Webhook Token"),
    50035: (400, "Invalid Form Body"),
    50083: (400, "Tried to perform an operation on an archived thread"),
    50109: (400, "The request body contains invalid JSON."),
    160002: (400, "Cannot reply without permission to read message history"),
    160004: (400, "A thread has already been created for this message"),
    160005: (403, "Thread is locked"),
    160006: (400, "Maximum number of active threads reached"),
    200000: (400, "Message was blocked by automatic moderation"),
    200001: (400, "Title was blocked by automatic moderation"),
}


class ApiError(Exception):
    """Discord refuses; nothing was changed."""

    def __init__(self, code: int, errors: dict[str, Any] | None = None) -> None:
        self.code = code
        self.status, self.text = STATUS_AND_TEXT[code]
        self.errors = errors
        super().__init__(f"{self.status} (error code: {code}): {self.text}")

    def body(self) -> dict[str, Any]:
        """Return the JSON body of the answer."""
        body: dict[str, Any] = {"message": self.text, "code": self.code}
        return body if self.errors is None else {**body, "errors": self.errors}


class FormErrors:
    """What is wrong with a request body, gathered field by field into one 50035."""

    def __init__(self) -> None:
        self._tree: dict[str, Any] = {}

    def add(self, path: tuple[str | int, ...], code: str, message: str) -> None:
        """Note one error at `path`, such as `("embeds", 0, "title")`."""
        node = self._tree
        for step in path:
            node = node.setdefault(str(step), {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def refuse(self) -> None:
        """Raise the 50035 if anything was noted."""
        if self._tree:
            raise ApiError(50035, self._tree)


def invalid(path: tuple[str | int, ...], code: str, message: str) -> ApiError:
    """Return a 50035 with a single error."""
    form = FormErrors()
    form.add(path, code, message)
    return ApiError(50035, form._tree)
