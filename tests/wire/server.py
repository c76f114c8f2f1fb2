"""The server: the world on a port of 127.0.0.1, as HTTP API v10 and gateway."""

import asyncio
import re
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial

from aiohttp import web

from tests.wire import account_routes, channel_routes, interaction_routes
from tests.wire.accidents import answer, strike
from tests.wire.api_errors import ApiError
from tests.wire.faults import FaultPlan
from tests.wire.gateway import Gateway
from tests.wire.limits import Limits
from tests.wire.recording import BROKEN, Recorded, body_of
from tests.wire.records import Json
from tests.wire.routes import Call, Route
from tests.wire.world import World

ROUTES = (*account_routes.ROUTES, *channel_routes.ROUTES, *interaction_routes.ROUTES)
PREFIX = "/api/v10"
NOT_FOUND: Json = {"message": "404: Not Found", "code": 0}
LARGEST_BODY = 25 * 1024 * 1024
ID = re.compile(r"{(\w+_id)}")  # ids are digits, so that @original is none
GRACE = 0.2  # seconds that unanswered requests get when the server closes


@dataclass(slots=True, eq=False)
class Wire:
    """A running stand-in: its address, its state, and everything it was asked."""

    world: World
    gateway: Gateway
    limits: Limits = field(default_factory=Limits)
    faults: FaultPlan = field(default_factory=FaultPlan)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    api_url: str = ""
    requests: deque[Recorded] = field(default_factory=deque)
    crashes: list[Exception] = field(default_factory=list)
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def unknown(self) -> list[Recorded]:
        """Requests to paths that the stand-in does not know; they were answered with 404."""
        return [each for each in self.requests if each.endpoint is None]

    def sent_to(self, method: str, template: str) -> list[Recorded]:
        """Return the requests to one endpoint, in order of arrival."""
        return [each for each in self.requests if each.endpoint == (method, template)]

    def statistics(self) -> Json:
        """Return the counts that a benchmark or a proof reports."""
        return {
            "admitted": self.limits.admitted,
            "statuses": Counter(str(each.status or "no answer") for each in self.requests),
            "too_many_requests": dict(self.limits.refused),
            "faults": {f"{kind} {stage}": n for (kind, stage), n in self.faults.struck.items()},
            "identifies": self.gateway.identifies,
            "resumes": self.gateway.resumes,
            "connects": self.gateway.connects,
            "heartbeats": self.gateway.heartbeats,
        }

    async def date(self, _: web.Request, response: web.StreamResponse) -> None:
        """Date an answer by the stand-in's clock."""
        response.headers["Date"] = format_datetime(self.clock(), usegmt=True)

    async def serve_route(self, route: Route | None, request: web.Request) -> web.StreamResponse:
        """Answer one request: record it, let a fault befall it, obey the limits, apply the rule."""
        try:
            body = await body_of(request)
        except ConnectionError:  # its sender died; a request that never arrived was never made
            return answer(400, NOT_FOUND)
        record = Recorded(
            method=request.method,
            path=request.path,
            query=dict(request.query),
            json=body,
            at=self.clock(),
            endpoint=route.endpoint if route else None,
        )
        self.requests.append(record)
        if route is None:
            reply: web.StreamResponse = answer(404, NOT_FOUND)
        else:
            reply = await self._suffer(route, request, record)
        gone = request.transport is None or request.transport.is_closing()
        record.status = None if gone else reply.status
        return reply

    async def _suffer(
        self, route: Route, request: web.Request, record: Recorded
    ) -> web.StreamResponse:
        """Answer a request, with the fault the plan has for it before or after the rule."""
        fault = self.faults.pick(route.endpoint, route.major(request.match_info))
        if fault is None:
            return self._reply(route, request, record)
        record.fault = f"{fault.kind} {fault.stage}"
        if fault.stage == "before":
            spoiled = await strike(fault, request, self.closing)
            return spoiled or self._reply(route, request, record)
        reply = self._reply(route, request, record)
        return await strike(fault, request, self.closing) or reply

    def _reply(self, route: Route, request: web.Request, record: Recorded) -> web.Response:
        """Return what Discord answers to a request that got through."""
        authorized = request.headers.get("Authorization") == f"Bot {self.world.token}"
        if not (authorized or route.open_to_all):
            return answer(401, ApiError(0).body())
        now, path = self.clock(), dict(request.match_info)
        exempt = route.template.startswith(("/interactions/", "/webhooks/"))
        major = route.major(path)
        verdict = self.limits.admit(route.endpoint, major, now.timestamp(), exempt=exempt)
        if not verdict.passed:
            return answer(429, verdict.body, verdict.headers)
        left = max(0, account_routes.IDENTIFIES_A_DAY - self.gateway.identifies)
        call = Call(self.world, now, path, record.query, record.json, self.gateway.url, left)
        try:
            if record.json == BROKEN:
                raise ApiError(50109)
            with _Witness(self.crashes):
                return answer(route.status, route.handler(call), verdict.headers)
        except ApiError as error:
            return answer(error.status, error.body(), verdict.headers)


class _Witness:
    """Notes what broke inside the stand-in, so that it is not taken for one of Discord's 500s."""

    def __init__(self, crashes: list[Exception]) -> None:
        self.crashes = crashes

    def __enter__(self) -> None:
        return

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Exception) and not isinstance(error, ApiError):
            self.crashes.append(error)


@asynccontextmanager
async def serve(
    world: World,
    *,
    limits: Limits | None = None,
    faults: FaultPlan | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    port: int = 0,
) -> AsyncIterator[Wire]:
    """Serve `world` on 127.0.0.1, on a free port unless one is given, until the block ends.

    `clock` dates everything that happens and drives the rate limits. Raises an ExceptionGroup at
    the end if the stand-in itself broke on a request.
    """
    wire = Wire(world, Gateway(world), limits or Limits(), faults or FaultPlan(), clock)
    app = web.Application(client_max_size=LARGEST_BODY)
    app.on_response_prepare.append(wire.date)
    app.router.add_get("/gateway/", wire.gateway.handle)
    for route in ROUTES:
        pattern = ID.sub(r"{\1:\\d+}", PREFIX + route.template)
        app.router.add_route(route.method, pattern, partial(wire.serve_route, route))
    app.router.add_route("*", "/{path:.*}", partial(wire.serve_route, None))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=GRACE)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    port = runner.addresses[0][1]
    wire.api_url = f"http://127.0.0.1:{port}{PREFIX}"
    wire.gateway.url = f"ws://127.0.0.1:{port}/gateway/"
    world.listener = wire.gateway.dispatch
    try:
        yield wire
    finally:
        wire.closing.set()
        wire.gateway.drop()
        await runner.cleanup()
    if wire.crashes:
        raise ExceptionGroup("the stand-in broke", wire.crashes)
