"""The agreement report: each number with n, interval or the reason why there is none."""

from annotator.report.build import PARTS, Options, Report, build, parts
from annotator.report.corpus import Corpus, gather

__all__ = ["PARTS", "Corpus", "Options", "Report", "build", "gather", "parts"]
