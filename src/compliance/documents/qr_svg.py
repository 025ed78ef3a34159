"""QR codes for pages: as the path of an SVG drawing."""

from msgspec import Struct

from compliance.documents._qr import qr_runs


class QrDrawing(Struct, frozen=True, kw_only=True):
    """A QR code in units of one module, without the quiet zone of four modules around it."""

    path: str
    """For the attribute `d`."""
    modules: int
    """On a side."""


def draw_qr_path(text: str) -> QrDrawing:
    """The code as one filled path. It is not kept: what stands in it may be a secret."""
    runs, modules = qr_runs(text)
    return QrDrawing(path="".join(f"M{x} {y}h{width}v1h-{width}z" for x, y, width in runs), modules=modules)
