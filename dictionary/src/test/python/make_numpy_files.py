"""Makes src/test/resources/numpy: arrays as NumPy itself saves them, for `NpzFileTest`.

    python make_numpy_files.py TARGET

Made with NumPy 2.4.6.
"""

import sys
from pathlib import Path

import numpy as np


def main(target):
    numbers = (np.arange(6).reshape(2, 3) / 4).astype(np.float32)
    np.savez(target / "rows.npz", a=numbers, other=np.arange(3))
    np.savez(target / "fortran.npz", a=np.asfortranarray(numbers))
    np.savez_compressed(target / "half.npz", a=numbers.astype(np.float16))
    np.savez(target / "double.npz", a=numbers.astype(np.float64))
    np.savez(target / "one.npz", a=np.float32(0.25))
    np.savez(target / "objects.npz", a=np.array([print, None], dtype=object))
    np.savez(target / "big-endian.npz", a=numbers.astype(">f4"))
    np.savez(target / "whole.npz", a=np.arange(6))
    np.savez(target / "nan.npz", a=np.array([1, np.nan], dtype=np.float32))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
