"""Statements for a terminal: the Typst mathematics between `$` in Unicode, on one line.

What has no sign in Unicode keeps its name; nothing is left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_TOKEN = re.compile(
    r'"(?P<text>[^"]*)"|(?P<word>[A-Za-z]+(?:\.[a-z]+)*)|(?P<number>\d+(?:\.\d+)?)'
    r"|(?P<sign><=>|=>|->|<=|>=|!=|:=|\.\.\.|<<|>>|~~)|\\?(?P<other>\S)|(?P<space>\s+)"
)
_SIGNS = {"<=>": "⇔", "=>": "⇒", "->": "→", "<=": "≤", ">=": "≥", "!=": "≠", "...": "…",
          "<<": "≪", ">>": "≫", "~~": "≈", "-": "−"}  # fmt: skip
_WORDS = {
    "Delta": "Δ", "EE": "E", "Gamma": "Γ", "Lambda": "Λ", "Omega": "Ω", "PP": "P", "Phi": "Φ",
    "Pi": "Π", "Psi": "Ψ", "RR": "ℝ", "Sigma": "Σ", "Theta": "Θ", "alpha": "α", "approx": "≈",
    "bar.v": "|", "beta": "β", "chevron.l": "⟨", "chevron.r": "⟩", "compose": "∘", "delta": "δ",
    "dif": "d", "dot": "·", "dots": "…", "epsilon": "ε", "equiv": "≡", "eta": "η", "gamma": "γ",
    "in": "∈", "in.not": "∉", "infinity": "∞", "integral": "∫", "inter": "∩", "kappa": "κ",
    "lambda": "λ", "mu": "μ", "nabla": "∇", "nu": "ν", "omega": "ω", "oo": "∞", "partial": "∂",
    "perp": "⊥", "phi": "φ", "pi": "π", "plus.minus": "±", "product": "∏", "psi": "ψ", "rho": "ρ",
    "sigma": "σ", "slash": "/", "subset": "⊂", "succ": "≻", "succ.eq": "⪰", "sum": "Σ", "tau": "τ",
    "theta": "θ", "thin": " ", "times": "×", "times.o": "⊗", "top": "⊤", "union": "∪", "xi": "ξ",
    "zeta": "ζ",
}  # fmt: skip
_ACCENTS = {"tilde": "\u0303", "hat": "\u0302", "macron": "\u0304", "overline": "\u0305"}
_FENCES = {"norm": "‖‖", "abs": "||", "ceil": "⌈⌉", "floor": "⌊⌋"}
_RAISED = dict(zip("0123456789+−=()ni⊤", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵀ", strict=True))
_LOWERED = dict(zip("0123456789+−=()aehijklmnoprstuvxβρφ", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵨᵩ",
                    strict=True))  # fmt: skip


def plain(text: str) -> str:
    """Text with `$...$` as a reader of a terminal wants it.

    >>> plain("At most $8 n log(frac(n, delta)) sqrt(kappa)^(-1)$, for $norm(x_i) <= 1$.")
    'At most 8 n log(n/δ) √κ⁻¹, for ‖xᵢ‖ ≤ 1.'
    """
    pieces = text.split("$")
    if len(pieces) % 2 == 0:
        return text
    return "".join(mathematics(p) if k % 2 else p for k, p in enumerate(pieces))


def mathematics(source: str) -> str:
    """One piece of Typst mathematics in Unicode.

    >>> mathematics('sum_(j <= m) tilde(lambda)_j^2 -> frac(a + 1, 2 b) op("erfc")(x)')
    'Σ_(j ≤ m) λ̃ⱼ² → (a + 1)/(2 b) erfc(x)'
    """
    return _Reader(source).read()


class _Reader:
    """Reads tokens from the left; a group ends at the bracket that closes it."""

    def __init__(self, source: str) -> None:
        self.tokens = [(found.lastgroup or "text", found[found.lastgroup or "text"])
                       for found in _TOKEN.finditer(source)]  # fmt: skip
        self.at = 0

    def read(self) -> str:
        text = unicodedata.normalize("NFC", "".join(self._until("")))
        return re.sub(r"(?<=⟨) | (?=⟩)|(?<= ) +", "", text).strip()

    def _peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def _until(self, end: str) -> Iterator[str]:
        while self.at < len(self.tokens) and self._peek() not in end.split():
            yield self._item()

    def _item(self) -> str:
        kind, value = self.tokens[self.at]
        self.at += 1
        if kind == "space":
            return " "
        if kind == "word":
            return self._word(value)
        if value in "_^" and kind == "other":
            return _script(value, self._script_body())
        if value in "([" and kind == "other":  # intervals may end in the other bracket
            inside = "".join(self._until(") ]"))
            closing, self.at = self._peek(), self.at + 1
            return value + inside + closing
        return _SIGNS.get(value, value) if kind != "text" else value

    def _word(self, name: str) -> str:
        if self._peek() != "(":
            return _WORDS.get(name, name)
        if name == "op":
            return self._arguments()[0]
        known = ("frac", "sqrt", "root", "cal", "binom")
        if name in known or name in _ACCENTS or name in _FENCES:
            return _call(name, self._arguments())
        return _WORDS.get(name, name)

    def _arguments(self) -> list[str]:
        self.at += 1
        found = [""]
        while self.at < len(self.tokens):
            found[-1] = "".join(self._until(", )")).strip()
            closing = self._peek() == ")"
            self.at += 1
            if closing:
                break
            found.append("")
        return found

    def _script_body(self) -> str:
        while self._peek().isspace():
            self.at += 1
        return ", ".join(self._arguments()) if self._peek() == "(" else self._item()


def _call(name: str, arguments: list[str]) -> str:
    first = arguments[0]
    if name in _ACCENTS:
        return first[:1] + _ACCENTS[name] + first[1:]
    if name in _FENCES:
        return _FENCES[name][0] + first + _FENCES[name][1]
    if name == "frac":
        return f"{_factor(first, product=True)}/{_factor(arguments[1])}"
    if name == "sqrt":
        return "√" + _factor(first)
    if name == "root":
        return f"{_factor(arguments[1])}^(1/{first})"
    return first if name == "cal" else f"C({', '.join(arguments)})"


def _factor(text: str, *, product: bool = False) -> str:
    """In brackets when it is a sum or a fraction or, unless that does no harm, a product."""
    outer, depth, fences = "", 0, ""
    for letter in text:
        if letter in "‖|":  # they open and close alike
            depth += -1 if fences.endswith(letter) else 1
            fences = fences[:-1] if fences.endswith(letter) else fences + letter
        depth += (letter in "([{⟨⌈⌊") - (letter in ")]}⟩⌉⌋")
        outer += letter if depth == 0 else ""
    apart = "+−=≤≥<>/" + ("" if product else " ")
    return f"({text})" if any(sign in outer.lstrip("−") for sign in apart) else text


def _script(where: str, body: str) -> str:
    signs = _RAISED if where == "^" else _LOWERED
    tight = body.replace(" ", "").replace(",", "")
    if tight and all(letter in signs for letter in tight):
        return "".join(signs[letter] for letter in tight)
    return f"{where}{body}" if len(body) == 1 or body.isalpha() else f"{where}({body})"
