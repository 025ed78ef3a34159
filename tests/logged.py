"""A log as static files, as the service or any mirror serves it; and a small web server that serves them, or misbehaves.

issuer = Issuer(served.url)
issuer.append_something(300)
publish(issuer, served.folder)
"""

import copy
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

from compliance.domain.transparency import (
    bundles_of,
    entries_of_bundle,
    nodes_of_tile,
    tile_path,
    tiles_of,
    write_bundle,
    write_tile,
)
from compliance.signing import write_key_list
from listening import Listening


def publish(issuer, folder, size=None, **changes):
    """Write a log of a size, all of it by default; `changes` are of its checkpoint."""
    size = len(issuer.leaves) if size is None else size
    files = {}
    for tile in tiles_of(size):
        level, start, end = nodes_of_tile(tile)
        files[f"log/{tile_path(tile)}"] = write_tile(issuer.nodes[level, index] for index in range(start, end))
    for bundle in bundles_of(size):
        files[f"log/{tile_path(bundle)}"] = write_bundle(issuer.leaves[slice(*entries_of_bundle(bundle))])
    files["log/checkpoint"] = issuer.checkpoint(size, **changes).encode()
    files[".well-known/compliance-keys.json"] = write_key_list(issuer.keys)
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def rewritten(issuer, change):
    """The same issuer with another past: `change` is given the leaves and gives those that it now says there were."""
    other = copy.copy(issuer)
    other.leaves, other.nodes = [], {}
    for leaf in change(list(issuer.leaves)):
        other.append(leaf)
    return other


class ServedFolder(Listening):
    """A folder on a port of this machine. `instead` answers for some paths: a function of the handler."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.asked = []
        self.instead = {}
        outer = self

        class Handler(SimpleHTTPRequestHandler):
            def __init__(self, *given):
                super().__init__(*given, directory=str(outer.folder))

            def do_GET(self):
                outer.asked.append(self.path)
                do = outer.instead.get(self.path)
                super().do_GET() if do is None else do(self)

            def log_message(self, *_):
                """Silent."""

        super().__init__(Handler)


def answering(status, body=b"", **headers):
    """What to put into `instead`."""

    def answer(handler):
        handler.send_response(status)
        for name, value in {"content-length": len(body), **headers}.items():
            handler.send_header(name.replace("_", "-"), str(value))
        handler.end_headers()
        handler.wfile.write(body)

    return answer
