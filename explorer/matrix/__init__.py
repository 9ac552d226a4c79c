"""The designation matrix: a page of its own, a workbook and a command."""
