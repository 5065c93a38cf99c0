"""What the tokenizers are measured with, the same each time: texts, and a large tokenizer.json. Files in a folder."""
import json
import os
import random

MB = 1000 * 1000


def mixed(folder):
    """10 MB: words of English-like letters, of which few make up most of the text, numbers, punctuation, Russian, Chinese,
    accents and emoji."""
    def generate():
        chance = random.Random(2026)
        syllables = [a + b + c for a in "b c d f g h l m n p r s t w st tr pl".split() for b in "aeiou" for c in ("", "n", "r", "s", "t")]
        words = ["".join(chance.choice(syllables) for _ in range(1 + int(chance.expovariate(0.9)))) for _ in range(30000)]
        words[:24] = "the of and to in a is that for it was on with as be at by this not are from or have you".split()
        cyrillic = ["".join(chance.choice("абвгдежзиклмнопрстуфхцчшыьэюя") for _ in range(chance.randint(2, 10)))
                    for _ in range(2000)]
        accents = "café naïve Zürich señor élève über façade Ærø".split()
        emoji = ["😀", "👍🏽", "👨‍👩‍👧", "🇩🇪", "❤️"]

        def common(some):
            """The k-th of them with a probability of about 1 / k, as in languages."""
            return some[int(len(some) ** chance.random()) - 1]

        def word():
            kind = chance.random()
            if kind < 0.80:
                return common(words)
            if kind < 0.86:
                return words[chance.randrange(len(words))].capitalize()
            if kind < 0.90:
                return chance.choice(["%d", "%d.5", "%d,000", "%d%%"]) % chance.randrange(10000)
            if kind < 0.94:
                return common(cyrillic)
            if kind < 0.96:
                return "".join(chr(0x4E00 + int(chance.triangular(0, 0x5000, 0))) for _ in range(chance.randint(1, 6)))
            if kind < 0.98:
                return chance.choice(accents)
            return chance.choice(emoji) if kind < 0.985 else "'%s'" % common(words) + chance.choice(["’s", "'t"])

        parts, size = [], 0
        while size < 10 * MB:
            end = chance.random()
            part = word() + (" " if end < 0.86 else ", " if end < 0.92 else ". " if end < 0.97 else "!? " if end < 0.98
                             else " — " if end < 0.985 else "\n" if end < 0.995 else "\n\n    ")
            parts.append(part)
            size += len(part.encode())
        return "".join(parts)

    return _file(folder, "mixed.txt", generate)


def one_word(folder):
    """1 MB of lower case letters."""
    chance = random.Random(1)
    return _file(folder, "one_word.txt", lambda: "".join(chance.choices("etaoinshrdlu", k=MB)))


def same(folder, character, name):
    """A million times the same character."""
    return _file(folder, name + ".txt", lambda: character * MB)


ALL = {"mixed": mixed, "one_word": one_word, "spaces": lambda folder: same(folder, " ", "spaces"),
       "letters": lambda folder: same(folder, "a", "letters")}


def large_tokenizer(folder):
    """A byte-level BPE of 128,000 merges, as Hugging Face's library writes it today."""
    def generate():
        chance = random.Random(128)
        printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
        tokens = list(map(chr, printable)) + [chr(0x100 + i) for i in range(256 - len(printable))]
        known, merges = set(tokens), []
        while len(merges) < 128000:
            left, right = chance.choice(tokens), chance.choice(tokens)
            if len(left + right) > 12 or left + right in known:
                continue
            known.add(left + right)
            tokens.append(left + right)
            merges.append([left, right])
        byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
        return json.dumps({
            "version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None,
            "pre_tokenizer": byte_level, "post_processor": byte_level, "decoder": byte_level,
            "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
                      "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False, "ignore_merges": False,
                      "vocab": {token: i for i, token in enumerate(tokens)}, "merges": merges}},
            ensure_ascii=False, indent=2)

    return _file(folder, "large/tokenizer.json", generate)


def _file(folder, name, generate):
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path + ".part", "w", encoding="utf-8", newline="") as file:
            file.write(generate())
        os.replace(path + ".part", path)
    return path
