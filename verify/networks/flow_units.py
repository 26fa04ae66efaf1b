"""The units of a ReLU network in motion: weights, patterns, pinned samples, tangent kernel.

Units are moved lazily. With s_j the pattern and P_j the projector of unit j, constant between
its own events, and q(t) the integral of the residual,

    w_j(t) = w_j(t') + c_j P_j sum_i s_ij (q_i(t) - q_i(t')) x_i        exactly.

The residual obeys r' = -Theta r with Theta = sum_j c_j^2 (s_j o X) P_j (s_j o X)^T.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from verify.networks.activations import Array, Indices
from verify.networks.filippov import UnitState, resolve, unit_state


class Units:
    """State of all units.

    features x_i (n, p);  weights w_j (m, p);  coefficients c_j (m,);  targets y_i (n,)
    """

    def __init__(self, features: Array, weights: Array, coefficients: Array, targets: Array):
        self.features, self.coefficients, self.targets = features, coefficients, targets
        self.weights, self.start = weights.copy(), weights.copy()
        self.gram = _clean_gram(features)
        self.norms = np.linalg.norm(features, axis=1)
        self.operator_norm = float(np.linalg.norm(features, 2))
        self.active = weights @ features.T > 0
        self.pinned: dict[int, UnitState] = {}
        self.unique = True
        self._on_kink = np.zeros(len(weights), bool)
        # the pinned pairs of all units: unit, sample, selection row and its norm
        self._numbers, self._samples = np.empty(0, np.intp), np.empty(0, np.intp)
        self._rows = np.empty((0, len(features)))
        self._sizes = np.empty(0)
        self.integral: Array = np.zeros(len(features))
        self._since = np.zeros_like(weights @ features.T)
        self.residual: Array = targets - self.outputs()
        self.rebuild()

    def outputs(self) -> Array:
        """f(x_i) from the weights; a pinned sample counts as z = 0."""
        z = self.weights @ self.features.T
        return self.coefficients @ (z * self.active)

    def advance(self, residual: Array, integral: Array) -> None:
        """Move time: the new residual and the integral of the residual over the move."""
        self.residual = residual
        self.integral = self.integral + integral

    def sync(self) -> None:
        """Bring the weights of all units up to date."""
        pulled = self.active * (self.integral - self._since)
        self.weights += (self.coefficients[:, None] * pulled) @ self.features
        if self.pinned:
            held = np.flatnonzero(self._on_kink)
            onto = self._projectors(held)
            self.weights[held] = np.matmul(onto, self.weights[held, :, None])[:, :, 0]
        self.integral = np.zeros_like(self.integral)
        self._since[:] = 0

    def sync_residual(self) -> float:
        """Recompute the residual from synced weights; returns how far it had drifted."""
        fresh = self.targets - self.outputs()
        drift = float(np.abs(fresh - self.residual).max())
        self.residual = fresh
        return drift

    def displacements(self) -> Array:
        """|w_j - w_j(0)| for synced weights, (m,)."""
        return np.linalg.norm(self.weights - self.start, axis=1)

    def preactivations(self, j: int) -> Array:
        """z_ij of one unit now, (n,), exactly 0 on its pinned samples."""
        self._sync_unit(j)
        z = self.features @ self.weights[j]
        if j in self.pinned:
            z[list(self.pinned[j].pinned)] = 0.0
        return z

    def _sync_unit(self, j: int) -> None:
        pulled = self.active[j] * (self.integral - self._since[j])
        move = self.coefficients[j] * (pulled @ self.features)
        if j in self.pinned:
            move = self.pinned[j].projector @ move
        self.weights[j] += move
        self._since[j] = self.integral

    def velocity_rows(self, units: Indices, samples: Indices) -> Array:
        """Rows R with dz_ij/dt = R @ residual for pairs (units, samples): (len, n)."""
        rows = self.gram[samples]
        held = np.flatnonzero(self._on_kink[units])
        if len(held):
            kept = self._projectors(units[held]) @ self.features[samples[held], :, None]
            rows[held] = kept[:, :, 0] @ self.features.T
        return rows * self.active[units] * self.coefficients[units, None]

    def _projectors(self, units: Indices) -> Array:
        return np.array([self.pinned[j].projector for j in units.tolist()])

    def enter(self, j: int, zero: tuple[int, ...]) -> bool:
        """Resolve unit j on its kinks ``zero``; False if degenerate."""
        pull = self.coefficients[j] * self.residual
        # through one repelling kink there is one way; if more kinks are met, perhaps several
        met = set(zero) - set(self.pinned_samples(j))
        if len(met) > 1 and any(pull[i] >= 0 for i in met):
            self.unique = False
        return self._install(j, resolve(self.features, pull, self.active[j], zero))

    def leave_initial_kinks(self) -> bool:
        """Resolve all units that start on a kink, taking sigma'(0) = 0; False if degenerate."""
        touching = self.weights @ self.features.T == 0
        pulls = np.outer(self.coefficients, self.residual)
        self.unique = not np.any(touching & (pulls >= 0))
        for j in np.flatnonzero(touching.any(axis=1)):
            # as if it came from the active side: so a repelling kink is left inactive
            pattern = self.active[j] | touching[j]
            zero = tuple(map(int, np.flatnonzero(touching[j])))
            if not self._install(int(j), resolve(self.features, pulls[j], pattern, zero)):
                return False
        return True

    def release(self, j: int, i: int, upward: bool) -> bool:
        """Let pinned sample i of unit j go to the active or the inactive side."""
        self._sync_unit(j)
        active = self.active[j].copy()
        active[i] = upward
        pinned = tuple(k for k in self.pinned[j].pinned if k != i)
        return self._install(j, unit_state(self.features, active, pinned))

    def _install(self, j: int, state: UnitState | None) -> bool:
        if state is None:
            return False
        self._add(j, -1.0)
        self.active[j] = state.active
        if j in self.pinned or state.pinned:
            self._list_pairs(j, state)
        self.pinned.pop(j, None)
        if state.pinned:
            self.weights[j] = state.projector @ self.weights[j]
            self.pinned[j] = state
        self._on_kink[j] = bool(state.pinned)
        self._add(j, 1.0)
        return True

    def _list_pairs(self, j: int, state: UnitState) -> None:
        others = np.flatnonzero(self._numbers != j)
        own = np.full(len(state.pinned), j, np.intp)
        sizes = np.linalg.norm(state.selection, axis=1)
        self._numbers = np.concatenate([self._numbers[others], own])
        self._samples = np.append(self._samples[others], np.array(state.pinned, np.intp))
        self._rows = np.concatenate([np.take(self._rows, others, axis=0), state.selection])
        self._sizes = np.concatenate([self._sizes[others], sizes])

    def rebuild(self) -> None:
        """Recompute Theta from the patterns, removing accumulated rounding."""
        plain = self.coefficients**2
        plain[list(self.pinned)] = 0
        patterns = self.active.astype(float)
        self._plain = (patterns.T * plain) @ patterns
        self._projected = np.zeros_like(self.gram)
        if self.pinned:
            held = np.flatnonzero(self._on_kink)
            pulled = self.features * self.active[held, :, None]
            seen = pulled @ self._projectors(held)
            shares = seen @ seen.transpose(0, 2, 1)
            self._projected = np.tensordot(self.coefficients[held] ** 2, shares, 1)

    def _add(self, j: int, sign: float) -> None:
        if j in self.pinned:
            self._projected += sign * self._projected_share(j)
        else:
            pattern = self.active[j].astype(float)
            self._plain += sign * self.coefficients[j] ** 2 * np.outer(pattern, pattern)

    def _projected_share(self, j: int) -> Array:
        seen = (self.features * self.active[j][:, None]) @ self.pinned[j].projector
        return self.coefficients[j] ** 2 * (seen @ seen.T)

    def theta(self) -> Array:
        """The matrix of r' = -Theta r on the present piece."""
        return self.gram * self._plain + self._projected

    def pinned_samples(self, j: int) -> tuple[int, ...]:
        """The samples on whose kink unit j is kept."""
        return self.pinned[j].pinned if j in self.pinned else ()

    def held(self) -> NDArray[np.bool_]:
        """Which pairs are pinned, (m, n)."""
        held = np.zeros(self.active.shape, bool)
        held[self._numbers, self._samples] = True
        return held

    def held_count(self) -> int:
        """Number of pinned pairs."""
        return len(self._numbers)

    def restless_pairs(self, shift: float) -> tuple[Indices, Indices, Array]:
        """Units, samples and selection rows of the pinned pairs whose theta may reach 0 or 1.

        shift bounds how far the residual moves from its present value. theta_i |r_i| is then
        within |selection row| shift of its present size, and |r_i| within shift. Pairs that no
        other sample pushes are left out: their theta is 0.
        """
        outward = -np.sign(self.coefficients[self._numbers])
        share = outward * (self._rows @ self.residual)
        room = outward * self.residual[self._samples] - share
        reached = (share <= self._sizes * shift) | (room <= (self._sizes + 1) * shift)
        chosen = np.flatnonzero(reached & (self._sizes > 0))
        return self._numbers[chosen], self._samples[chosen], self._rows[chosen]

    def rests_against_pull(self) -> bool:
        """Whether some pinned pair that nothing else pushes is now pulled off its kink.

        Leaving would then be a second solution; small steps, which overshoot the kink, stay.
        """
        outward = self.coefficients[self._numbers] * self.residual[self._samples] > 0
        return bool(np.any(outward & (self._sizes == 0)))

    def selection_thetas(self, residuals: Array) -> Array:
        """Theta with sigma' replaced by the Filippov selection at the present pattern.

        residuals (k, n): the selection depends on their directions only. Returns (k, n, n).
        """
        moving = np.flatnonzero(self._on_kink)
        place = np.empty(len(self.weights), np.intp)
        place[moving] = np.arange(len(moving))
        pushed, whole = residuals @ self._rows.T, residuals[:, self._samples]
        theta = np.divide(pushed, whole, out=np.zeros_like(whole), where=whole != 0)
        slopes = np.repeat(self.active[moving][None].astype(float), len(residuals), axis=0)
        slopes[:, place[self._numbers], self._samples] = np.clip(theta, 0, 1)
        slopes *= np.abs(self.coefficients[moving, None])
        shares = slopes.transpose(0, 2, 1) @ slopes
        return self.gram * (self._plain + shares)


def _clean_gram(features: Array) -> Array:
    """Phi Phi^T with entries that are pure rounding set to 0, so that orthogonal means 0."""
    gram = features @ features.T
    norms = np.linalg.norm(features, axis=1)
    gram[np.abs(gram) < 4 * np.finfo(float).eps * np.outer(norms, norms)] = 0.0
    return gram
