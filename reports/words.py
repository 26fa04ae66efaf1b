"""Text for the page: numbers, ASCII mathematics in evidence, and typeset fragments.

Text from evidence is plain content and is never interpreted. Only fragments between `$` in a
claim's own metadata become mathematics.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

Segment = dict[str, str]

_SUPERSCRIPT = str.maketrans("-+0123456789", "⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹")
_OPERATORS = {"<=": "≤", ">=": "≥", "==": "=", "!=": "≠", "->": "→", "+/-": "±"}
_GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "eps": "ε", "eta": "η", "kappa": "κ",
    "lambda": "λ", "mu": "μ", "nu": "ν", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ",
    "theta": "θ", "omega": "ω", "phi": "φ",
}  # fmt: skip
_SCIENTIFIC = re.compile(r"(?<![\w.])(-?\d+(?:\.\d+)?)e([+-]?)0*(\d+)(?!\w)")
_POWER = re.compile(r"\^\(?(-?\d+)\)?(?![\w/.])")
_MINUS = re.compile(r"(?<![\w\]).])-(?=\d)")
_LONG_WORD = 22
_PLAIN_POWERS = 5  # 1.8e+03 is printed as 1800
ZERO_WIDTH_SPACE = "\u200b"


def pretty(text: str) -> str:
    """ASCII mathematics of evidence in typographic signs; the numbers stay as they are.

    >>> pretty("p <= 4.1e+26, slope in [-0.5, 0.1], equal to 10^-20")
    'p ≤ 4.1·10²⁶, slope in [−0.5, 0.1], equal to 10⁻²⁰'
    """
    for sign, replacement in _OPERATORS.items():
        text = text.replace(sign, replacement)
    text = _SCIENTIFIC.sub(_power_of_ten, text)
    text = _POWER.sub(lambda found: found[1].translate(_SUPERSCRIPT), text)
    return _MINUS.sub("−", text)


def _power_of_ten(found: re.Match[str]) -> str:
    exponent = int(f"{found[2]}{found[3]}")
    if 0 <= exponent < _PLAIN_POWERS:
        return f"{float(found[0]):g}"
    mantissa = "" if found[1] == "1" else f"{found[1]}·"
    return f"{mantissa}10{str(exponent).translate(_SUPERSCRIPT)}"


def formula(text: str) -> str:
    """A formula in a program's letters, as in names of automatic mutants.

    >>> formula("factor 2*exp(-t)**m dropped")
    'factor 2·exp(-t)^m dropped'
    """
    return text.replace("**", "^").replace("*", "·")


def greek(text: str) -> str:
    """Spelt-out Greek letters as letters, for domains of symbols.

    >>> greek("0 < delta <= 1")
    '0 < δ ≤ 1'
    """
    return re.sub(r"[a-z]+", lambda word: _GREEK.get(word[0], word[0]), pretty(text))


def breakable(text: str) -> str:
    """Allow line breaks inside very long words, such as ids, by zero-width spaces.

    >>> breakable("short words stay")
    'short words stay'
    """
    return " ".join(_broken(word) if len(word) > _LONG_WORD else word for word in text.split(" "))


def _broken(word: str) -> str:
    pieces = re.findall(r"[^._/,;:=\-]{1,18}[._/,;:=\-]?|.", word)
    return ZERO_WIDTH_SPACE.join(pieces)


def plain(text: str) -> str:
    """Evidence text as printed."""
    return breakable(pretty(text))


def shortened(text: str, length: int = 48) -> str:
    """At most `length` characters, the rest marked by an ellipsis."""
    return text if len(text) <= length else text[: length - 1] + "…"


def number(value: Any) -> str:
    """A figure of a record, to four digits; what is not a finite number says so.

    >>> number(0.04711), number(3.2e30), number(12000), number(None), number(float("inf"))
    ('0.04711', '3.2·10³⁰', '12000', 'undefined', '∞')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return pretty(str(value)) if abs(value) < 10**7 else pretty(f"{value:.4g}")
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "undefined"
    if isinstance(value, float):
        if math.isinf(value):
            return "∞" if value > 0 else "−∞"
        return pretty(f"{value:.4g}")
    return pretty(shortened(_flat(value)))


def _flat(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} = {_flat(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flat, value)) + "]"
    return str(value)


def finite(value: Any) -> float | None:
    """A figure as a finite float, or None: what a plot can show.

    >>> finite("2.5"), finite(float("nan")), finite("NaN"), finite([1])
    (2.5, None, None, None)
    """
    try:
        converted = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return converted if math.isfinite(converted) else None


def rich(text: str) -> list[Segment]:
    """Metadata text as segments: plain text, and mathematics between `$`.

    An odd number of `$` means that they are no mathematics.

    >>> rich("width $m >= 4$ suffices")
    [{'text': 'width '}, {'math': 'm >= 4'}, {'text': ' suffices'}]
    """
    pieces = text.split("$")
    if len(pieces) % 2 == 0:
        return [{"text": plain(text)}]
    segments = [
        {"math": piece.strip()} if index % 2 else {"text": breakable(pretty(piece))}
        for index, piece in enumerate(pieces)
    ]
    return [segment for segment in segments if any(segment.values())]


def slack(interval: Any) -> str:
    """The interval of the factor by which a bound could be tightened, as printed.

    >>> slack((1.36, 1.53)), slack((2.0, 2.0)), slack((3.0, None)), slack((0.0, 4.0)), slack(None)
    ('×[1.36, 1.53]', '×2', 'at least ×3', 'at most ×4', '')
    """
    if not interval:
        return ""
    low, high = (finite(end) for end in interval)
    low = low or None  # 0: nothing is known from below
    if low is None or high is None:
        known = [word for word in (low and "at least", high and "at most") if word]
        return f"{known[0]} ×{short(low or high)}" if known else ""
    return f"×{short(low)}" if short(low) == short(high) else f"×[{short(low)}, {short(high)}]"


def short(value: Any) -> str:
    """Three digits of a figure."""
    converted = finite(value)
    return number(value) if converted is None else pretty(f"{converted:.3g}")
