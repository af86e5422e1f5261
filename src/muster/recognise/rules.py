"""Judge by rule what a listing offers. The rule's answer is one feature of the learned part, and the strongest."""

from __future__ import annotations

from decimal import Decimal

from muster.model import Kind
from muster.recognise.facts import FAR, GUNS, Facts, maker_kind
from muster.recognise.reading import Hit, maker_of, model_of

PART_BELOW = Decimal(250)
"""US dollars: below it a gun's name beside a part's name is taken for the part. Most offers of whole guns ask more."""
GUN_FROM = Decimal(300)
"""US dollars: from it on a calibre without a word or a count of cartridges is taken for the gun."""
FILE_BELOW = Decimal(30)
"""US dollars: below it a part's name beside a guide's word is taken for drawings of the part."""
MAGAZINE_BELOW = Decimal(150)
"""The same for magazines, which are cheaper."""


def judge(facts: Facts) -> Kind | None:
    """Return the kind by rule, None where nothing speaks of a weapon; a bare "gun" is too vague and a placeholder.

    The order matters: what a thing merely bears the name of comes first, then information and unnamed orders,
    then kinds whose words are unmistakable, and last the kinds that a maker or a model implies.
    """
    if facts.named_lookalike or _is_borne_name(facts):
        return "not_weapon"
    return _information(facts) or _unmistakable(facts) or _part(facts) or _shooting(facts)


def _is_borne_name(facts: Facts) -> bool:
    """Whether a weapon's name is only borne by a drug, a game, a watch …"""
    if facts.strong_cues == 1 and _outweighs(facts) and "guide" not in facts.anywhere:
        return False
    if facts.strong_cues and not facts.stated_gun:
        return "guide" not in facts.first or not facts.anywhere & {"gun", "automatic", "explosive", "light_weapon"}
    if facts.strong_cues > 1 and not facts.makes:
        return True
    item = facts.guns or facts.arms or facts.makes or facts.calibre < FAR
    return bool(facts.weak_cues) and not item and not facts.anywhere & _DEVICES


def _outweighs(facts: Facts) -> bool:
    """Whether a word stands here that one word of another sense does not undo: poison in mg, shot in ounces."""
    if facts.anywhere & {"less_lethal", "toxic"}:
        return True
    return "ammunition" in facts.first and facts.calibre < FAR


_DEVICES = frozenset(
    {"less_lethal", "blade", "explosive", "toxic", "protective", "pyrotechnic", "ammunition", "component"}
)


def _information(facts: Facts) -> Kind | None:
    arms = facts.anywhere & (_DEVICES | {"gun", "handgun", "long_gun", "automatic", "light_weapon", "bomb"})
    named = facts.guns or facts.arms or arms
    if "guide" in facts.anywhere and named and not _is_made_thing(facts):
        return "guide"
    if "custom" in facts.first and not named and not facts.makes and facts.calibre == FAR:
        return "not_weapon" if facts.strong_cues or facts.weak_cues else "placeholder"
    return None


def _is_made_thing(facts: Facts) -> bool:
    """Whether a gun or its part is named before the guide's word, at a price that no file asks."""
    if facts.stated_gun:
        return True
    return facts.at("component") < facts.at("guide") and not _below(facts, FILE_BELOW)


def _unmistakable(facts: Facts) -> Kind | None:
    kinds = {model_of(hit).kind for hit in facts.arms}
    if "less_lethal" in kinds or facts.at("less_lethal") < min(facts.at("blade"), FAR):
        return "less_lethal"
    if facts.at("pyrotechnic") < FAR and not facts.guns:
        return "pyrotechnic"
    if ("light_weapon" in kinds or "light_weapon" in facts.first) and not facts.stated_gun:
        return "light_weapon"
    rounds = "ammunition" in facts.first and facts.calibre < FAR
    if ("explosive" in kinds or "explosive" in facts.first) and not facts.stated_gun and not rounds:
        return "explosive"
    if "protective" in facts.first:
        return "protective"
    if "toxic" in facts.first and not facts.guns:
        return "toxic"
    if ("blade" in facts.first or "blade_impact" in kinds) and not facts.stated_gun:
        return "blade_impact"
    return None


def _part(facts: Facts) -> Kind | None:
    gun = min((hit.first for hit in (*facts.guns, *facts.makes)), default=FAR)
    gun = min(gun, facts.at("handgun"), facts.at("long_gun"))
    part = facts.at("component")
    if part < FAR and (part < gun or _below(facts, PART_BELOW)):
        return "component"
    magazine = facts.at("magazine")
    if magazine < FAR and not _is_counted(facts, magazine):
        if (gun < FAR or facts.calibre < FAR) and _below(facts, MAGAZINE_BELOW):
            return "component"
        if gun == FAR and facts.calibre < FAR and "ammunition" not in facts.first:
            return "component"
    return None


def _shooting(facts: Facts) -> Kind | None:
    words = min(facts.at("handgun"), facts.at("long_gun"), facts.at("gun"), facts.at("automatic"))
    gun = min((hit.first for hit in facts.guns), default=FAR)
    rounds = facts.at("ammunition")
    if rounds < FAR and (min(gun, words) > rounds or facts.calibre < gun or _follows_at_once(facts, rounds)):
        return "ammunition"
    if "automatic" in facts.anywhere and (facts.guns or facts.calibre < FAR or words < FAR):
        return "automatic"
    if facts.guns:
        return _by_model(facts)
    makers = [hit for hit in facts.makes if maker_kind(hit) != "ammunition"]
    if words < FAR or makers:
        return _by_words(facts, bool(makers)) or "placeholder"
    if facts.weak_makes and (facts.calibre < FAR or "sale_shape" in facts.anywhere):
        return maker_kind(facts.weak_makes[0], facts.chambered)
    return _by_calibre(facts)


def _by_model(facts: Facts) -> Kind:
    first = model_of(facts.guns[0])
    if first.kind == "handgun" and facts.at("long_gun") < FAR and facts.at("handgun") == FAR:
        return "long_gun"
    if first.kind == "automatic" and not first.make and any(_sells_to_civilians(hit) for hit in facts.makes):
        return "long_gun"
    return first.kind


def _sells_to_civilians(hit: Hit) -> bool:
    """Whether a maker's rifles are all semi-automatic: an AK-47 of such a maker is no assault rifle."""
    kinds = maker_of(hit).kinds
    return "long_gun" in kinds and "automatic" not in kinds


def _by_calibre(facts: Facts) -> Kind | None:
    """Judge by a calibre alone: cartridges, unless a gun's words or a gun's price say otherwise."""
    if facts.calibre == FAR and not facts.makes:
        return None
    like_gun = "sale_shape" in facts.anywhere or (facts.amount is not None and facts.amount >= GUN_FROM)
    if like_gun and facts.chambered in GUNS and facts.at("ammunition") == FAR and not facts.states_rounds:
        return facts.chambered
    return "ammunition"


def _by_words(facts: Facts, has_maker: bool) -> Kind | None:
    if facts.at("long_gun") < FAR:
        return "long_gun"
    if facts.at("handgun") < FAR:
        return "handgun"
    if has_maker:
        return maker_kind(facts.makes[0], facts.chambered)
    return "handgun" if facts.calibre < FAR else None


def _follows_at_once(facts: Facts, rounds: int) -> bool:
    """Whether the ammunition's word follows a name at once: "AK 47 ammo" is no rifle, "Beretta 92 - 50 bullets" is."""
    text = facts.reading.text
    if rounds == 0:
        return False
    if text.tokens[rounds - 1].text.isdigit() and not any(hit.last == rounds - 1 for hit in facts.guns):
        return False
    between = text.folded[text.tokens[rounds - 1].end : text.tokens[rounds].start]
    return between == " "


def _is_counted(facts: Facts, token: int) -> bool:
    """Whether a number stands before a word, as in "2 mags" or "15 round mags": then it comes with the weapon."""
    names = {n for hit in (*facts.reading.models, *facts.reading.calibres) for n in range(hit.first, hit.last + 1)}
    tokens = facts.reading.text.tokens
    return any(tokens[n].text.isdigit() for n in range(max(0, token - 3), token) if n not in names)


def _below(facts: Facts, limit: Decimal) -> bool:
    """Whether the price is under a limit; where there is none, the words alone decide."""
    return not facts.amount or facts.amount < limit
