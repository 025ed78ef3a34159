"""Both stores of evidence: a folder, and a bucket of a real S3-compatible server on this machine."""

import pytest
from buckets import new_place

from compliance.files import FolderStore


@pytest.fixture
def place(s3_server):
    return new_place(s3_server)


@pytest.fixture(params=["folder", "s3"])
def store(request, tmp_path):
    if request.param == "folder":
        return FolderStore(tmp_path / "evidence")
    return request.getfixturevalue("place").store()


@pytest.fixture
def disk(store, request, tmp_path):
    """Where the store's bytes really lie."""
    return tmp_path / "evidence" if isinstance(store, FolderStore) else request.getfixturevalue("place").folder
