"""The evidence file: everything a report may say, as data.

It contains no wall times, so the same evidence gives the same bytes.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from theory.exact import InputError
from verify.ablation import about_hypotheses
from verify.evidence import Evidence, Part, finite
from verify.ledger import code_digest
from verify.run import RunResult
from verify.statistics.budget import Budget

FORMAT = 1
VERDICT_NAMES = {"outcome", "strength"}  # readers do without the others, which older files lack
PACKAGES = ("mpmath", "numpy", "python-flint", "scipy", "sympy")
OPTIONAL = ("numba",)  # compiled sums are added in another order


@dataclass(frozen=True)
class Record:
    """A finished run: verdicts by claim, evidence by check, and how they came about."""

    verdicts: Mapping[str, Mapping[str, Any]]
    evidence: tuple[Evidence, ...]
    seed: int
    profile: str
    complete: bool
    problems: tuple[str, ...]
    code: str
    budget: Mapping[str, Any]
    environment: Mapping[str, str]
    calibration: Mapping[str, Any] | None = None

    def of(self, claim: str) -> tuple[Evidence, ...]:
        """Evidence about one claim (its hypotheses' evidence is in its verdict)."""
        mine = (record for record in self.evidence if record.claim == claim)
        return tuple(record for record in mine if not about_hypotheses(record))


def record(
    result: RunResult,
    *,
    seed: int,
    profile: str,
    calibration: Mapping[str, Any] | None = None,
) -> Record:
    """The record of a run; calibration: what `verify.calibration` measured with the same code."""
    verdicts = {
        id: verdict.as_json()
        | {
            "direct": _part(verdict.direct),
            "via": _part(verdict.via),
            "broken_lemmas": list(verdict.broken_lemmas),
        }
        for id, verdict in result.verdicts.items()
    }
    return Record(
        verdicts=verdicts,
        evidence=result.evidence,
        seed=seed,
        profile=profile,
        complete=result.complete,
        problems=tuple(sorted(result.problems)),
        code=code_digest(),
        budget=asdict(Budget()),
        environment=environment(),
        calibration=calibration,
    )


def _part(part: Part) -> dict[str, Any]:
    return {
        "outcome": part.outcome,
        "strength": part.strength.name,
        "scope": part.scope.name,
        "error": part.error,
    }


def environment() -> dict[str, str]:
    """Versions that the evidence may depend on."""
    installed = {item.name.lower() for item in metadata.distributions() if item.name in OPTIONAL}
    versions = {name: metadata.version(name) for name in (*PACKAGES, *sorted(installed))}
    return {
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        **versions,
    }


def save(record: Record, path: str | Path) -> None:
    """Write the evidence file."""
    data = {"format": FORMAT} | {
        name: getattr(record, name) for name in Record.__dataclass_fields__ if name != "evidence"
    }
    data["evidence"] = [item.as_json() for item in record.evidence]
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(json.dumps(finite(data), indent=1, sort_keys=True, default=str) + "\n")


def load(path: str | Path) -> Record:
    """Read an evidence file; raises InputError when it is missing, damaged or of another kind."""
    try:
        data = json.loads(Path(path).read_text())
    except FileNotFoundError:
        raise InputError(
            f"no evidence at {path}", "a file written by `run`", "run `python -m verify run` first"
        ) from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path} is not an evidence file: {error}", "JSON written by `run`"
        ) from None
    if not isinstance(data, dict) or data.pop("format", None) != FORMAT:
        raise InputError(
            f"{path} is no evidence file of format {FORMAT}", "a file written by `run`"
        )
    try:
        data["evidence"] = tuple(Evidence.from_json(item) for item in data["evidence"])
        data["problems"] = tuple(data["problems"])
        for verdict in data["verdicts"].values():
            missing = VERDICT_NAMES - set(verdict)
            if missing:
                raise KeyError(min(missing))
        return Record(**data)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"{path} is damaged or of another version: {type(error).__name__}: {error}",
            "a file written by `run` of this version",
            "run again: what the ledger knows is not redone",
        ) from None
