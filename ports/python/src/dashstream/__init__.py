"""DashStream: frames of telemetry of LLM-agent graph runs, read, written, counted and kept in files."""

from __future__ import annotations

__version__ = "0.1.0"

from dashstream.errors import Code, DashStreamError, ErrorClass
from dashstream.files import FileReader, FileReport, FileWriter
from dashstream.kinds import Kind
from dashstream.ledger import Ledger, Verdict, VerdictName
from dashstream.limits import Limits
from dashstream.lints import Lint, lints
from dashstream.reader import Frame, IncrementalReader, decode
from dashstream.records import Record
from dashstream.writer import Content, encode

__all__ = [
    "Code",
    "Content",
    "DashStreamError",
    "ErrorClass",
    "FileReader",
    "FileReport",
    "FileWriter",
    "Frame",
    "IncrementalReader",
    "Kind",
    "Ledger",
    "Limits",
    "Lint",
    "Record",
    "Verdict",
    "VerdictName",
    "decode",
    "encode",
    "lints",
]
