"""What sites repeat: lines that stand on many pages of one site, counted once for a corpus.

`learning` counts them, `lines` is the file that comes of it; strip-boilerplate asks that file, so
that what becomes of a page depends on the page and the file alone, never on the other pages of a
run.
"""
