"""What goes out of the product and comes into it: its own document, and those of its ancestors."""

from __future__ import annotations

from .documents import Form, ImportedBlock, ImportedProject, export_document, read_document
from .template_files import TemplateFile, is_zip, looks_like_json, read_text_file, read_zip

__all__ = [
    "Form",
    "ImportedBlock",
    "ImportedProject",
    "TemplateFile",
    "export_document",
    "is_zip",
    "looks_like_json",
    "read_document",
    "read_text_file",
    "read_zip",
]
