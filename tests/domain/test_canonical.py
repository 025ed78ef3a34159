"""Canonical bytes are those of rfc8785, whichever way they were written."""

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from compliance.domain.canonical import canonical_bytes

MOST = 2**53 - 1
numbers = st.integers(-MOST, MOST)
texts = st.text() | st.sampled_from(
    [
        '"\\/',
        "\b\f\n\r\t\x00\x1f\x7f",
        "\u2028",
        "ភាសាខ្មែរ",
        "\ue000",
        "\U0001f600",
        ":1.5e3,",
        '\\":1.5',
        "a,1.5",
        "sha256:51e4",
    ]
)
documents = st.recursive(
    st.none() | st.booleans() | numbers | texts | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
)


@given(st.dictionaries(texts, documents) | st.lists(documents) | documents)
def test_canonical_bytes_are_those_of_rfc_8785(document):
    assert canonical_bytes(document) == rfc8785.dumps(document)


@pytest.mark.parametrize("document", [{"a": 2**53}, {"a": -(2**53)}, [2**53], {"a": "\ud800"}])
def test_what_has_no_canonical_form_is_refused(document):
    with pytest.raises(rfc8785.CanonicalizationError):
        canonical_bytes(document)
