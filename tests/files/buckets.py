"""Buckets for the tests of this room: how one is reached, and where its objects lie as files."""

import itertools
from pathlib import Path
from typing import NamedTuple

from compliance.files import Bucket, S3Store

_numbers = itertools.count()


class Place(NamedTuple):
    """An empty bucket of the tests' server."""

    bucket: Bucket
    folder: Path
    """The objects as files: `folder/KEY`."""

    def store(self, **changes):
        given = {name: getattr(self.bucket, name) for name in self.bucket.__struct_fields__}
        return S3Store(Bucket(**(given | changes)), draw_name=lambda: f"piece-{next(_numbers)}")


def new_place(server):
    name = f"evidence-{next(_numbers)}"
    folder = server.create_bucket(name)
    bucket = Bucket(
        name=name,
        region=server.region,
        access_key_id=server.access_key,
        secret_access_key=server.secret_key,
        endpoint=server.endpoint,
        timeout_s=20,
        connect_timeout_s=2,
        most_retries=1,
        retry_timeout_s=2,
    )
    return Place(bucket, folder)
