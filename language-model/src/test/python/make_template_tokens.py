"""Makes src/test/resources/template-tokens.json: what transformers says the special tokens of tokenizers are, for
folders that name them in different ways, or not at all.

    python make_template_tokens.py TARGET

Made with transformers 5.24.0.
"""

import itertools
import json
import os
import sys
import tempfile

from transformers import AutoTokenizer

CLASSES = [
    "LlamaTokenizer",
    "LlamaTokenizerFast",
    "CodeLlamaTokenizer",
    "GemmaTokenizer",
    "GemmaTokenizerFast",
    "GPT2Tokenizer",
    "GPT2TokenizerFast",
    "GPTNeoXTokenizer",
    "GPTNeoXTokenizerFast",
    "Qwen2Tokenizer",
    "Qwen2TokenizerFast",
    "CohereTokenizer",
    "CohereTokenizerFast",
    "PreTrainedTokenizerFast",
    "TokenizersBackend",
    None,
]
MODELS = ["llama", "mistral", "gemma", "gemma2", "gemma3", "gemma3_text", "gpt2", "gpt_neo", "gpt_neox", "qwen2", "qwen3"]
EXTRAS = [
    {},
    {"bos_token": None, "eos_token": "<end>"},
    {"bos_token": {"content": "<begin>", "__type": "AddedToken"}, "image_token": "<image>"},
    {"extra_special_tokens": {"image_token": "<image>", "boi": "<boi>"}},
    {"extra_special_tokens": ["<a>", "<b>"]},
    {"additional_special_tokens": ["<a>", "<b>"]},
    {"pad_token": "<pad!>", "added_tokens_decoder": {}},
]
MAPS = [None, {"eos_token": {"content": "<map>"}, "pad_token": "<mappad>"}]


def tokens(config, model, named):
    with tempfile.TemporaryDirectory() as folder:
        vocabulary = {"a": 0, "b": 1, "<unk>": 2}
        json.dump(
            {
                "version": "1.0",
                "added_tokens": [],
                "model": {"type": "BPE", "vocab": vocabulary, "merges": [], "unk_token": None},
            },
            open(os.path.join(folder, "tokenizer.json"), "w"),
        )
        json.dump(config, open(os.path.join(folder, "tokenizer_config.json"), "w"))
        json.dump({"model_type": model}, open(os.path.join(folder, "config.json"), "w"))
        if named is not None:
            json.dump(named, open(os.path.join(folder, "special_tokens_map.json"), "w"))
        return AutoTokenizer.from_pretrained(folder).special_tokens_map


def main(target):
    cases = []

    def add(model, name, extra, named):
        config = dict(extra)
        if name is not None:
            config["tokenizer_class"] = name
        case = {"model": model, "config": config, "map": named}
        try:
            case["tokens"] = tokens(config, model, named)
        except Exception as e:
            case["error"] = str(e)[:200]
        cases.append(case)

    for model, name in itertools.product(MODELS, CLASSES):
        add(model, name, {}, None)
    for (model, name), extra, named in itertools.product(
        [("llama", "LlamaTokenizer"), ("qwen3", "Qwen2Tokenizer"), ("llama", "PreTrainedTokenizerFast")], EXTRAS, MAPS
    ):
        add(model, name, extra, named)
    with open(target, "w") as file:
        json.dump(cases, file, indent=1)


if __name__ == "__main__":
    main(sys.argv[1])
