"""`HEAD`, for programs that ask what they would be given before they fetch it: as `GET`, without the body."""

from litestar.types import ASGIApp, Message, Receive, Scope, Send


class HeadsToo:
    """Wraps an application, which never sees `HEAD`: every address that can be fetched can be asked so, and no other."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on as one that fetches, and keep the body back."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.body":
                message["body"] = b""
            await send(message)

        # A copy: the server below looks at its own to know that no body follows.
        fetching = scope.copy()
        fetching["method"] = "GET"
        await self._app(fetching, receive, send_head)
