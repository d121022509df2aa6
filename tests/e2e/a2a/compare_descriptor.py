"""Compares our a2a.proto, compiled by protoc, with the descriptor that the A2A SDK carries.

usage: compare_descriptor.py a2a.binpb

Everything that goes over the wire or into an HTTP binding must be equal: packages, names, numbers, types, labels,
oneofs, defaults, options of methods and fields. Left out: comments, file names, the order of declarations and the
language options of the file. The program ends with 1 and prints every difference.
"""

import sys

from a2a.types import a2a_pb2
from google.api import annotations_pb2, client_pb2, field_behavior_pb2  # noqa: F401  registers the options
from google.protobuf import descriptor_pb2

PACKAGE = "lf.a2a.v1"


def load_ours(path):
    with open(path, "rb") as file:
        files = descriptor_pb2.FileDescriptorSet.FromString(file.read()).file
    return next(file for file in files if file.package == PACKAGE)


def load_theirs():
    theirs = descriptor_pb2.FileDescriptorProto()
    a2a_pb2.DESCRIPTOR.CopyToProto(theirs)
    assert theirs.package == PACKAGE, theirs.package
    return theirs


def options(message):
    """The options as text, extensions included, in the order of their numbers."""
    return str(type(message).FromString(message.SerializeToString(deterministic=True))).strip()


def describe_field(field, oneofs):
    oneof = oneofs[field.oneof_index].name if field.HasField("oneof_index") else ""
    return {
        "number": field.number,
        "label": field.label,
        "type": field.type,
        "type_name": field.type_name,
        "oneof": oneof,
        "optional": field.proto3_optional,
        "json_name": field.json_name,
        "default": field.default_value,
        "options": options(field.options),
    }


def describe_message(message, prefix, out):
    name = f"{prefix}.{message.name}"
    out[f"message {name}"] = {"map_entry": message.options.map_entry}
    for field in message.field:
        out[f"field {name}.{field.name}"] = describe_field(field, message.oneof_decl)
    for nested in message.nested_type:
        describe_message(nested, name, out)
    for enum in message.enum_type:
        describe_enum(enum, name, out)


def describe_enum(enum, prefix, out):
    for value in enum.value:
        out[f"value {prefix}.{enum.name}.{value.name}"] = {"number": value.number}


def describe(file):
    out = {}
    for message in file.message_type:
        describe_message(message, file.package, out)
    for enum in file.enum_type:
        describe_enum(enum, file.package, out)
    for service in file.service:
        for method in service.method:
            out[f"method {file.package}.{service.name}.{method.name}"] = {
                "input": method.input_type,
                "output": method.output_type,
                "client_streaming": method.client_streaming,
                "server_streaming": method.server_streaming,
                "options": options(method.options),
            }
    return out


def main():
    ours, theirs = describe(load_ours(sys.argv[1])), describe(load_theirs())
    differences = []
    for name in sorted(ours.keys() | theirs.keys()):
        if ours.get(name) != theirs.get(name):
            differences.append(f"{name}\n  ours:   {ours.get(name)}\n  theirs: {theirs.get(name)}")
    print("\n".join(differences))
    print(f"{len(theirs)} declarations compared, {len(differences)} differences")
    return 1 if differences or not theirs else 0


if __name__ == "__main__":
    sys.exit(main())
