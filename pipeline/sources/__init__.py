"""Where captures come from: files of one capture, and archives of many.

A source names folders, globs and files; each of these is either a capture of its own or an archive
(JSON lines, Parquet, WARC). Every file that a source names is read, or rejected with its reason, or
counted as left aside; so is every record of an archive. None is lost.
"""
