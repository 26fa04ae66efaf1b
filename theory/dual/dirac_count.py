"""The number of Diracs of an extreme minimiser, or the certified range of it.

With independent evaluations the minimiser is unique and its masses are enclosed. Otherwise:
extreme minimisers have at most min(candidates, rank of the forward map) Diracs
(dual.representer), and at least as many as it takes so that no smaller set of candidates can
produce the outputs K mu*. A set T is excluded by a Farkas vector h with
<h, K mu*> > |mu*|_TV max(0, max_{k in T} <h, phi_k>), checked in balls.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import scipy
from flint import arb

from theory.dual.certificate import Certificate
from theory.dual.diracs import Candidate, DiracSet, candidates, independent, unique_weights
from theory.dual.rank import evaluation_rank
from theory.rigor.balls import ball, working_precision

MAX_SUBSETS = 400


def dirac_set(certificate: Certificate) -> DiracSet:
    """Candidates, masses when they are unique, and the certified range of the count."""
    points = candidates(certificate)
    with working_precision(2 * certificate.bits + 64):
        if all(point.face for point in points) and independent(points):
            weights = unique_weights(certificate, points)
            positive = sum(1 for weight in weights if weight > 0)
            return DiracSet(points, True, weights, positive, len(points))
        most = min(len(points), evaluation_rank(certificate.task.X))
        return DiracSet(points, False, (), least_count(certificate, points), most)


def least_count(certificate: Certificate, points: Sequence[Candidate]) -> int:
    """A certified lower bound of the number of Diracs of any minimiser."""
    task = certificate.task
    spread = arb(0, certificate.dual_radius().abs_upper())
    outputs = [
        ball(a) - task.n * (ball(b) + spread) for a, b in zip(task.y, certificate.p, strict=True)
    ]
    norm = certificate.total_variation()
    proved = 0
    while proved < len(points):
        subsets = list(combinations(points, proved))
        if len(subsets) > MAX_SUBSETS:
            break
        if not all(cannot_produce(outputs, norm, subset) for subset in subsets):
            break
        proved += 1
    return proved


def cannot_produce(outputs: Sequence[arb], norm: arb, points: Sequence[Candidate]) -> bool:
    """Whether no non-negative weights on these candidates give the outputs (proved).

    outputs: enclosures of K mu*; norm: enclosure of |mu*|_TV, which bounds the weights.
    """
    target = np.array([float(a) for a in outputs])
    columns = np.array([[float(a) for a in point.evaluation] for point in points])
    columns = columns.reshape(len(points), len(target))
    found = scipy.optimize.linprog(
        -target, A_ub=columns, b_ub=np.zeros(len(points)), bounds=(-1, 1)
    )
    if found.x is None:
        return False
    h = [arb(float(value)) for value in found.x]
    gain = sum((a * b for a, b in zip(h, outputs, strict=True)), arb(0))
    leak = arb(0)
    for point in points:
        value = sum((a * b for a, b in zip(h, point.evaluation, strict=True)), arb(0))
        leak = leak.max(value)
    return bool(gain > norm.abs_upper() * leak)
