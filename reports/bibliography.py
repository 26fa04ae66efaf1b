"""The works a report rests on: the papers reported, and the methods its evidence used."""

from __future__ import annotations

from collections.abc import Iterable

_ENCLOSURES = (
    "F. Johansson. Arb: efficient arbitrary-precision midpoint-radius interval arithmetic. "
    "IEEE Transactions on Computers 66(8), 1281-1292, 2017.",
    "S. M. Rump. Verification of positive definiteness. BIT Numerical Mathematics 46, 433-452, "
    "2006.",
)
_BETTING = (
    "J. Ville. Étude critique de la notion de collectif. Gauthier-Villars, 1939.",
    "I. Waudby-Smith, A. Ramdas. Estimating means of bounded random variables by betting. "
    "Journal of the Royal Statistical Society B 86(1), 1-27, 2024.",
)
METHODS = {
    "Derive": (
        "A. Meurer et al. SymPy: symbolic computing in Python. PeerJ Computer Science 3, e103, "
        "2017.",
        _ENCLOSURES[0],
    ),
    "Enclose": _ENCLOSURES,
    "Cover": (
        _ENCLOSURES[0],
        "R. E. Moore, R. B. Kearfott, M. J. Cloud. Introduction to Interval Analysis. SIAM, 2009.",
    ),
    "Sample": (
        *_BETTING,
        "O. Catoni. Challenging the empirical mean and empirical variance: a deviation study. "
        "Annales de l'Institut Henri Poincaré, Probabilités et Statistiques 48(4), 1148-1185, "
        "2012.",
        _ENCLOSURES[1],
    ),
    "Order": _BETTING,
    "Follow": (
        "A. F. Filippov. Differential Equations with Discontinuous Righthand Sides. Kluwer, 1988.",
    ),
    "Search": (
        "N. Hansen. The CMA evolution strategy: a tutorial. arXiv 1604.00772, 2016.",
        _ENCLOSURES[0],
    ),
}


def methods(engines: Iterable[str]) -> list[str]:
    """Works behind the engines that brought evidence, each once, by author.

    >>> [text.split(".")[0] for text in methods(["Cover", "Follow"])]
    ['A', 'F', 'R']
    """
    return sorted({text for engine in engines for text in METHODS.get(engine, ())})
