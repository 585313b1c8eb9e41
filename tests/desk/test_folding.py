"""People are understood however they type: capitals, accents, plurals and most forms of a word."""

import pytest

from desk.folding import folded, stem, stems_of, telling_words, word_key
from desk.languages import language_of
from protocol.words import Language


def test_case_and_accents_do_not_matter() -> None:
    assert folded("¿DEVOLUCIÓN, Ñandú?") == "¿devolucion, nandu?"


@pytest.mark.parametrize(
    "forms",
    [
        ("devolver", "devolución", "devoluciones", "devolverla"),
        ("producto", "productos", "product", "products"),
        ("return", "returned", "returning", "returns"),
        ("dato", "datos", "data"),
        ("malo", "mala", "malos", "mal"),
    ],
)
def test_forms_of_a_word_are_one_word(forms: tuple[str, ...]) -> None:
    assert len({stem(folded(form)) for form in forms}) == 1


def test_words_that_say_nothing_are_left_out() -> None:
    assert list(telling_words("Hola, buenos días: quiero devolver el producto, por favor")) == ["devolver", "producto"]
    assert list(telling_words("Hello, I would like to return the product please")) == ["return", "product"]


def test_the_first_form_of_a_word_stands_for_it() -> None:
    assert stems_of("productos y Producto") == {"produ": "productos"}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("quiero devolver el producto", Language.ES),
        ("I want to return the product", Language.EN),
        ("devolución", Language.ES),
        ("¿refund?", Language.ES),
        ("where is it", Language.EN),
    ],
)
def test_the_language_is_found_out_by_the_small_words(text: str, language: Language) -> None:
    assert language_of(text) is language


def test_a_word_becomes_a_key() -> None:
    assert [word_key(one) for one in ("Página web", " Teléfono ", "x", "¿?")] == ["pagina-web", "telefono", "x", ""]
