"""Recording: every request the stand-in got, in the form a contract check reads."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.wire.limits import Endpoint

BROKEN = "<not JSON>"  # stands for a body that could not be read


@dataclass(slots=True)
class Recorded:
    """One request; `status` is the answer's, None while there is none or if there never was one.

    `endpoint` is None for a path that the stand-in does not know, `fault` what befell the request.
    """

    method: str
    path: str
    query: dict[str, str]
    json: Any
    at: datetime
    endpoint: Endpoint | None = None
    status: int | None = None
    fault: str | None = None

    def line(self) -> str:
        """Return the record as one line of JSON: method, path, json."""
        record = {"method": self.method, "path": self.path, "json": self.json}
        return json.dumps(record, ensure_ascii=False)


async def body_of(request: web.Request) -> Any:
    """Read a request to its end and return its JSON, None without a body.

    With files the JSON is the form field `payload_json`; the files themselves are not kept.
    """
    if request.content_type == "multipart/form-data":
        text = str((await request.post()).get("payload_json", "null"))
    else:
        text = await request.text() or "null"
    try:
        return json.loads(text)
    except ValueError:
        return BROKEN


def write(requests: Iterable[Recorded], target: Path) -> None:
    """Write the requests to a file of JSON lines."""
    target.write_text("".join(each.line() + "\n" for each in requests), encoding="utf-8")
