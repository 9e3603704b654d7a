"""The plain values that methods of `Project` return, for type annotations above."""

from annotator.store.articles import AnnotatorProgress, ArticleSummary
from annotator.store.check import Finding
from annotator.store.clusters import ClusterRow
from annotator.store.imported import Imported
from annotator.store.journal import BatchInfo
from annotator.store.order import Order
from annotator.store.outside import Outside
from annotator.store.phrases import PhraseIndex
from annotator.store.transfer import ExportSelection

__all__ = [
    "AnnotatorProgress",
    "ArticleSummary",
    "BatchInfo",
    "ClusterRow",
    "ExportSelection",
    "Finding",
    "Imported",
    "Order",
    "Outside",
    "PhraseIndex",
]
