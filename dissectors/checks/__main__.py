"""Both descriptions; the last line is the verdict."""

import sys

from . import kaitai, wireshark
from .vectors import Wrong

try:
    said = [kaitai.check(), wireshark.check()]
except Wrong as wrong:
    print(f"dissectors: FAILED: {wrong}")
    sys.exit(1)
print(f"dissectors: {', '.join(said)}")
