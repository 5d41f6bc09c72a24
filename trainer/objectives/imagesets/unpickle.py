"""Opening a pickle of arrays without letting it run code: only plain values and arrays of numbers are built.

Not even numpy's own classes take part: a crafted dtype could make it follow any bytes as a pointer.
"""

from __future__ import annotations

import pickle
import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def unpickle(path: Path) -> dict[bytes, Any]:
    """The dict that a pickle holds: all keys and the text of Python 2 come as bytes, arrays as numpy's.

    Raises:
        ValueError: the file is damaged, or holds anything but a dict of plain values and arrays of numbers.
    """
    with path.open("rb") as file:
        try:
            found = _Numbers(file, encoding="bytes").load()
        except OSError:
            raise
        except Exception as error:
            raise ValueError(str(error) or type(error).__name__) from error
    if not isinstance(found, dict):
        raise ValueError(f"it holds a {type(found).__name__}, no dict")
    return {
        key.encode() if isinstance(key, str) else key: item.array if isinstance(item, _Array) else item
        for key, item in found.items()
    }


class _Type:
    """A dtype of numbers by its code; the state that a pickle sets afterwards changes its byte order only."""

    def __init__(self, code: Any, *_: Any) -> None:
        code = code.decode() if isinstance(code, bytes) else code
        if not isinstance(code, str) or not re.fullmatch(r"[|<>=]?[buif][1248]", code):
            raise pickle.UnpicklingError(f"it holds an array of {code!r}, and only numbers are opened")
        self.dtype = np.dtype(code)

    def __setstate__(self, state: Any) -> None:
        self.dtype = self.dtype.newbyteorder(">" if state[1] in (">", b">") else "<")


class _Array:
    """What becomes an array: its shape comes with its bytes, so that a false one reserves no memory."""

    array: NDArray[Any]

    def __setstate__(self, state: Any) -> None:
        _version, shape, kind, fortran, content = state
        self.array = np.frombuffer(content, kind.dtype).reshape(shape, order="F" if fortran else "C")


def _empty(_class: Any, _shape: Any, _type: Any) -> _Array:
    return _Array()


def _from_buffer(content: Any, kind: _Type, shape: Any, order: Any, *_: Any) -> _Array:
    array = _Array()
    array.__setstate__((1, shape, kind, order == "F", content))
    return array


def _encode(text: str, _encoding: Any = None) -> bytes:
    return text.encode("latin1")


KNOWN: dict[tuple[str, str], Any] = {
    ("numpy.core.multiarray", "_reconstruct"): _empty,
    ("numpy._core.multiarray", "_reconstruct"): _empty,
    ("numpy.core.numeric", "_frombuffer"): _from_buffer,
    ("numpy._core.numeric", "_frombuffer"): _from_buffer,
    ("numpy", "ndarray"): _Array,
    ("numpy", "dtype"): _Type,
    ("_codecs", "encode"): _encode,
}
"""What numpy's arrays name in a pickle, and what takes its place."""


class _Numbers(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in KNOWN:
            raise pickle.UnpicklingError(f"it wants {module}.{name}, and only plain values and arrays are opened")
        return KNOWN[module, name]
