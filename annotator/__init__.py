"""Mark who is the source of each claim in the news, and where its wording is biased.

    import annotator

    with annotator.open("annotations.db") as project:
        print(len(project.claims()))

Everything that is listed here is imported when it is first asked for, so that `import annotator`
costs nothing; docs/python-api.md describes it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from annotator.version import __version__

if TYPE_CHECKING:
    from annotator import formats as formats
    from annotator.agreement.measures import (
        alpha,
        bootstrap,
        coefficient,
        dawid_skene,
        difference,
        gamma,
        unitizing_alpha,
        unitizing_alpha_1995,
    )
    from annotator.attribution.engine import attribute as suggest
    from annotator.domain.errors import AnnotatorError
    from annotator.domain.model import Annotation, Article, ArticleDraft, Batch, Change, Fragment
    from annotator.project.project import Project

    create = Project.create
    open = Project.open  # noqa: A001

_MODEL: Final = "annotator.domain.model"
_MEASURES: Final = "annotator.agreement.measures"
_NAMES: Final = {
    "open": ("annotator.project.project", "Project.open"),
    "create": ("annotator.project.project", "Project.create"),
    "Project": ("annotator.project.project", "Project"),
    "Article": (_MODEL, "Article"),
    "ArticleDraft": (_MODEL, "ArticleDraft"),
    "Annotation": (_MODEL, "Annotation"),
    "Fragment": (_MODEL, "Fragment"),
    "Batch": (_MODEL, "Batch"),
    "Change": (_MODEL, "Change"),
    "AnnotatorError": ("annotator.domain.errors", "AnnotatorError"),
    "suggest": ("annotator.attribution.engine", "attribute"),
    "formats": ("annotator.formats", ""),
    "alpha": (_MEASURES, "alpha"),
    "coefficient": (_MEASURES, "coefficient"),
    "dawid_skene": (_MEASURES, "dawid_skene"),
    "unitizing_alpha": (_MEASURES, "unitizing_alpha"),
    "unitizing_alpha_1995": (_MEASURES, "unitizing_alpha_1995"),
    "gamma": (_MEASURES, "gamma"),
    "bootstrap": (_MEASURES, "bootstrap"),
    "difference": (_MEASURES, "difference"),
}
"""Public name -> its module, and where it is found there."""

__all__ = [
    "Annotation",
    "AnnotatorError",
    "Article",
    "ArticleDraft",
    "Batch",
    "Change",
    "Fragment",
    "Project",
    "__version__",
    "alpha",
    "bootstrap",
    "coefficient",
    "create",
    "dawid_skene",
    "difference",
    "formats",
    "gamma",
    "open",
    "suggest",
    "unitizing_alpha",
    "unitizing_alpha_1995",
]


def __getattr__(name: str) -> Any:
    """Import a public name (PEP 562)."""
    if name not in _NAMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, path = _NAMES[name]
    found: Any = import_module(module)
    for part in filter(None, path.split(".")):
        found = getattr(found, part)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
