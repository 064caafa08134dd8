"""Quality of the catalogue: every item in force against every rule, scored per organ, ranked by worth."""

from onewindow.catalog.quality.gathering import Gatherer, Settings
from onewindow.catalog.quality.printing import lines
from onewindow.catalog.quality.reading import check
from onewindow.catalog.quality.report import ItemToMend, OrganScore, QualityReport, RuleCount

__all__ = ["Gatherer", "ItemToMend", "OrganScore", "QualityReport", "RuleCount", "Settings", "check", "lines"]
