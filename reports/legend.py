"""What an outcome, a strength and a flag may say, and must not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reports.words import number
from verify.evidence import Flag, Outcome, Strength

OUTCOMES = {
    Outcome.HOLDS: (
        "the check would have refuted a violation of the size it states, and did not",
        "“the theorem is true”: it speaks within its strength and its scope only",
    ),
    Outcome.REFUTED: (
        "a violation was decided: certified with a witness, or statistical with the stated rate",
        "anything about a repaired version, or about other readings of the text",
    ),
    Outcome.UNDECIDED: (
        "the budget was spent, an enclosure stayed too wide, or a number was not finite",
        "“passed”, and equally not “failed”",
    ),
    Outcome.NOT_APPLICABLE: (
        "the cells violate the theorem's hypotheses, so nothing was tested there",
        "support of the theorem",
    ),
}
MUST_NOT = {
    Strength.PROVED: "“formally verified”",
    Strength.CERTIFIED: "“true” beyond the listed inputs or the stated box",
    Strength.STATISTICAL: "“proved”, nor “holds with probability 1 − β”",
    Strength.NUMERIC: "“verified”",
    Strength.SEARCHED: "“verified”; nothing bounds what was not tried",
    Strength.UNTESTED: "anything",
}
FLAGS = {
    Flag.TRIVIAL: "the bound is no better than what holds for free",
    Flag.TOOTHLESS: "no wrong version of the claim was refuted: the check may be unable to fail",
    Flag.CONFLICT: "evidence of different kinds disagrees; one premise below PROVED is wrong",
    Flag.INCOMPLETE: "one check decided while another stayed undecided",
    Flag.PROOF_BROKEN: "a lemma of the proof is refuted; the statement itself is untouched",
}
SCOPES = {
    "ALL": "for all parameters",
    "BOX": "on a whole box",
    "CELLS": "at the listed cells",
    "NONE": "nowhere",
}


def legend() -> dict[str, Any]:
    """The tables of the page that explains how to read the others."""
    return {
        "outcomes": [[o.value, *texts] for o, texts in OUTCOMES.items()],
        "strengths": [
            [strength.name, strength.meaning, MUST_NOT[strength]] for strength in reversed(Strength)
        ],
        "flags": [[flag.value, text] for flag, text in FLAGS.items()],
    }


def guarantee(budget: Mapping[str, Any], statistical: int) -> list[str]:
    """The promise about statistical checks, with the numbers of the run's budget."""
    checks, refute, hold = (number(budget.get(key)) for key in ("checks", "refute", "hold"))
    return [
        f"{statistical} statistical checks of a registry of capacity {checks}. Whichever of the "
        "claims are true, the probability that any true one is printed REFUTED is at most "
        f"{refute}, whatever the dependence between checks and whenever each stopped.",
        "A claim whose violation exceeds its declared tolerance at a cell is printed HOLDS with "
        f"probability at most its check's share of {hold} (for a check of weight one, {hold} "
        f"divided by {checks}), and any such misprint in the whole report has probability at "
        f"most {hold}.",
        "Not covered: parameter cells that are not listed, errors in the transcription of a "
        "theorem, errors of the simulator, rounding, the pseudo-random generator, and declared "
        "models of a law (listed with each verdict as assumptions).",
    ]
