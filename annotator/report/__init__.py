"""The agreement report: each number with n, interval or the reason why there is none."""

from annotator.report.build import PARTS, Report, ReportOptions, build, parts
from annotator.report.corpus import Corpus, gather

__all__ = ["PARTS", "Corpus", "Report", "ReportOptions", "build", "gather", "parts"]
