"""What has to have its test: rules, ports, kernels."""

import re

from tree import CPP, LAYERS, line_of

CLASS = re.compile(r"^class (\w+)(?: final)?(?: : [^{;]*)? *\{(.*?)^\};", re.M | re.S)
BASE = re.compile(r"\bclass \w+(?: final)? : public (?:\w+::)*(\w+)")
KERNELS = "model_core/kernels/kernels.h"
KERNEL_TESTS = ("tests/kernels/", "tests/unit/model_core/")


def policies(tree):
    for path in tree.paths:
        if path.endswith(".cedar") and path[: -len("cedar")] + "cases" not in tree.names:
            yield path, 0, "has no *.cases beside it"


def ports(tree):
    """Interfaces that a layer declares on its face and another layer implements, and those that call themselves a port."""
    implemented = {}
    for path in tree.code(CPP):
        if path.split("/")[0] in LAYERS:
            for name in BASE.findall(tree.plain(path)):
                implemented.setdefault(name, set()).add(path.split("/")[0])
    for path in tree.code({".h"}):
        layer = path.split("/")[0]
        if path.count("/") != 1 or layer not in LAYERS:
            continue
        code = tree.plain(path)
        for found in CLASS.finditer(code):
            name, said = found.group(1), re.match(r"(?://[^\n]*\n)*", tree.text(path)).group()
            declared = re.search(rf"\b{name}: .*\bport\b", said.replace("\n//", ""), re.I)
            if "= 0;" in found.group(2) and (declared or implemented.get(name, set()) - {layer}):
                yield path, line_of(code, found.start()), name


def suites(tree):
    """A contract suite says in its first line: What every NAME promises."""
    tests = (path for path in tree.code({".cc"}) if path.startswith("tests/"))
    first = "\n".join(tree.lines(path)[0] for path in tests)
    for path, number, name in ports(tree):
        if not re.search(rf"^// What every .*\b{name}\b.* promises", first, re.M):
            yield path, number, f"the port {name} has no contract suite"


def kernels(tree):
    """Every kernel of the table is called, through a table, by a test of the model core."""
    tests = "\n".join(tree.plain(path) for path in tree.code(CPP) if path.startswith(KERNEL_TESTS))
    code = tree.plain(KERNELS) if KERNELS in tree.names else ""
    for found in re.finditer(r"\(\*(\w+)\)\(", code):
        if not re.search(rf"(?:\.|->){found.group(1)}\(", tests):
            yield KERNELS, line_of(code, found.start()), f"the kernel {found.group(1)} has no test"


CHECKS = [policies, suites, kernels]
