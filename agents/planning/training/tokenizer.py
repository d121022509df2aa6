"""Trains the planner's tokenizer: byte-level BPE in which every Hangul syllable, digit, blank and mark stands
alone, so that a span of the request copies token by token; the scaffolding of a plan's JSON are single control
tokens, so that a plan is short.

    python tokenizer.py --samples samples.jsonl --out tokenizer.json
"""

import argparse
import collections
import json
import math

import wordfreq
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

import vocabulary
from phrasings import catalogue

PAD, BOS, END, VALUES, PLAN = "<|pad|>", "<|bos|>", "<|end|>", "<|values|>", "<|plan|>"
STEPS_MAX = 6
PIECE = r"[가-힣]|\d|\s|[A-Za-z]+|[^\s\p{L}\p{N}]|[\p{L}\p{N}]"


def scaffolding():
    """Spellings that only a plan has."""
    out = ['{"verdict":"plan","steps":[', '{"verdict":"ask","missing":[', '","arguments":{', "}}]}", "]}",
           '{"verdict":"refuse","reason":"harmful"}', '{"verdict":"refuse","reason":"out_of_scope"}',
           '{"from":"', '","to":"', ":00+09:00", ".."]
    out += [f'{{"id":"s{k}","tool":"' for k in range(1, STEPS_MAX + 1)]
    out += [f'}}}},{{"id":"s{k}","tool":"' for k in range(2, STEPS_MAX + 1)]
    out += [f'{{"$ref":"s{k}' for k in range(1, STEPS_MAX)]
    out += [f'{{"$ref":"s{k}"}}' for k in range(1, STEPS_MAX)]
    names, paths, enums, asks = {}, {}, {}, {}
    for tool in catalogue()["tools"]:
        out.append(tool["name"])
        needs = tool.get("needs_one_of") or []
        for a in tool["arguments"]:
            names[f'"{a["name"]}":'] = names[f',"{a["name"]}":'] = True
            for value in a.get("values") or []:
                enums[f'"{value}"'] = True
            if a["required"] or a["name"] in needs:
                asks[f'"{tool["name"]}.{a["name"]}"'] = True
        for r in tool["results"]:
            if not r["untrusted"]:
                path = r["path"]
                for form in {path.replace("[]", "[0]"), path.replace("[]", "[*]")}:
                    paths[f'.{form}"}}'] = True
    return out + [*names, *paths, *enums, *asks]


def months():
    """Year and month of a written date: one token wherever it stands."""
    return [f"{y}-{m:02}-" for y in range(2010, 2036) for m in range(1, 13)]


def corpus(samples):
    """Words with weights: syllables of Korean, frequent English words, and what requests hold."""
    for syllable, n in syllables().items():
        yield from [syllable] * min(2000, 400 + n)
    for word in wordfreq.top_n_list("en", 6000):
        if word.isascii() and word.isalpha():
            n = max(1, int(40 * math.log10(wordfreq.word_frequency(word, "en") * 1e7 + 1)))
            yield from [word] * n
            yield from [word.capitalize()] * (n // 6)
    for line in samples:
        yield line


def syllables():
    count = collections.Counter()
    for word in vocabulary.korean_nouns():
        count.update(word)
    for word in wordfreq.top_n_list("ko", 60000):
        count.update(c for c in word if "가" <= c <= "힣")
    return count


def train(samples, size):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(PIECE), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=size, special_tokens=[PAD, BOS, END, VALUES, PLAN],
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    tokenizer.train_from_iterator(corpus(samples), trainer)
    tokenizer.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in dict.fromkeys(scaffolding())])
    tokenizer.add_tokens([AddedToken(t, special=False, normalized=False) for t in months()])
    return tokenizer


class Codec:
    """Text ↔ tokens for training, as the C++ side does it: user text never becomes a control token."""

    def __init__(self, path):
        self.control = Tokenizer.from_file(str(path))
        self.plain = Tokenizer.from_file(str(path))
        self.plain.encode_special_tokens = True
        self.pad, self.bos, self.end, self.values, self.plan = (
            self.control.token_to_id(t) for t in (PAD, BOS, END, VALUES, PLAN))
        self.size = self.control.get_vocab_size()

    def encode(self, text, values, plan):
        """(prompt tokens, plan tokens). The request stands twice: reading from left to right, the model knows only the
        second time what stands behind a word."""
        user = self.plain.encode(text, add_special_tokens=False).ids
        shown = self.plain.encode(values, add_special_tokens=False).ids
        written = self.control.encode(plan, add_special_tokens=False).ids
        return [self.bos, *user, self.values, *shown, self.bos, *user, self.plan], [*written, self.end]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--samples", required=True)
    parser.add_argument("--size", type=int, default=5200)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    with open(args.samples, encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    tokenizer = train(texts, args.size)
    tokenizer.save(args.out)
    known = tokenizer.get_vocab()
    lost = [s for s in syllables() if len(tokenizer.encode(s).ids) != 1]
    print(f"{len(known)} tokens; {len(lost)} of {len(syllables())} syllables need several")


if __name__ == "__main__":
    main()
