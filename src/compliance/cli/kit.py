"""`compliance kit`: the starter kit as PDFs, with the country's reporting channels."""

from argparse import Namespace
from pathlib import Path

from compliance.cli.folders import library_of, write_files
from compliance.cli.printing import say, warn


def kit(options: Namespace) -> int:
    """Write each document of the starter kit as one page."""
    from compliance.documents.starter_kit import draw_kit_document
    from compliance.intake.starter_kit import read_kit

    library = library_of(options)
    country = options.country.upper()
    channels = library.channels()
    if country and not any(channel.country == country for channel in channels.channels):
        warn(f"We have not confirmed a reporting channel for {country}; the documents name the local police.")
    files = {
        f"{document.document}-{options.lang}.pdf": draw_kit_document(
            document, channels=channels.channels, country=country, made_on=options.today
        )
        for document in read_kit(library.folder / "starter-kit", options.lang)
    }
    for path in write_files(Path(options.output), files):
        say(str(path))
    return 0
