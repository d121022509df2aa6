"""Writes an HWPX file from a sample text: "# " title, "## " heading, "| a | b |" table rows, else paragraphs."""
import sys

from hwpx import HwpxDocument


def cells(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def add_table(document, rows):
    table = document.add_table(len(rows), len(rows[0]))
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            table.set_cell_text(r, c, cell)


def make(source, target):
    document, rows = HwpxDocument.new(), []
    for line in open(source, encoding="utf-8").read().splitlines() + [""]:
        if line.startswith("|"):
            rows.append(cells(line))
            continue
        if rows:
            add_table(document, rows)
            rows = []
        if line:
            document.add_paragraph(line.lstrip("# "))
    document.save_to_path(target)


make(sys.argv[1], sys.argv[2])
