"""The whole of the demo with other people's tools: dictionary_learning's trainSAE with its StandardTrainer and
ActivationBuffer, one dictionary after the other, on the demo's model, text and recipe, and the same table at the
end. Its buffer reads a model through nnsight, which does not run with transformers 5: hooks of PyTorch stand in.

demo.py '{"model": FOLDER, "training": [FILE.jsonl, ...], "heldOut": [FILE.jsonl, ...], "spec": {...}, "threads": 2}'
"""

import json
import sys
from itertools import cycle, islice
from pathlib import Path

import torch
from dictionary_learning.buffer import ActivationBuffer
from dictionary_learning.trainers.standard import StandardTrainer
from dictionary_learning.training import trainSAE
from evaluation import BATCH_CONTEXTS, Measured, loss, module
from training import Reached
from transformers import AutoModelForCausalLM, AutoTokenizer


def contexts(tokenizer, files, length):
    """Yields contexts of token ids: documents follow one another, each ended by the EOS token."""
    waiting = []
    for file in files:
        for line in Path(file).read_text().splitlines():
            waiting += tokenizer(json.loads(line)["text"]).input_ids + [tokenizer.eos_token_id]
            while len(waiting) >= length:
                yield torch.tensor(waiting[:length])
                del waiting[:length]


class HookedBuffer(ActivationBuffer):
    """The library's buffer, filled by forward passes that end at the site."""

    def refresh(self):
        kept = self.activations[~self.read]
        self.activations = torch.empty(self.activation_buffer_size, self.d_submodule)
        self.activations[: len(kept)] = kept
        filled = len(kept)
        while filled < self.activation_buffer_size:
            rows = self.rows()[: self.activation_buffer_size - filled]
            self.activations[filled : filled + len(rows)] = rows
            filled += len(rows)
        self.read = torch.zeros(len(self.activations), dtype=torch.bool)

    def rows(self):
        seen = []

        def keep(_, __, out):
            seen.append(out[0] if isinstance(out, tuple) else out)
            raise Reached

        hook = self.submodule.register_forward_hook(keep)
        try:
            self.model(torch.stack(self.text_batch()), use_cache=False)
        except Reached:
            pass
        finally:
            hook.remove()
        return seen[0].flatten(0, 1)


def train(model, place, texts, spec):
    """Returns the dictionary of one site, for activations as they come from the model."""
    training, recipe = spec["training"], spec["recipes"][0]
    schedule = recipe["schedule"]
    width = model.config.hidden_size
    buffer = HookedBuffer(
        cycle(texts),
        model,
        place,
        d_submodule=width,
        n_ctxs=training["bufferContexts"],
        ctx_len=spec["contextLength"],
        refresh_batch_size=BATCH_CONTEXTS,
        out_batch_size=training["batchSize"],
    )
    trained = []

    class Kept(StandardTrainer):
        """trainSAE hands out no dictionaries, it saves them."""

        def __init__(self, **settings):
            super().__init__(**settings)
            trained.append(self.ae)

    config = {
        "trainer": Kept,
        "steps": training["steps"],
        "activation_dim": width,
        "dict_size": recipe["dictionarySize"],
        "layer": 0,
        "lm_name": "demo",
        "lr": recipe["learningRate"],
        "l1_penalty": recipe["sparsityPenalty"],
        "warmup_steps": schedule["warmupSteps"],
        "sparsity_warmup_steps": schedule["sparsityWarmupSteps"],
        "decay_start": schedule["decayStart"],
        "seed": recipe["seed"],
        "device": "cpu",
    }
    trainSAE(buffer, [config], training["steps"], normalize_activations=True, device="cpu")
    return trained[0]


@torch.no_grad()
def row(model, replaced, dictionary, ids):
    """Returns what the table says of a dictionary."""
    measured, losses = Measured(dictionary), []
    for batch in ids.split(BATCH_CONTEXTS):
        original = loss(model, batch)
        spliced = loss(model, batch, replaced, measured)
        losses.append(torch.stack([original, spliced, loss(model, batch, replaced, torch.zeros_like)]))
    error, _, l0, active = (torch.stack(figures) for figures in zip(*measured.figures))
    original, spliced, zeroed = torch.stack(losses).mean(0)
    return [
        error.mean() / model.config.hidden_size,
        l0.mean(),
        100 * active.any(0).float().mean(),
        100 * (zeroed - spliced) / (zeroed - original),
    ]


def main(work):
    torch.set_num_threads(work["threads"])
    spec = work["spec"]
    model = AutoModelForCausalLM.from_pretrained(work["model"], dtype=torch.float32).eval()
    tokenizer = AutoTokenizer.from_pretrained(work["model"])
    held_out = contexts(tokenizer, work["heldOut"], spec["contextLength"])
    ids = torch.stack(list(islice(held_out, spec["evaluation"]["contexts"])))
    texts = list(contexts(tokenizer, work["training"], spec["contextLength"]))
    rows = []
    for site in spec["sites"]:
        place = module(model, site)
        rows.append((site, row(model, place, train(model, place, texts, spec), ids)))
    print("| Dictionary | MSE loss | L0 | % alive | % loss recovered |")
    for site, figures in rows:
        print(f"| {site} | " + " | ".join(f"{figure:.5g}" for figure in figures) + " |")


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
