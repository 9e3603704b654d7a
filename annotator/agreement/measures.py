"""The measures on plain data: lists, dictionaries, arrays; what `annotator.alpha` and so on are.

They give the numbers of the other modules of this package, which take the project's own arrays.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, TypeVar, cast, get_args

import numpy as np

from annotator.agreement.alpha import METRICS, Metric
from annotator.agreement.alpha import alpha as _alpha
from annotator.agreement.bootstrap import Difference, Resampling, with_interval
from annotator.agreement.bootstrap import difference as _difference
from annotator.agreement.chance_corrected import MEASURES
from annotator.agreement.dawid_skene import DawidSkene
from annotator.agreement.dawid_skene import dawid_skene as _dawid_skene
from annotator.agreement.gamma import SAMPLES, GammaAgreement
from annotator.agreement.gamma import gamma as _gamma
from annotator.agreement.gamma_alignment import Costs
from annotator.agreement.pairwise import PAIR_MEASURES, PairMeasure, pair
from annotator.agreement.result import Result
from annotator.agreement.span_table import SpanTable
from annotator.agreement.unitizing import UnitizingAgreement, unitizing
from annotator.agreement.unitizing_1995 import alpha_u_1995
from annotator.agreement.units import Label, Units
from annotator.alignment.inputs import ComparedText
from annotator.domain.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

Labels: TypeAlias = (
    "Sequence[Sequence[Label | None]] | Mapping[str, Sequence[Label | None]]"
    " | Mapping[str, Mapping[Any, Label | None]] | NDArray[Any]"
)
"""Rows of units, columns by annotator, or dictionaries unit -> label by annotator."""
Span: TypeAlias = "tuple[int, int] | tuple[int, int, str]"
Marked: TypeAlias = Mapping[str, Iterable[Span]]
"""Annotator -> spans (start, end) or (start, end, label) in code points, half-open."""
Coefficient = Literal[
    "cohen",
    "cohen_linear",
    "cohen_quadratic",
    "scott",
    "fleiss",
    "conger",
    "brennan_prediger",
    "ac1",
    "percent",
]
COEFFICIENTS: Final[tuple[Coefficient, ...]] = get_args(Coefficient)
_Key = TypeVar("_Key", bound=Hashable)


def alpha(
    data: Labels,
    metric: Metric = "nominal",
    *,
    labels: Sequence[Label] | None = None,
    documents: Sequence[Hashable] | None = None,
    resamples: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> Result:
    """Krippendorff's alpha of any number of annotators, with missing labels.

    Args:
        data: Who gave which label to which unit, in one of these forms:

            - rows of units, each with one label per annotator (units, annotators);
            - a dictionary, DataFrame or table of pyarrow, with one column of labels per annotator;
            - a dictionary of dictionaries: annotator -> unit -> label;
            - an array of numbers or texts (units, annotators).

            None and NaN stand for no label.
        metric: How far apart two labels are: "nominal", "ordinal" (give `labels` in their order),
            "interval" or "ratio" (labels are numbers).
        labels: The label set in its order; the labels seen, sorted, without.
        documents: The document of each unit, for the interval; without, each unit stands for one.
            With a dictionary of dictionaries: in the order in which units first occur there.
        resamples: How often documents are drawn for the interval; 0 for no interval.
        level: Of the interval.
        seed: Of the drawing.

    Returns:
        `value`, or None and the reason in `undefined`; `interval`; `n`, the units with labels of at
        least two annotators.

    Raises:
        InputError: for data of another shape, or an unknown metric.

    >>> anna = ["yes", "no", "no", "yes", None]
    >>> ben = ["yes", "no", "yes", "yes", "no"]
    >>> print(alpha({"anna": anna, "ben": ben}, resamples=0))
    0.533 (n=4 units)
    >>> alpha(list(zip(anna, ben))) == alpha([["yes", "yes"], ["no", "no"], ["no", "yes"],
    ...                                       ["yes", "yes"], [None, "no"]])
    True
    >>> print(alpha([[1, 2], [3, 3], [float("nan"), 2]], "interval", resamples=0))
    0.727 (n=2 units)
    >>> alpha([["yes", "yes"], ["yes", "yes"]]).undefined[:14]
    'one label only'
    """
    units = _units(data, labels, documents)
    if metric not in METRICS:
        raise InputError(f"no metric {metric!r}", f"there are {', '.join(METRICS)}")
    return _alpha(units, metric, resampling=_resampling(resamples, level, seed))


def coefficient(
    data: Labels,
    measure: Coefficient = "cohen",
    *,
    labels: Sequence[Label] | None = None,
    documents: Sequence[Hashable] | None = None,
    resamples: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> Result:
    """An agreement coefficient other than alpha, which journals and reviewers may ask for.

    Args:
        data, labels, documents, resamples, level, seed: As for `alpha`.
        measure: Of two annotators "cohen" (kappa 1960), "cohen_linear" and "cohen_quadratic"
            (weighted, 1968; give `labels` in their order) or "scott" (pi 1955); of any number
            "fleiss" (kappa 1971), "conger" (1980), "brennan_prediger" (1981), "ac1" (Gwet 2008) or
            "percent". "brennan_prediger" and "ac1" depend on how many labels there are to choose
            from: give all of them as `labels`.

    Raises:
        InputError: for data of another shape, an unknown measure, or more than two annotators where
            a measure is of two.

    >>> anna, ben = ["yes", "no", "no", "yes"], ["yes", "no", "yes", "yes"]
    >>> print(coefficient({"anna": anna, "ben": ben}, resamples=0))
    0.500 (n=4 units)
    >>> print(coefficient({"anna": anna, "ben": ben}, "ac1", resamples=0))
    0.529 (n=4 units)
    """
    units, how = _units(data, labels, documents), _resampling(resamples, level, seed)
    if measure in MEASURES:
        return MEASURES[measure](units, resampling=how)
    if measure in PAIR_MEASURES:
        return pair(units, cast("PairMeasure", measure), resampling=how)
    raise InputError(f"no measure {measure!r}", f"there are {', '.join(COEFFICIENTS)}")


def dawid_skene(
    data: Labels, *, labels: Sequence[Label] | None = None, iterations: int = 200
) -> DawidSkene:
    """Who errs how, and the likely true label of each unit (Dawid & Skene 1979, by EM).

    Args:
        data, labels: As for `alpha`.
        iterations: At most so many steps of EM.

    Returns:
        `best()`, the most probable label of each unit; `accuracy` of each annotator; `confusion`;
        or the reason in `undefined` why there is no model.

    Raises:
        InputError: for data of another shape.

    >>> right = ["a", "b", "a", "b", "a", "b", "a", "b"]
    >>> model = dawid_skene({"anna": right, "ben": right, "cem": ["a"] * 8})
    >>> model.best() == tuple(right)
    True
    >>> [round(float(x), 1) for x in model.accuracy]
    [1.0, 1.0, 0.5]
    """
    return _dawid_skene(_units(data, labels, None), iterations=iterations)


def unitizing_alpha(
    spans: Marked | Mapping[Any, Marked],
    length: int | Mapping[Any, int],
    *,
    resamples: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> UnitizingAgreement:
    """Krippendorff's alpha for unitizing a text (2016): is the same marked, and with one label?

    Args:
        spans: Annotator -> spans (start, end, label), or (start, end) without labels, in code
            points and half-open. One who read the text and marked nothing has an empty list; one
            who did not read it is left out. For several texts: document -> the same of each.
        length: Of the text in code points; for several texts: document -> length.
        resamples, level, seed: For the intervals, by drawing documents; 0 resamples for none.

    Returns:
        `u`, on spans and labels at once; `binary`, on what is marked; `cu`, on labels where spans
        overlap; `ku`, for each label.

    Raises:
        InputError: when a document has no length, or the other way round.
        SpanError: when a span is empty or reaches beyond the text.

    >>> found = unitizing_alpha(
    ...     {"anna": [(0, 10, "source"), (15, 40, "content")], "ben": [(0, 12, "source")]}, 100)
    >>> print(found.u)
    0.320 (n=3 fragments)
    >>> print(found.binary.value == found.u.value, found.cu.undefined[:12])
    False no two annot
    """
    how = _resampling(resamples, level, seed)
    return unitizing(_layer(spans, length), resampling=how)


def unitizing_alpha_1995(
    spans: Marked | Mapping[Any, Marked],
    length: int | Mapping[Any, int],
    *,
    resamples: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> Result:
    """Krippendorff's alpha for unitizing of 1995: unlike that of 2016 it sees where units are cut.

    It is what DKPro Statistics and INCEpTION compute.

    Args:
        spans, length, resamples, level, seed: As for `unitizing_alpha`.

    Raises:
        InputError, SpanError: as for `unitizing_alpha`.

    >>> whole, halves = [(0, 20, "a")], [(0, 10, "a"), (10, 20, "a")]
    >>> print(unitizing_alpha_1995({"anna": whole, "ben": halves}, 100, resamples=0).value < 1)
    True
    >>> unitizing_alpha({"anna": whole, "ben": halves}, 100, resamples=0).u.value
    1.0
    """
    return alpha_u_1995(_layer(spans, length), resampling=_resampling(resamples, level, seed))


def gamma(
    spans: Marked | Mapping[Any, Marked],
    length: int | Mapping[Any, int],
    *,
    alpha: float = 1.0,
    beta: float = 1.0,
    delta: float = 1.0,
    samples: int = SAMPLES,
    precision: float | None = 0.05,
    resamples: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> GammaAgreement:
    """Gamma (Mathet et al. 2015): agreement on spans and labels by their best alignment.

    Args:
        spans, length: As for `unitizing_alpha`; an annotator's own spans may overlap.
        alpha: Weight of positions.
        beta: Weight of labels.
        delta: What a span without a partner costs.
        samples: Random texts per document, to expect disorder from.
        precision: Draw more of them until the expected disorder is this sure, relatively; None
            draws no more.
        resamples, level, seed: For the intervals, by drawing documents; 0 resamples for none.

    Returns:
        `gamma`; `gamma_cat`, on the labels of aligned spans; `gamma_k`, for each label.

    Raises:
        MissingExtraError: with three or more annotators of a document and without scipy.
        InputError, SpanError: as for `unitizing_alpha`.

    >>> found = gamma({"anna": [(0, 10, "a"), (20, 40, "b")], "ben": [(0, 12, "a")]}, 100, seed=1)
    >>> found.gamma.n, 0 < found.gamma.value < 1
    (3, True)
    >>> gamma({"anna": [(0, 10, "a")], "ben": [(0, 10, "a")]}, 100).gamma.value
    1.0
    """
    try:
        costs = Costs(alpha, beta, delta)
    except ValueError as error:
        raise InputError(str(error)) from error
    if samples < 1 or not (precision is None or precision > 0):
        raise InputError("gamma needs at least one sample, and a precision above 0 or None")
    return _gamma(
        _layer(spans, length),
        costs,
        samples=samples,
        precision=precision,
        seed=seed,
        resampling=_resampling(resamples, level, seed),
    )


def bootstrap(
    result: Result, *, resamples: int = 1000, level: float = 0.95, seed: int = 0
) -> Result:
    """The same result with an interval from drawing whole documents with replacement (BCa).

    Args:
        result: Of any measure here.
        resamples: How often documents are drawn.
        level: Of the interval.
        seed: Of the drawing: the same seed and documents give the same interval.

    Returns:
        `interval`, or the reason in `no_interval` why there is none.

    Raises:
        InputError: for less than one resample, or a level outside 0 to 1.

    >>> anna, ben = [1, 2, 1, 2, 3, 3, 1, 2, 1, 1, 3, 2], [1, 2, 1, 1, 3, 3, 2, 2, 1, 1, 3, 3]
    >>> articles = [i // 3 for i in range(12)]
    >>> plain = alpha({"anna": anna, "ben": ben}, documents=articles, resamples=0)
    >>> print(plain)
    0.635 (n=12 units)
    >>> print(bootstrap(plain, level=0.9, seed=7))
    0.635 [0.462, 1.000] (n=12 units)
    """
    if resamples < 1:
        raise InputError("at least one resample is needed")
    _refuse_others(result)
    return with_interval(result, _resampling(resamples, level, seed))


def difference(
    first: Result, second: Result, *, resamples: int = 1000, level: float = 0.95, seed: int = 0
) -> Difference:
    """By how much one measure changed between two rounds, documents in both drawn together.

    Args:
        first, second: Of one measure; its value is second minus first.
        resamples, level, seed: As for `bootstrap`.

    Raises:
        InputError: when the results are of different measures.

    >>> before = alpha({"anna": [1, 2, 1, 2], "ben": [1, 2, 2, 2]}, resamples=0)
    >>> after = alpha({"anna": [1, 2, 1, 2], "ben": [1, 2, 1, 2]}, resamples=0)
    >>> round(difference(before, after).value, 3)
    0.467
    """
    _refuse_others(first, second)
    how = _resampling(max(resamples, 1), level, seed)
    assert how is not None  # noqa: S101 - there is at least one resample
    try:
        return _difference(first, second, how)
    except ValueError as error:
        raise InputError(str(error)) from error


def _refuse_others(*results: object) -> None:
    """Raise TypeError for what is no single result, such as the several of `gamma`."""
    for found in results:
        if not isinstance(found, Result):
            raise TypeError(
                f"{type(found).__name__} is no Result; of several, name one: .u, .gamma, ..."
            )


def _resampling(resamples: int, level: float, seed: int) -> Resampling | None:
    if seed is not None and seed < 0:
        raise InputError(f"the seed is {seed}", "give a whole number from 0 on")
    try:
        return Resampling(resamples, level, seed) if resamples else None
    except ValueError as error:
        raise InputError(str(error)) from error


def _units(
    data: Labels, labels: Sequence[Label] | None, documents: Sequence[Hashable] | None
) -> Units:
    names: list[str] | None = None
    if hasattr(data, "to_pydict"):  # a table of pyarrow, which gives columns when gone through
        data = cast("Labels", data.to_pydict())
    if hasattr(data, "items"):
        columns = dict(data.items())
        names = [str(name) for name in columns]
        _refuse_texts(columns.items())
        kinds = {isinstance(c, Mapping) for c in columns.values()}
        if len(kinds) > 1:
            raise InputError("labels by unit and labels in a row do not go together")
        if True in kinds:
            rows = _from_dictionaries(cast("dict[str, Mapping[Any, Any]]", columns))
        else:
            lists = [list(c) for c in columns.values()]
            if len({len(c) for c in lists}) > 1:
                sizes = ", ".join(f"{n}: {len(c)}" for n, c in zip(names, lists, strict=True))
                raise InputError(f"annotators with different numbers of units ({sizes})")
            rows = [list(row) for row in zip(*lists, strict=True)]
    elif isinstance(data, np.ndarray):
        if data.ndim != 2:
            raise InputError(f"labels must be a table units x annotators, not {data.ndim}-D")
        rows = data.tolist()
    else:
        if isinstance(data, str):
            raise InputError("labels must be a table units x annotators, not a text")
        given = list(cast("Sequence[Sequence[Any]]", data))
        _refuse_texts(enumerate(given, 1))
        rows = [list(row) for row in given]
    clean = [[None if _missing(value) else value for value in row] for row in rows]
    known = None if labels is None else tuple(labels)
    return Units.from_rows(clean, known, names, documents)


def _from_dictionaries(columns: Mapping[str, Mapping[_Key, Any]]) -> list[list[Any]]:
    units = dict.fromkeys(unit for column in columns.values() for unit in column)
    return [[column.get(unit) for column in columns.values()] for unit in units]


def _refuse_texts(rows: Iterable[tuple[object, object]]) -> None:
    """Raise InputError for a text where a row of labels is meant: its letters would be taken."""
    for name, row in rows:
        if isinstance(row, str | bytes):
            raise InputError(
                f"{name}: {row[:40]!r} is one text, not a row of labels", "write a list of labels"
            )


def _missing(value: object) -> bool:
    """Whether a value stands for no label: None, NaN of any kind, and what pandas has for these."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    # numpy's numbers of other sizes than Python's are no `float`.
    return isinstance(value, float | np.generic) and bool(value != value)


def _layer(spans: Marked | Mapping[Any, Marked], length: int | Mapping[Any, int]) -> SpanTable:
    if not isinstance(length, Mapping):
        texts: dict[Any, Marked] = {"text": cast("Marked", spans)}
        sizes: dict[Any, int] = {"text": length}
    else:
        texts = dict(cast("Mapping[Any, Marked]", spans))
        sizes = dict(length)
    if texts.keys() != sizes.keys():
        odd = sorted(map(str, texts.keys() ^ sizes.keys()))
        raise InputError(f"documents without spans or without a length: {', '.join(odd[:5])}")
    found = []
    for name, marked in texts.items():
        if not isinstance(marked, Mapping) or any(isinstance(m, Mapping) for m in marked.values()):
            raise InputError(
                "spans must be a dictionary annotator -> spans",
                "for several texts: document -> that, and document -> length",
            )
        labelled = {str(a): [_labelled(s) for s in mine] for a, mine in marked.items()}
        size = _offset(sizes[name])
        if size < 0:
            raise InputError(f"{name}: a length of {size}", "give the text's length in code points")
        found.append(ComparedText.from_spans(str(name), size, labelled))
    return SpanTable.from_documents(found)


def _labelled(span: Span) -> tuple[str, int, int]:
    if isinstance(span, str) or not 2 <= len(span) <= 3:
        raise InputError(f"{span!r} is no span", "a span is (start, end) or (start, end, label)")
    start, end, *label = span
    return (str(label[0]) if label else "", _offset(start), _offset(end))


def _offset(value: object) -> int:
    """A whole number of any kind (columns with gaps hold 3.0); InputError for any other."""
    try:
        whole = int(cast("Any", value))
    except (TypeError, ValueError, OverflowError):
        whole = None
    if whole is None or isinstance(value, str) or whole != value:
        raise InputError(f"{value!r} is no offset", "offsets are whole numbers of code points")
    return whole
