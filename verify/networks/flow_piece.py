"""One piece of an exact ReLU gradient flow: r' = -Theta r in the eigenbasis of Theta."""

from __future__ import annotations

import numpy as np

from verify.networks.activations import Array
from verify.networks.exponential_sums import saturation

EPS = np.finfo(np.float64).eps
MAX_INSPECTIONS = 128


class Piece:
    """The residual r(t) = V exp(-mu t) rho from its value at the start of the piece.

    Eigenvalues up to n eps |Theta| are rounding and count as 0. Along their eigenvectors r is
    constant and pulls on no unit, because v^T Theta v is the squared size of its pull.

    >>> piece = Piece(np.diag([0.0, 2.0]), np.array([3.0, 1.0]))
    >>> piece.residual(np.inf), piece.integral(np.inf), piece.loss(0.0)
    (array([3., 0.]), array([0. , 0.5]), 5.0)
    """

    def __init__(self, theta: Array, residual: Array):
        rates, basis = np.linalg.eigh(theta)
        self.least_eigenvalue = float(rates[0])
        self.moving = rates > len(rates) * EPS * max(rates[-1], 0)
        self.rates = np.where(self.moving, rates, 0.0)
        self.amplitudes = basis.T @ residual
        # column k is the residual along mode k
        self.modes = basis * self.amplitudes
        self.pulling = self.modes * self.moving

    def residual(self, time: float) -> Array:
        """r(time)."""
        return self.modes @ self.decay(time)

    def integral(self, time: float) -> Array:
        """The integral of r from 0 to time, without its constant, pull-free part."""
        return self.pulling @ saturation(self.rates, time)

    def loss(self, time: float) -> float:
        """1/2 |r(time)|^2."""
        return 0.5 * float(((self.amplitudes * self.decay(time)) ** 2).sum())

    def shift(self, time: float) -> float:
        """|r(time) - r(0)|, which grows with time."""
        return float(np.linalg.norm(self.amplitudes * (1 - self.decay(time))))

    def late(self, time: float) -> float:
        """``time``, or if infinite a time at which only the slowest modes are left."""
        return min(time, 30 / self.rates[self.moving].min()) if self.moving.any() else 0.0

    def decay(self, time: float) -> Array:
        """exp(-rate time) of every mode; 1 where a mode does not move."""
        return np.where(self.moving, np.exp(-np.where(self.moving, self.rates, 1.0) * time), 1.0)

    def path(self, times: Array | float, *, since: float = 0.0) -> Array:
        """Upper bounds of the integral of |r| (its pulling part) from ``since`` to each time.

        The smaller of the triangle inequality over the modes and Cauchy-Schwarz over time.
        """
        until = np.atleast_1d(np.asarray(times, float))[:, None]
        size = np.abs(self.amplitudes) * self.moving

        def gained(rates: Array) -> Array:
            until_then = saturation(rates, until)
            return until_then - saturation(rates, since) if since else until_then

        triangle = (size * gained(self.rates)).sum(axis=1)
        square = (size**2 * gained(2 * self.rates)).sum(axis=1)
        with np.errstate(invalid="ignore"):
            schwarz = np.sqrt((until[:, 0] - since) * square)
        return np.fmin(triangle, schwarz)

    def time_at_first_speed(self, length: float) -> float:
        """A time up to which the path is <= length, since |r| does not grow."""
        speed = float(np.linalg.norm(self.amplitudes * self.moving))
        return length / speed if speed else float(np.inf)

    def time_of_path(self, length: float) -> float:
        """A time, as large as cheaply possible, up to which the path bound stays <= length."""
        if self.path(np.inf)[0] <= length:
            return float(np.inf)
        first = self.time_at_first_speed(length)
        grid = first * np.geomspace(1, 1e6, 48)
        within = np.flatnonzero(self.path(grid) <= length)
        return float(grid[within[-1]]) if len(within) else first

    def inspection_times(self, end: float, total: float, length: float) -> list[float]:
        """Increasing times ending at ``end``, where the path is ``total``, ``length`` apart."""
        if total <= length:
            return [end]
        last = min(end, 40 / self.rates[self.moving].min())
        grid = np.geomspace(last * 1e-6, last, 512)
        levels = np.linspace(0, total, 1 + min(MAX_INSPECTIONS, int(np.ceil(total / length))))
        chosen = np.unique(np.searchsorted(self.path(grid), levels[1:-1]))
        return [float(grid[k]) for k in chosen if k < len(grid) and grid[k] < end] + [end]
