"""Drives the real `maru model chat` with the tiny golden models: no server, no network.

usage: drive_chat.py MARU GOLDEN_FOLDER

Ends with 1 at the first thing that is not as it should be.
"""

import json
import pathlib
import shutil
import sys
import tempfile

from maru_cli import Maru, check

KOREAN, ENGLISH = "전세와 월세는 무엇이 다른가요?", "What time is it?"


def model(golden, home, name, template):
    """A copy of a golden model with a chat template."""
    folder = home / name
    shutil.copytree(golden / name, folder)
    shutil.copy(golden / "chat_templates" / f"{template}.jinja", folder / "chat_template.jinja")
    return str(folder)


def drive_turn(maru, folder):
    short = ("--tokens-max", "24", "--temperature", "0")
    for text in (KOREAN, ENGLISH):
        shown = maru.run(0, f"chat: answers '{text}'", "model", "chat", folder, text, *short)
        again = maru.run(0, "chat: and again", "model", "chat", folder, text, *short)
        check((shown.stdout, shown.stderr) == (again.stdout, again.stderr), "chat: the same answer again", again)
        check("24토큰에서 잘렸습니다" in shown.stderr, "chat: says that it was cut", shown)
    reply = maru.json(0, "chat --json", "model", "chat", folder, KOREAN, *short)
    check(reply["finish_reason"] == "length" and reply["usage"]["completion_tokens"] == 24, "chat --json: how it ended")
    check(reply["usage"]["reasoning_tokens"] > 0 and reply["message"]["reasoning"], "chat: thinks unless told otherwise")
    quick = maru.json(0, "chat --thinking off", "model", "chat", folder, KOREAN, *short, "--thinking", "off")
    check(quick["usage"]["reasoning_tokens"] == 0 and quick["message"]["content"], "chat --thinking off: answers at once")
    budget = maru.json(0, "chat --thinking 4", "model", "chat", folder, KOREAN, *short, "--thinking", "4")
    check(budget["message"]["reasoning"] and budget["message"]["content"], "chat --thinking 4: thinks, then answers")


def drive_seed(maru, folder):
    def told(seed):
        reply = maru.json(0, f"chat --seed {seed}", "model", "chat", folder, ENGLISH, "--temperature", "1.5",
                          "--tokens-max", "24", "--thinking", "off", "--seed", seed)
        return reply["message"]["content"]

    check(told("5") == told("5"), "chat --seed: the same seed, the same answer")
    check(told("5") != told("6"), "chat --seed: another seed, another answer")


def drive_schema(maru, folder, home):
    schema = home / "schema.json"
    schema.write_text(json.dumps({"enum": ["가나다", "라마바"]}, ensure_ascii=False))
    shown = maru.run(0, "chat --schema", "model", "chat", folder, KOREAN, "--thinking", "3", "--schema", str(schema))
    check(shown.stdout in ('"가나다"\n', '"라마바"\n'), "chat --schema: only the answer is on the output", shown)
    check(shown.stderr, "chat: the reasoning is beside the output", shown)
    broken = home / "broken.json"
    broken.write_text("{")
    maru.run(2, "chat --schema: no JSON", "model", "chat", folder, KOREAN, "--schema", str(broken))
    maru.run(2, "chat --tools: no list", "model", "chat", folder, KOREAN, "--tools", str(schema))


def drive_lines(maru, folder):
    result = maru.run(0, "chat: a turn a line", "model", "chat", folder, "--system", "짧게", "--thinking", "off", "--json",
                      "--tokens-max", "8", text=f"{KOREAN}\n\n{ENGLISH}\n")
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    check(second["usage"]["prompt_tokens"] > first["usage"]["prompt_tokens"] + 8, "chat: the conversation goes on", result)
    check(second["usage"]["cached_tokens"] > 0, "chat: what was said before is not computed again", result)
    maru.run(0, "chat: no lines, no turns", "model", "chat", folder, text="")
    maru.run(0, "chat -: the whole input is one message", "model", "chat", folder, "-", "--tokens-max", "4", text="두\n줄")


def drive_images(maru, golden, home):
    folder = model(golden, home, "hyperclova_x_vision", "hyperclova_x")
    image = str(golden / "hyperclova_x_vision" / "image.png")
    short = ("--thinking", "off", "--tokens-max", "8")
    plain = maru.json(0, "chat: without an image", "model", "chat", folder, "무엇?", *short)
    seen = maru.json(0, "chat --image", "model", "chat", folder, "무엇?", *short, "--image", image)
    check(seen["usage"]["prompt_tokens"] >= plain["usage"]["prompt_tokens"] + 6, "chat --image: takes its rows")
    both = maru.json(0, "chat --image: twice, before the message", "model", "chat", folder, "--image", image, "--image", image,
                     "무엇?", *short)
    check(both["usage"]["prompt_tokens"] > seen["usage"]["prompt_tokens"] + 6, "chat --image: two take twice the rows")
    maru.run(3, "chat --image: no such file", "model", "chat", folder, "무엇?", "--image", str(home / "none.png"))
    maru.run(2, "chat --image: no image", "model", "chat", folder, "무엇?", "--image", folder + "/config.json")
    return image


def drive_refusals(maru, golden, home, folder, image):
    def refused(code, what, *arguments):
        result = maru.run(code, f"chat: {what}", "model", "chat", *arguments)
        check(result.stderr.startswith("maru: ") and not result.stdout, "chat: one error, no output", result)
        return result.stderr

    refused(3, "no such folder", str(home / "none"), KOREAN)
    check("대화 템플릿이 없습니다" in refused(3, "a model without a chat template", str(golden / "k_exaone"), KOREAN),
          "chat: says what is missing")
    refused(2, "an image for a model that sees none", folder, KOREAN, "--image", image)
    refused(2, "a word for --thinking that is none", folder, KOREAN, "--thinking", "maybe")
    refused(2, "an empty message", folder, " ")
    refused(2, "a message that is not UTF-8", folder, b"\xea\xb0")
    refused(2, "a temperature beyond the limit", folder, KOREAN, "--temperature", "11")
    english = refused(2, "in English", folder, KOREAN, "--thinking", "maybe", "--lang", "en")
    check("neither on, off nor a number" in english, "chat --lang en")


def main():
    program, golden = sys.argv[1], pathlib.Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as directory:
        home = pathlib.Path(directory)
        maru = Maru(program, "127.0.0.1:1", home)
        folder = model(golden, home, "k_exaone", "k_exaone")
        drive_turn(maru, folder)
        drive_seed(maru, folder)
        drive_schema(maru, folder, home)
        drive_lines(maru, folder)
        image = drive_images(maru, golden, home)
        drive_refusals(maru, golden, home, folder, image)


if __name__ == "__main__":
    main()
