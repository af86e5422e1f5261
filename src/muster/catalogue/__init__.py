"""What the world is called: weapons, calibres, words and look-alikes, as data files that people review.

>>> catalogue = load()
>>> any(model.make == "Glock" and model.model == "19" for model in catalogue.models)
True
"""

from __future__ import annotations

from muster.catalogue.load import load
from muster.catalogue.records import Calibre, Catalogue, LookAlike, Maker, Model, Sense

__all__ = ["Calibre", "Catalogue", "LookAlike", "Maker", "Model", "Sense", "load"]
