"""Whose words a claim is: past pronouns, nouns that point back, and what a later sentence says of those before it."""

from __future__ import annotations

import pytest

from muster.claims import article, read


@pytest.mark.parametrize(
    ("language", "text", "value", "speaker"),
    [
        ("en", "Economist Jane Roe sees it otherwise. “They sold 14 pistols there,” she said.", 14, "Jane Roe"),
        ("en", "The Tarn Institute keeps lists. The institute said that 40 rifles were missing.", 40, "Tarn Institute"),
        ("en", "Researchers at Tarn Data, who watch markets, recorded 31 listings.", 31, "Tarn Data"),
        ("de", "Zöllner fanden 40 Gewehre. Das teilte das Innenministerium am Montag mit.", 40, "Interior Ministry"),
        ("de", "Der Markt habe nur 12 Verkäufer, sagte Jan Holm. Es gebe 30 Käufer.", 30, "Jan Holm"),
        ("fr", "« Nous avons saisi 40 fusils », a déclaré à l’AFP un porte-parole d’Europol.", 40, "Europol"),
        ("es", "\"Hallamos 30 pistolas\", aseguró la portavoz de la Policía Nacional, Marta Ruiz.", 30, "Marta Ruiz"),
        ("pt", "Um relatório do Instituto Sou da Serra mostra que 40% das armas vieram de fora.", 40, "Sou da Serra"),
        ("ru", "Издание «Берег» со ссылкой на источник в полиции пишет, что пропали 40 автоматов.", 40, "Bereg"),
        ("uk", "Служба безпеки затримала 12 осіб. Про це повідомляє пресслужба відомства.", 12, "Security Service"),
    ],
)  # fmt: skip
def test_a_number_is_given_to_who_tells_it(language: str, text: str, value: float, speaker: str) -> None:
    claim = next(c for c in read(article(text.encode(), language=language)) if c.value == value)
    assert speaker in claim.attributed_to


def test_whom_a_source_cites_is_no_source_itself() -> None:
    text = "Издание «Берег» со ссылкой на источник в полиции пишет, что пропали 40 автоматов."
    (claim,) = [c for c in read(article(text.encode(), language="ru")) if c.value == 40]
    assert claim.cites == "a source"


@pytest.mark.parametrize(
    "text", ["Der Mann wurde im Juli 2017 verurteilt.", "Pernambuco responde por 40% das apreensões."]
)
def test_a_verb_that_could_tell_and_does_not_names_no_source(text: str) -> None:
    language = "de" if text.startswith("Der") else "pt"
    assert {c.attributed_to for c in read(article(text.encode(), language=language))} == {""}
