"""The law: dated rules, and what they answer for a day or for a count of paid days.

A person's *counter* holds the benefit days paid since the work condition was last met. The home municipality pays a
share of the basic amount of every further day, nothing up to day 100 and then more from step to step: the ladder.
All this changes by acts of parliament, so no rule is written in Python. The folder ``tree`` holds one YAML file a
topic; each value there says from which day it holds, in which unit, who says so, and how sure that is. Another law,
an older or a proposed one, is another tree.

A value that no part of the program uses is in the tree too and is *inert*: it says why it moves nothing. An open
question is a *switch* with named alternatives and a default; ``load_law`` takes other choices.

``load_law`` reads and checks a tree and gives a ``Law``, which answers "what holds on this day", lists the values
that are not verified and the days on which something changes. ``listing`` compares two days. ``Ladder`` sums shares
over paid days in closed form. ``benefit_kind`` tells which benefit a paid day is. ``calendar`` counts benefit days,
Monday to Friday: a *day number* is days since 1970-01-01, a *month number* is year x 12 + month - 1, everywhere in
the project.
"""

from sim.law.benefits import Benefit, Entitlement, benefit_kind
from sim.law.ladder import Ladder
from sim.law.loader import Evidence, Law, WorkCondition, load_law
from sim.law.schema import Dated

__all__ = ["Benefit", "Dated", "Entitlement", "Evidence", "Ladder", "Law", "WorkCondition", "benefit_kind", "load_law"]
