"""Our forms are those of the standard library, byte for byte."""

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifiers.providers.forms import form

NAMES = st.sampled_from(["To", "From", "Body", "StatusCallback", "StatusCallbackEvent"])
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.dictionaries(NAMES, TEXTS | st.lists(TEXTS, min_size=1, max_size=3)))
def test_a_form_is_written_as_the_standard_library_writes_it(fields: dict[str, str | list[str]]) -> None:
    assert form(fields) == urlencode(fields, doseq=True).encode()


def test_half_a_character_is_refused() -> None:
    with pytest.raises(UnicodeError):
        form({"Body": "\ud800"})
