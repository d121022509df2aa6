"""Opens an HWPX file with python-hwpx: package and schema must hold; prints its text, then its tables."""
import subprocess
import sys

from hwpx import HwpxDocument

path = sys.argv[1]
tools = sys.executable.rsplit("/", 1)[0]
for tool in ("hwpx-validate-package", "hwpx-validate"):
    subprocess.run([f"{tools}/{tool}", path], check=True, stdout=sys.stderr)
document = HwpxDocument.open(path)
print(document.text.plain())
for section in document.sections:
    for paragraph in section.paragraphs:
        for table in paragraph.tables:
            for row in table.rows:
                print("\t".join(cell.text.strip() for cell in row.cells))
