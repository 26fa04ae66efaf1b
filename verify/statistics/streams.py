"""Random streams named by what they are for, never by when they are drawn.

The name of a stream is a key: claim, cell parameters, role ("data", "init", ...), first run.
Equal keys give equal streams in any order, process or selection of checks; paired arms share
the keys of what they share.
"""

from __future__ import annotations

import json
import math
from fractions import Fraction
from hashlib import blake2b

import numpy as np

from theory.exact import InputError


def canonical_json(key: object) -> str:
    """Write a key as the one JSON text that all equal keys share.

    Dictionaries are sorted, tuples become lists, a Fraction p/q becomes the string "p/q".

    >>> canonical_json(("bias.lemma_3", {"n": 8, "gamma": Fraction(1, 2)}, "init", 0))
    '["bias.lemma_3",{"gamma":"1/2","n":8},"init",0]'

    Raises InputError for anything without a canonical text: NaN, infinities, NumPy integers and
    arrays, sets, objects, dictionaries whose names are not strings.
    """
    return json.dumps(_plain(key), sort_keys=True, separators=(",", ":"))


def _plain(item: object) -> object:
    if item is None or isinstance(item, (str, bool, int)):
        return item
    if isinstance(item, float) and math.isfinite(item):
        return float(item)
    if isinstance(item, Fraction):
        return str(item)
    if isinstance(item, (list, tuple)):
        return [_plain(part) for part in item]
    if isinstance(item, dict) and all(isinstance(name, str) for name in item):
        return {name: _plain(value) for name, value in item.items()}
    raise InputError(
        f"stream key contains {item!r} of type {type(item).__name__}",
        "strings, integers, finite floats, Fractions, booleans, None; lists, tuples and "
        "dictionaries (names: strings) of them",
        "convert it, for instance with int() or str()",
    )


def words(*key: object) -> tuple[int, int, int, int]:
    """Hash a key (blake2b, 128 bits, of its canonical JSON) to four 32-bit words.

    >>> words("hoeffding", {"n": 100, "p": 0.5}, 0)
    (2412314163, 3902908107, 3455908177, 1359072893)

    Raises InputError for a key without canonical JSON.
    """
    digest = blake2b(canonical_json(key).encode(), digest_size=16).digest()
    first, second, third, fourth = np.frombuffer(digest, dtype="<u4").tolist()
    return first, second, third, fourth


def stream(run_seed: int, *key: object) -> np.random.Generator:
    """Open the random stream of a key.

    run_seed -> one nonnegative integer for the whole run
    key      -> claim, cell parameters, role, index of the first run of the look

    Only the raw bits are the same on every platform and NumPy version, not the draws made of
    them, so no verdict may hang on exact draws.

    >>> stream(20240117, "hoeffding", {"n": 100, "p": 0.5}, 0).bit_generator.random_raw()
    12888849605732269795

    Raises InputError for a negative seed or a key without canonical JSON.
    """
    if run_seed < 0:
        raise InputError(f"run_seed = {run_seed}", "integers >= 0", "choose another seed")
    sequence = np.random.SeedSequence(run_seed, spawn_key=words(*key))
    return np.random.Generator(np.random.PCG64DXSM(sequence))
