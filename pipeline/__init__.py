"""Captured web pages in, clean text records and a complete audit out."""

__version__ = "0.1.0"
