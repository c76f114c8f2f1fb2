"""The overview page: every channel, thread and forum post, and the chosen one beside them."""

from collections.abc import Awaitable, Callable, Mapping
from importlib.resources import files

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.demo.board import Board

PORT = 8737

_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
        "connect-src 'self'; img-src 'self' data:; frame-src http://127.0.0.1:*; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
}

Address = Callable[[int], Awaitable[str | None]]
Assets = Mapping[str, tuple[str, bytes]]


class Hub:
    """Serves the overview on 127.0.0.1 for as long as it is entered.

    `address` gives the page of a channel by its id. `server` and `hints` are shown: the name of
    the community and what a visitor may try.
    """

    def __init__(self, board: Board, assets: Assets, server: str, hints: tuple[str, ...]) -> None:
        self.address: Address | None = None
        self._board = board
        self._assets = assets
        self._about = {"server": server, "hints": list(hints)}
        self._origins: frozenset[str] = frozenset()
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=1.0)

    async def open(self, port: int | None) -> str:
        """Start to serve and give the address; a port of None is the usual one, else any free."""
        await self._runner.setup()
        for candidate in (PORT, 0) if port is None else (port,):
            site = web.TCPSite(self._runner, "127.0.0.1", candidate)
            try:
                await site.start()
            except OSError:
                if port is not None or candidate == 0:
                    raise
                continue
            break
        number = self._runner.addresses[0][1]
        self._origins = frozenset((f"127.0.0.1:{number}", f"localhost:{number}"))
        return f"http://127.0.0.1:{number}"

    async def close(self) -> None:
        """Stop serving."""
        await self._runner.cleanup()

    def _application(self) -> web.Application:
        application = web.Application(middlewares=[self._own_visitors])
        application.router.add_get("/", self._page)
        application.router.add_get("/board", self._places)
        application.router.add_post("/open/{id:[0-9]{1,20}}", self._visit)
        application.router.add_get("/picture/{id:[0-9]{1,20}}", self._picture)
        return application

    @web.middleware
    async def _own_visitors(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse other sites that point a name of theirs at this machine."""
        origin = request.headers.get("Origin", "http://" + request.host)
        if request.host not in self._origins or origin.removeprefix("http://") not in self._origins:
            raise web.HTTPForbidden
        response = await handler(request)
        response.headers.update(_HEADERS)
        return response

    async def _page(self, _: web.Request) -> web.Response:
        text = files("bot.demo").joinpath("hub.html").read_text("utf-8")
        return web.Response(text=text, content_type="text/html")

    async def _places(self, request: web.Request) -> web.Response:
        if request.query.get("version") == str(self._board.version):
            return web.Response(status=204)
        return web.json_response(
            {"version": self._board.version, "places": self._board.places(), **self._about}
        )

    async def _visit(self, request: web.Request) -> web.Response:
        url = await self.address(int(request.match_info["id"])) if self.address else None
        if url is None:
            raise web.HTTPNotFound
        return web.json_response({"url": url})

    async def _picture(self, request: web.Request) -> web.Response:
        place = self._board.place(int(request.match_info["id"]))
        if place is None or place.opening.picture not in self._assets:
            raise web.HTTPNotFound
        return web.Response(body=self._assets[place.opening.picture][1], content_type="image/jpeg")
