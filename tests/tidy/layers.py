"""What may include what: layers, faces, the order inside of a layer, I/O, permits."""

import re

from tree import CPP, INCLUDE, LAYERS, SYSTEM_INCLUDE

TOP_LEVEL = set(LAYERS) | {"tests", "CMakeLists.txt", "CMakePresets.json", "LICENSE", "README.md"}  # and dotfiles
OPEN_FOLDERS = ("model_core/base/", "model_core/bridge/")  # everyone's ground: any of their headers
INBOUND = "agents/api/"  # includes the rest of agents; nothing of agents includes it
PERMIT_MAKERS = {"policies/permit.h", "policies/permit_office.h", "policies/cedar_authorizer.cc"}

# Headers by what they reach, and where that is allowed. Beside the two layers at the edge these are exceptions, with why.
EDGE = ("connectors/", "deploy/", "tests/")
IO = [
    (
        re.compile(r"sys/(socket|un|epoll)\.h|poll\.h|netinet/|arpa/|netdb\.h|curl/|mosquitto|modbus|gmime/"),
        "the network",
        (INBOUND, "model_core/base/address.cc"),  # which only reads addresses
    ),
    (re.compile(r"pqxx/|libpq"), "a database", ()),
    (re.compile(r"grpc|google/protobuf/"), "gRPC", (INBOUND,)),
    (
        re.compile(r"fstream$|fcntl\.h|sys/(stat|file|mman)\.h|dirent\.h"),
        "files",
        (
            "model_core/weights/",  # maps weights, keeps packed ones
            "model_core/base/files.cc",  # everyone's way to a whole file
            "model_core/device/host_memory.cc",  # memory without a file
            "agents/planning/training/",  # programs of their own
        ),
    ),
]


def top_level(tree):
    for name in sorted({path.split("/")[0] for path in tree.paths}):
        if name not in TOP_LEVEL and not name.startswith("."):
            yield name, 0, "does not belong to the top level"


def include_fault(path, header):
    """Why `path` may not include `header`, or None. What is not of this tree is of no interest here."""
    own, other = path.split("/")[0], header.split("/")[0]
    if other == "tests":
        return None if own == "tests" else "the product includes tests"
    if other not in LAYERS or own not in LAYERS:
        return None
    if LAYERS.index(other) > LAYERS.index(own):
        return f"{own} includes upwards: {header}"
    depth = header.count("/")
    if own != other and depth > 1 and not header.startswith(OPEN_FOLDERS):
        return f"{header} is no face of {other}"
    second_level = "/".join(header.split("/")[:2]) + "/"
    if own == other and depth > 2 and not path.startswith(second_level) and not header.startswith(OPEN_FOLDERS):
        return f"{header} is inside of another folder"
    if header.startswith(INBOUND) and own == other and not path.startswith(INBOUND):
        return f"only what is inbound includes {header}"
    return None


def includes(tree, kinds=INCLUDE):
    for path in tree.code(CPP):
        for number, line in enumerate(tree.lines(path), 1):
            include = kinds.match(line)
            if include:
                yield path, number, include.group(1)


def layers(tree):
    for path, number, header in includes(tree):
        fault = include_fault(path, header)
        if fault:
            yield path, number, fault


def drawn(tree):
    """The folders of model_core as its README draws them, lowest first: "base → bridge → …"."""
    lines = (line for line in tree.lines("model_core/README.md") if line.startswith("    ") and "→" in line)
    return [name for line in lines for name in re.findall(r"\w+", line)]


def owners(tree):
    """Which folder of model_core each header of its face belongs to: the one whose CMake list names it."""
    for path in tree.paths:
        inside = re.fullmatch(r"model_core/(\w+)/CMakeLists\.txt", path)
        for name in re.findall(r"\.\./(\w+\.h)", tree.text(path) or "") if inside else ():
            yield "model_core/" + name, inside.group(1)


def order(tree):
    """Inside of model_core an include points to what is drawn before, faces included."""
    names, owner = drawn(tree), dict(owners(tree))

    def place(path):
        folder = owner.get(path) or (path.split("/")[1] if path.count("/") > 1 else "")
        return names.index(folder) if folder in names else None

    for path in tree.code(CPP):
        if path.startswith("model_core/") and place(path) is None:
            yield path, 0, "has no place in the order that model_core/README.md draws"
    for path, number, header in includes(tree):
        if not (path.startswith("model_core/") and header.startswith("model_core/")):
            continue
        own, other = place(path), place(header)
        if own is not None and other is not None and other > own:
            yield path, number, f"model_core/{names[own]} includes upwards: {header}"


def io(tree):
    for path, number, header in includes(tree, SYSTEM_INCLUDE):
        for headers, reached, places in IO:
            if headers.match(header) and not path.startswith(EDGE + places):
                yield path, number, f"reaches {reached}: <{header}>"


def permits(tree):
    for path in tree.code(CPP):
        if path in PERMIT_MAKERS or path.startswith("tests/"):
            continue
        for number, line in enumerate(tree.lines(path), 1):
            if "PermitOffice" in line or "permit_office.h" in line:
                yield path, number, "only the authorizer makes permits"


CHECKS = [top_level, layers, order, io, permits]
