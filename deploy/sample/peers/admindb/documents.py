"""One line a document of the list: number, kind, days ago, label, title, HWPX file, with tabs between."""
import json
import pathlib
import subprocess
import sys

listed, work = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
make = pathlib.Path(__file__).resolve().parent.parent / "hwpx" / "make.py"
for entry in json.loads(listed.read_text(encoding="utf-8")):
    source, target = listed.parent / "documents" / entry["file"], work / f"{entry['number']}.hwpx"
    subprocess.run([sys.executable, str(make), str(source), str(target)], check=True)
    title = source.read_text(encoding="utf-8").splitlines()[0].lstrip("# ")
    label = json.dumps(entry["label"])
    print(entry["number"], entry["kind"], entry["days_ago"], label, title, target, sep="\t")
