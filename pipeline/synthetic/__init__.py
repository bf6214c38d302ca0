"""A Nakhon Ratchasima that never was: people, households, lists with errors, and the truth about them."""

from pipeline.synthetic.canonical import make_canonical
from pipeline.synthetic.province import make_province

__all__ = ["make_canonical", "make_province"]
