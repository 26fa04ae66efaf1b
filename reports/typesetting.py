"""Which fragments Typst can set: one bad formula must not cost the whole report.

Fragments come from claims' metadata. A fragment that does not compile is printed as it was
written, and named under "problems".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import typst

Fragment = tuple[str, str]  # mode ("math" or "markup"), source

_PROBE = (
    "#set page(width: 400cm, height: auto)\n"
    '#for (mode, source) in json("fragments.json") { eval(source, mode: mode); parbreak() }\n'
)


def unsettable(fragments: Iterable[Fragment]) -> Mapping[Fragment, str]:
    """Fragments that do not compile, with the first line of Typst's complaint."""
    unique = sorted(set(fragments))
    with TemporaryDirectory() as folder:
        probe = Path(folder, "probe.typ")
        probe.write_text(_PROBE, encoding="utf-8")
        return dict(_failing(unique, probe))


def _failing(fragments: list[Fragment], probe: Path) -> list[tuple[Fragment, str]]:
    """Halve until the failing ones are single; all good costs one compilation."""
    if not fragments:
        return []
    data = json.dumps(fragments, ensure_ascii=False)
    probe.with_name("fragments.json").write_text(data, encoding="utf-8")
    try:
        typst.compile(str(probe), ignore_system_fonts=True, format="svg")
    except typst.TypstError as error:
        if len(fragments) == 1:
            return [(fragments[0], str(error).splitlines()[0])]
        middle = len(fragments) // 2
        return _failing(fragments[:middle], probe) + _failing(fragments[middle:], probe)
    return []
