"""Claims that order the arms of an experiment.

The form of such a claim is a tuple of pairs of arms (lower curve, upper curve). Its wrong
versions exchange the arms of one pair, or of all.
"""

from __future__ import annotations

from theory.claim import Claim, Direction, Mark, Mutant, Quantifier

Pairs = tuple[tuple[str, str], ...]


def exchanged(pairs: Pairs, *numbers: int) -> Pairs:
    """The statement with the arms of the pairs of these numbers exchanged.

    >>> exchanged((("a", "b"), ("b", "c")), 1)
    (('a', 'b'), ('c', 'b'))
    """
    return tuple(pair[::-1] if k in numbers else pair for k, pair in enumerate(pairs))


def ordering(
    id: str, title: str, location: str, statement: str, pairs: Pairs, *, mark: Mark = Mark.DERIVED
) -> Claim:
    """An ordering with its wrong versions.

    "Ordered" means: for more than half of all seeds, on data and initial weights that the two
    arms share.
    """
    each = [
        Mutant(f"{lower} above {upper}", exchanged(pairs, k))
        for k, (lower, upper) in enumerate(pairs)
    ]
    if len(pairs) > 1:
        each.append(Mutant("all reversed", exchanged(pairs, *range(len(pairs)))))
    return Claim(
        id=id,
        title=title,
        location=location,
        statement=statement,
        direction=Direction.ORDERING,
        quantifier=Quantifier.PROBABILITY,
        form=pairs,
        mutants=tuple(each),
        mark=mark,
    )
