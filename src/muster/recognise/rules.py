"""Judge by rule what a listing offers. The rule's answer is one feature of the learned part, and the strongest."""

from __future__ import annotations

from decimal import Decimal

from muster.catalogue import Model
from muster.model import Kind
from muster.recognise.facts import FAR, GUNS, Facts, maker_kind
from muster.recognise.reading import Hit, calibre_of, maker_of, model_of, sense_of

PART_BELOW = Decimal(250)
"""US dollars: below it a gun's name beside a part's name is taken for the part. Most offers of whole guns ask more."""
DEAR_PART = Decimal(1000)
"""US dollars: from it on even a part's name straight after a gun's does not make a part of it."""
GUN_FROM = Decimal(300)
"""US dollars: from it on a calibre without a word or a count of cartridges is taken for the gun."""
GEAR_BELOW = Decimal(100)
"""The same for holsters, shirts and the like."""
LOOSE_MAGAZINE = (Decimal(10), Decimal(100))
"""US dollars: between these a gun's name beside magazines is taken for the magazines, counted or not."""
FITTING = (Decimal(20), Decimal(200))
"""US dollars: between these a gun's name beside a fitting's, "Glock 17 threaded barrel", is taken for the fitting."""
MADE_FROM = Decimal(60)
"""US dollars: from it on "home-made" and the like speak of the thing and not of a guide to it."""
FILE_BELOW = Decimal(30)
"""US dollars: below it a part's name beside a guide's word is taken for drawings of the part."""
A_BOX, DEAR_ROUND = 20, Decimal(10)
"""From so many rounds on, and below so many US dollars each, a count of rounds is what is sold and no magazine's."""
MAGAZINE_BELOW = Decimal(150)
"""The same for magazines, which are cheaper."""


def judge(facts: Facts) -> Kind | None:
    """Return the kind by rule, None where nothing speaks of a weapon; a bare "gun" is too vague and a placeholder.

    The order matters: what a thing merely bears the name of comes first, then information and unnamed orders,
    then kinds whose words are unmistakable, and last the kinds that a maker or a model implies.
    """
    if facts.named_lookalike or _is_borne_name(facts) or _is_gear(facts):
        return "not_weapon"
    return _information(facts) or _unmistakable(facts) or _part(facts) or _shooting(facts)


def _is_borne_name(facts: Facts) -> bool:
    """Whether a weapon's name is only borne by a drug, a game, a watch …"""
    weighed = facts.anywhere & {"less_lethal", "toxic", "explosive", "pyrotechnic", "blade"}
    strong = facts.strong_cues - facts.measures if weighed else facts.strong_cues
    if strong <= 1 and _outweighs(facts) and "guide" not in facts.anywhere:
        return False
    if "guide_title" in facts.anywhere and strong <= 1:
        return False
    if strong and not facts.stated_gun:
        return "guide" not in facts.first or not facts.anywhere & {"gun", "automatic", "explosive", "light_weapon"}
    if strong > 1 and not facts.makes:
        return True
    said = facts.anywhere & {"handgun", "gun", "long_gun", "automatic", "ammunition"}
    item = facts.guns or facts.arms or (facts.makes and said) or facts.calibre < FAR  # "Beretta sunglasses" is no item
    return bool(facts.weak_cues) and not item and not facts.anywhere & _DEVICES


def _is_gear(facts: Facts) -> bool:
    """Whether what is sold only goes with a weapon or bears its name: a holster, a cleaning kit, a permit, a shirt."""
    gear = facts.at("gear")
    if gear == FAR or facts.first.keys() & _DEVICES:
        return False
    gun = min((hit.first for hit in (*facts.guns, *facts.makes)), default=FAR)
    return gear < gun or (_below(facts, GEAR_BELOW) and facts.amount != 0) or gun == FAR


def _outweighs(facts: Facts) -> bool:
    """Whether a word stands here that one word of another sense does not undo: poison in mg, shot in ounces."""
    if facts.anywhere & {"less_lethal", "toxic", "pyrotechnic"}:
        return True
    return "ammunition" in facts.first and facts.calibre < FAR


_DEVICES = frozenset(
    {"less_lethal", "blade", "explosive", "toxic", "protective", "pyrotechnic", "ammunition", "component"}
)


def _information(facts: Facts) -> Kind | None:
    arms = facts.anywhere & (_DEVICES | {"gun", "handgun", "long_gun", "automatic", "light_weapon", "bomb"})
    named = facts.guns or facts.arms or arms
    if "guide_title" in facts.anywhere and not _is_made_thing(facts):
        return "guide"
    if "guide" in facts.anywhere and named and not _is_made_thing(facts):
        return "guide"
    if (
        "custom" in facts.first
        and not _is_made_to_order(facts)
        and not named
        and not facts.makes
        and facts.calibre == FAR
    ):
        return "not_weapon" if facts.strong_cues or facts.weak_cues else "placeholder"
    return None


def _is_made_to_order(facts: Facts) -> bool:
    """Whether "custom" is a word beside the goods, as in "custom handmade Damascus skinner", and no order."""
    text = facts.reading.text
    words = [hit for hit in facts.reading.words if sense_of(hit) == "custom"]
    if any(hit.length > 1 for hit in words) or any(word in _FOR for word in text.words):
        return False
    return len(text.words) > LONGEST_ORDER


_FOR = frozenset({"for", "4", "fur", "fuer", "pour", "para", "per", "dla", "order", "listing", "only"})
LONGEST_ORDER = 5
"""Words of a title beyond which a lone "custom" describes the goods."""


def _is_made_thing(facts: Facts) -> bool:
    """Whether a gun or its part is named before the guide's word, at a price that no file asks."""
    if facts.stated_gun:
        return not _below(facts, FILE_BELOW) or (not facts.amount and _gun(facts) < facts.at("guide"))
    if _only_weakly_a_guide(facts) and facts.amount is not None and facts.amount >= MADE_FROM:
        return True
    return facts.at("component") < facts.at("guide") and not _below(facts, FILE_BELOW)


def _only_weakly_a_guide(facts: Facts) -> bool:
    """Whether all that speaks of a guide are words that speak of goods as well: home-made, collection, training."""
    strong = {hit.first for hit in facts.reading.words if sense_of(hit) in ("guide", "guide_title")}
    weak = {hit.first for hit in facts.reading.words if sense_of(hit) == "guide_weak"}
    return strong <= weak


def _gun(facts: Facts) -> int:
    """Return the token where a gun is first named or called one."""
    named = min((hit.first for hit in (*facts.guns, *facts.makes)), default=FAR)
    return min(named, facts.at("handgun"), facts.at("long_gun"))


def _unmistakable(facts: Facts) -> Kind | None:
    kinds = {model_of(hit).kind for hit in facts.arms}
    makers = [maker_of(hit).kinds for hit in facts.makes]
    if "live" in facts.anywhere and _is_blank_gun(facts, kinds):
        return "long_gun" if facts.at("long_gun") < FAR else "handgun"
    if any(made == {"less_lethal"} for made in makers) and facts.at("ammunition") == FAR:
        return "less_lethal"
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


def _is_blank_gun(facts: Facts, kinds: set[Kind]) -> bool:
    """Whether a gun is named that fires no bullet as it is made: with "converted" beside it, it does."""
    if "less_lethal" not in kinds and facts.at("less_lethal") == FAR:
        return False
    folded = facts.reading.text.folded
    return bool(facts.arms) or facts.at("handgun") < FAR or "schreckschuss" in folded or "blank" in folded


def _part(facts: Facts) -> Kind | None:
    gun = _gun(facts)
    built_in = "part" in facts.anywhere and _is_built_in(facts, gun)
    if built_in and any(word in _MAKES_AUTOMATIC for word in facts.reading.text.words):
        return "automatic"
    if facts.at("part") < FAR and not built_in:
        return "component"
    if facts.at("fitting") < gun < FAR and "accessory" not in facts.anywhere and _below(facts, GUN_FROM):
        return "component"
    if facts.at("fitting") < FAR and facts.guns and "accessory" not in facts.anywhere and _is_fitting_priced(facts):
        return "component"
    part = facts.at("component")
    if (
        part < FAR
        and _below(facts, DEAR_PART)
        and any(hit.last + 1 == part for hit in (*facts.guns, *facts.makes, *facts.reading.calibres))
    ):
        return "component"  # "MP5 silencer"; "Uzi with silencer" has the silencer come along
    if part < FAR and (part < gun or _below(facts, PART_BELOW)):
        return "component"
    magazine = facts.at("magazine")
    if magazine < FAR and _is_multiplied(facts, magazine) and _below(facts, GUN_FROM) and facts.amount:
        return "component"
    if magazine < FAR and gun < FAR and facts.amount is not None:
        low, high = LOOSE_MAGAZINE
        if facts.guns and model_of(facts.guns[0]).kind == "automatic":
            high = MAGAZINE_BELOW  # no rifle costs so little
        if low <= facts.amount < high and not facts.first.keys() & {"handgun", "long_gun", "ammunition"}:
            return "component"
    if magazine < FAR and not _is_counted(facts, magazine):
        if (gun < FAR or facts.calibre < FAR) and _below(facts, MAGAZINE_BELOW):
            return "component"
        if gun == FAR and facts.calibre < FAR and "ammunition" not in facts.first:
            return "component"
    return None


def _is_built_in(facts: Facts, gun: int) -> bool:
    """Whether a part is said to be in the gun that is named before it, at a gun's price: "with auto sear installed"."""
    named = gun < facts.at("part") and facts.amount is not None and facts.amount >= GUN_FROM
    return named and any(word in _BUILT_IN for word in facts.reading.text.words)


_MAKES_AUTOMATIC = frozenset({"sear", "autosear", "dias", "switch", "lightning"})
"""Parts that make a gun fire on while the trigger is held."""
_BUILT_IN = frozenset({"installed", "fitted", "built", "eingebaut", "verbaut", "monte", "instalado", "installato"})


def _is_fitting_priced(facts: Facts) -> bool:
    low, high = FITTING
    return facts.amount is not None and low <= facts.amount < high


def _shooting(facts: Facts) -> Kind | None:
    words = min(facts.at("handgun"), facts.at("long_gun"), facts.at("gun"), facts.at("automatic"))
    gun = min((hit.first for hit in facts.guns), default=FAR)
    rounds = facts.at("ammunition")
    if rounds < FAR and _is_bare_cartridges(facts, min(words, gun)):
        return None
    if rounds < FAR and (min(gun, words) > rounds or facts.calibre < gun or _follows_at_once(facts, rounds)):
        return "ammunition"
    if facts.states_rounds and _is_loose_rounds(facts):
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


def _is_bare_cartridges(facts: Facts, gun: int) -> bool:
    """Whether all that speaks of ammunition is "cartridges", which vaporisers, printers and gas masks have too."""
    if gun < FAR or facts.calibre < FAR or facts.makes or facts.arms or facts.states_rounds:
        return False
    said = [hit for hit in facts.reading.words if sense_of(hit) == "ammunition"]
    tokens = facts.reading.text.tokens
    return all(hit.length == 1 and tokens[hit.first].text in ("cartridge", "cartridges") for hit in said)


def _is_loose_rounds(facts: Facts) -> bool:
    """Whether a count of rounds and a calibre stand without any gun, at a price of rounds."""
    words = min(facts.at("handgun"), facts.at("long_gun"), facts.at("automatic"))
    if not facts.guns and words == FAR and facts.calibre < FAR and facts.counted >= A_BOX and facts.amount:
        return facts.amount < facts.counted * DEAR_ROUND
    return not facts.guns and words == FAR and facts.calibre < FAR and bool(facts.amount) and _below(facts, PART_BELOW)


_SMALL = frozenset({"machine_pistol", "submachine_gun"})
_RIFLES = frozenset({"assault_rifle", "battle_rifle", "light_machine_gun", "machine_gun"})


def _is_civilian(facts: Facts, model: Model) -> bool:
    """Whether a military pattern is sold as what civilians buy: called semi-automatic, a pistol, or in .22 LR."""
    if "automatic" in facts.anywhere:
        return False
    if "civilian" in facts.anywhere or (model.class_ in _RIFLES and facts.at("handgun") < FAR):
        return True
    return any(calibre_of(hit).name == ".22 LR" for hit in facts.reading.calibres)


def _by_model(facts: Facts) -> Kind:
    first = model_of(facts.guns[0])
    if first.kind == "automatic" and _is_civilian(facts, first):
        return "handgun" if first.class_ in _SMALL and facts.at("handgun") < FAR else "long_gun"
    if first.model == "M4" and first.kind == "automatic" and "automatic" not in facts.anywhere:
        return "long_gun"
    told = "automatic" not in facts.anywhere and any(model_of(hit).kind == "long_gun" for hit in facts.guns[1:])
    if first.kind == "automatic" and told:
        return "long_gun"  # "AK-47 WASR-10": the pattern, and which rifle of it
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


def _is_multiplied(facts: Facts, token: int) -> bool:
    """Whether a word is followed by how many of it are sold: "mags x5"."""
    words = facts.reading.text.words[token + 1 : token + 3]
    return len(words) == 2 and words[0] == "x" and words[1].isdigit()


def _below(facts: Facts, limit: Decimal) -> bool:
    """Whether the price is under a limit; where there is none, the words alone decide."""
    return not facts.amount or facts.amount < limit
