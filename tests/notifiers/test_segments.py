"""An SMS is counted as it is paid for."""

import pytest

from notifiers.segments import Encoding, sms_size


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        ("", Encoding.GSM7, 0, 1),
        ("a" * 160, Encoding.GSM7, 160, 1),
        ("a" * 161, Encoding.GSM7, 161, 2),
        ("a" * 306, Encoding.GSM7, 306, 2),
        ("a" * 307, Encoding.GSM7, 307, 3),
        ("ñ é ü ¿ ¡ Ñ Å @ £", Encoding.GSM7, 17, 1),
        ("€" * 80, Encoding.GSM7, 160, 1),
        ("€" * 81, Encoding.GSM7, 162, 2),
        ("á" * 70, Encoding.UCS2, 70, 1),
        ("á" * 71, Encoding.UCS2, 71, 2),
        ("á" * 134, Encoding.UCS2, 134, 2),
        ("á" * 135, Encoding.UCS2, 135, 3),
        ("a" * 69 + "×", Encoding.UCS2, 70, 1),
        ("🔥" * 35, Encoding.UCS2, 70, 1),
        ("🔥" * 36, Encoding.UCS2, 72, 2),
    ],
)
def test_segments(text: str, encoding: Encoding, units: int, segments: int) -> None:
    size = sms_size(text)
    assert (size.encoding, size.units, size.segments) == (encoding, units, segments)


def test_a_character_of_two_places_is_not_split_between_segments() -> None:
    assert sms_size("a" * 152 + "€" + "a" * 151).segments == 2
    assert sms_size("a" * 152 + "€" + "a" * 152).segments == 3
    assert sms_size("á" * 66 + "🔥" + "á" * 66).segments == 3


def test_the_characters_that_cost_are_named() -> None:
    assert sms_size("Nº 5: así, así").foreign == ("º", "í")
    assert str(sms_size("así")) == "UCS-2, 1 segment (3 characters)"
