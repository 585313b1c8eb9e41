"""An SMS is counted as it is paid for."""

import pytest

from notifiers.segments import Encoding, in_gsm, sms_size


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


def test_accents_that_gsm_lacks_become_plain_letters_and_the_price_halves() -> None:
    said = "3.041 menciones en la última hora, 5,5 × lo habitual: ¿reunión mañana? “Sí”"
    assert in_gsm(said) == '3.041 menciones en la ultima hora, 5,5 x lo habitual: ¿reunion mañana? "Si"'
    assert sms_size(in_gsm(said)).encoding is Encoding.GSM7


def test_a_text_that_cannot_be_said_in_gsm_is_left_as_it_is() -> None:
    assert in_gsm("última hora 危机") == "última hora 危机"
