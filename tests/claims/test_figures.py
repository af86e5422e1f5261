"""Numbers in every written form, in seven languages: what is written is what is read."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from num2words import num2words

from muster.claims import Article, read
from muster.claims.figures import core_at
from muster.claims.languages import known, rules
from muster.model import digest

Value = float | tuple[float, float]
FORMS: list[tuple[str, str, Value, str, str]] = [
    ("en", "They sold 32 rifles.", 32, "eq", "weapons"),
    ("en", "They sold thirty-two rifles.", 32, "eq", "weapons"),
    ("en", "Two thirds of the rifles were sold.", 0.667, "approx", "share"),
    ("en", "It cost 40bn dollars in all.", 4e10, "eq", "USD"),
    ("en", "They sold over 270k rifles.", 270_000, "gt", "weapons"),
    ("en", "Between 10 and 15% of the rifles were sold.", (10, 15), "between", "percent"),
    ("en", "Dozens of rifles were sold.", 24, "ge", "weapons"),
    ("en", "Thousands of rifles were sold.", 1000, "ge", "weapons"),
    ("en", "Nearly 900 rifles were sold.", 900, "approx", "weapons"),
    ("en", "One and a half million rifles were sold.", 1.5e6, "eq", "weapons"),
    ("en", "Six in ten rifles were sold.", 0.6, "approx", "share"),
    ("en", "They paid 1,500 to 2,000 euros for it.", (1500, 2000), "between", "EUR"),
    ("de", "Sie verkauften 32 Gewehre.", 32, "eq", "weapons"),
    ("de", "Sie verkauften zweiunddreißig Gewehre.", 32, "eq", "weapons"),
    ("de", "Zwei Drittel der Gewehre wurden verkauft.", 0.667, "approx", "share"),
    ("de", "Es kostete 40 Mrd. Dollar.", 4e10, "eq", "USD"),
    ("de", "Sie verkauften über 270 Tsd. Gewehre.", 270_000, "gt", "weapons"),
    ("de", "Zwischen 10 und 15 % der Gewehre wurden verkauft.", (10, 15), "between", "percent"),
    ("de", "Dutzende Gewehre wurden verkauft.", 24, "ge", "weapons"),
    ("de", "Tausende Gewehre wurden verkauft.", 1000, "ge", "weapons"),
    ("de", "Fast 900 Gewehre wurden verkauft.", 900, "approx", "weapons"),
    ("de", "Anderthalb Millionen Gewehre wurden verkauft.", 1.5e6, "eq", "weapons"),
    ("de", "Sechs von zehn Gewehren wurden verkauft.", 0.6, "approx", "share"),
    ("de", "Sie zahlten dafür 1.500 bis 2.000 Euro.", (1500, 2000), "between", "EUR"),
    ("fr", "Ils ont vendu 32 fusils.", 32, "eq", "weapons"),
    ("fr", "Ils ont vendu trente-deux fusils.", 32, "eq", "weapons"),
    ("fr", "Les deux tiers des fusils ont été vendus.", 0.667, "approx", "share"),
    ("fr", "Cela a coûté 40 milliards de dollars.", 4e10, "eq", "USD"),
    ("fr", "Ils ont vendu plus de 270 000 fusils.", 270_000, "gt", "weapons"),
    ("fr", "Entre 10 et 15 % des fusils ont été vendus.", (10, 15), "between", "percent"),
    ("fr", "Des dizaines de fusils ont été vendus.", 24, "ge", "weapons"),
    ("fr", "Des milliers de fusils ont été vendus.", 1000, "ge", "weapons"),
    ("fr", "Près de 900 fusils ont été vendus.", 900, "approx", "weapons"),
    ("fr", "Un million et demi de fusils ont été vendus.", 1.5e6, "eq", "weapons"),
    ("fr", "Six fusils sur dix ont été vendus.", 0.6, "approx", "share"),
    ("fr", "Ils ont payé 1 500 à 2 000 euros.", (1500, 2000), "between", "EUR"),
    ("es", "Vendieron 32 fusiles.", 32, "eq", "weapons"),
    ("es", "Vendieron treinta y dos fusiles.", 32, "eq", "weapons"),
    ("es", "Dos tercios de los fusiles fueron vendidos.", 0.667, "approx", "share"),
    ("es", "Costó 40 mil millones de dólares.", 4e10, "eq", "USD"),
    ("es", "Vendieron más de 270 mil fusiles.", 270_000, "gt", "weapons"),
    ("es", "Entre el 10 y el 15 % de los fusiles fueron vendidos.", (10, 15), "between", "percent"),
    ("es", "Decenas de fusiles fueron vendidos.", 24, "ge", "weapons"),
    ("es", "Miles de fusiles fueron vendidos.", 1000, "ge", "weapons"),
    ("es", "Casi 900 fusiles fueron vendidos.", 900, "approx", "weapons"),
    ("es", "Un millón y medio de fusiles fueron vendidos.", 1.5e6, "eq", "weapons"),
    ("es", "Seis de cada diez fusiles fueron vendidos.", 0.6, "approx", "share"),
    ("es", "Pagaron 1.500 a 2.000 euros.", (1500, 2000), "between", "EUR"),
    ("pt", "Venderam 32 espingardas.", 32, "eq", "weapons"),
    ("pt", "Venderam trinta e duas espingardas.", 32, "eq", "weapons"),
    ("pt", "Dois terços das espingardas foram vendidas.", 0.667, "approx", "share"),
    ("pt", "Custou 40 mil milhões de dólares.", 4e10, "eq", "USD"),
    ("pt", "Venderam mais de 270 mil espingardas.", 270_000, "gt", "weapons"),
    ("pt", "Entre 10 e 15% das espingardas foram vendidas.", (10, 15), "between", "percent"),
    ("pt", "Dezenas de espingardas foram vendidas.", 24, "ge", "weapons"),
    ("pt", "Milhares de espingardas foram vendidas.", 1000, "ge", "weapons"),
    ("pt", "Quase 900 espingardas foram vendidas.", 900, "approx", "weapons"),
    ("pt", "Um milhão e meio de espingardas foram vendidas.", 1.5e6, "eq", "weapons"),
    ("pt", "Seis em cada dez espingardas foram vendidas.", 0.6, "approx", "share"),
    ("pt", "Pagaram 1.500 a 2.000 euros.", (1500, 2000), "between", "EUR"),
    ("uk", "Вони продали 32 гвинтівки.", 32, "eq", "weapons"),
    ("uk", "Вони продали тридцять дві гвинтівки.", 32, "eq", "weapons"),
    ("uk", "Дві третини гвинтівок було продано.", 0.667, "approx", "share"),
    ("uk", "Це коштувало 40 млрд доларів.", 4e10, "eq", "USD"),
    ("uk", "Вони продали понад 270 тис. гвинтівок.", 270_000, "gt", "weapons"),
    ("uk", "Від 10 до 15% гвинтівок було продано.", (10, 15), "between", "percent"),
    ("uk", "Десятки гвинтівок було продано.", 24, "ge", "weapons"),
    ("uk", "Тисячі гвинтівок було продано.", 1000, "ge", "weapons"),
    ("uk", "Майже 900 гвинтівок було продано.", 900, "approx", "weapons"),
    ("uk", "Півтора мільйона гвинтівок було продано.", 1.5e6, "eq", "weapons"),
    ("uk", "Шість із десяти гвинтівок було продано.", 0.6, "approx", "share"),
    ("uk", "Вони заплатили від 1500 до 2000 євро.", (1500, 2000), "between", "EUR"),
    ("ru", "Они продали 32 винтовки.", 32, "eq", "weapons"),
    ("ru", "Они продали тридцать две винтовки.", 32, "eq", "weapons"),
    ("ru", "Две трети винтовок были проданы.", 0.667, "approx", "share"),
    ("ru", "Это стоило 40 млрд долларов.", 4e10, "eq", "USD"),
    ("ru", "Они продали более 270 тыс. винтовок.", 270_000, "gt", "weapons"),
    ("ru", "От 10 до 15% винтовок были проданы.", (10, 15), "between", "percent"),
    ("ru", "Десятки винтовок были проданы.", 24, "ge", "weapons"),
    ("ru", "Тысячи винтовок были проданы.", 1000, "ge", "weapons"),
    ("ru", "Почти 900 винтовок были проданы.", 900, "approx", "weapons"),
    ("ru", "Полтора миллиона винтовок были проданы.", 1.5e6, "eq", "weapons"),
    ("ru", "Шесть из десяти винтовок были проданы.", 0.6, "approx", "share"),
    ("ru", "Они заплатили от 1500 до 2000 евро.", (1500, 2000), "between", "EUR"),
]


@pytest.mark.parametrize(("language", "text", "value", "comparator", "unit"), FORMS)
def test_a_number_is_read_in_every_written_form(
    language: str, text: str, value: Value, comparator: str, unit: str
) -> None:
    told = [(c.value, c.comparator, c.unit) for c in read(Article(text, language, "", None, digest(text.encode())))]
    assert told == [(value, comparator, unit)]


def test_every_language_has_every_form() -> None:
    counts = {code: sum(form[0] == code for form in FORMS) for code in known()}
    assert set(counts.values()) == {12}


@pytest.mark.parametrize("language", known())
@settings(max_examples=60, deadline=None)
@given(number=st.one_of(st.integers(2, 130), st.integers(2, 10_000), st.integers(2, 999_999_999)))
def test_a_number_in_words_is_read_back_to_its_value(language: str, number: int) -> None:
    # num2words writes "einstausend", German has "eintausend"
    written = num2words(number, lang=language).replace("einstausend", "eintausend")
    words = rules(language).lexicon.read(written, 0)
    core = core_at(words, 0, rules(language))
    assert core
    assert (core.value, core.last) == (number, len(words)), written


def test_a_scale_that_ends_a_german_text_is_no_error() -> None:
    words = rules("de").lexicon.read("fünf Millionen", 0)
    core = core_at(words, 0, rules("de"))
    assert core
    assert (core.value, core.last) == (5_000_000, 2)


def test_tens_of_thousands_are_no_beginning_of_a_german_number() -> None:
    words = rules("de").lexicon.read("zehntausendeinhundert", 0)
    core = core_at(words, 0, rules("de"))
    assert core
    assert (core.value, core.last) == (10_100, 1)


@pytest.mark.parametrize("figures", ["9" * 30, "9" * 400, "1" + ",000" * 80, "1e999", "10^400", "9" * 29 + " billion"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_a_number_that_overflows_is_no_infinity(language: str, figures: str) -> None:
    text = f"They sold {figures} rifles and 14 pistols."
    found = read(Article(text, language, "", None, digest(text.encode())))
    for claim in found:
        for value in claim.value if isinstance(claim.value, tuple) else (claim.value,):
            assert value is None or abs(value) < 1e300


@pytest.mark.parametrize(
    ("language", "text", "told"),
    [
        ("en", "One in 50 pistols was homemade.", [("share", 0.02, "share")]),
        ("en", "The number of listings rose almost threefold, to 900.",
         [("trend", 200, "percent"), ("count", 900, "listings")]),
        ("de", "Jede dritte Pistole war selbst gebaut.", [("share", 0.333, "share")]),
        ("de", "Der Marktplatz wurde im Juli 2017 abgeschaltet.", [("date", None, "")]),
        ("de", "Waffen wurden nicht gefunden.", [("existence", 0, "")]),
        ("fr", "Moins d’un tiers des pays de la région le font.", [("share", 0.333, "share")]),
        ("es", "Las ventas de armas se redujeron a la mitad.", [("trend", -0.5, "share")]),
        ("ru", "Цена упала со 120 тыс. до 70 тыс. рублей.", [("money", 120_000, "RUB"), ("money", 70_000, "RUB")]),
        ("uk", "Кожен третій пістолет був саморобним.", [("share", 0.333, "share")]),
    ],
)  # fmt: skip
def test_shares_falls_and_factors_keep_their_sort(
    language: str, text: str, told: list[tuple[str, float | None, str]]
) -> None:
    found = read(Article(text, language, "", None, digest(text.encode())))
    assert [(c.type, c.value, c.unit) for c in found] == told
