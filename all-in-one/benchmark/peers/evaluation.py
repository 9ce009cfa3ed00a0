"""The evaluation of dictionaries: dictionary_learning's encoder and decoder and its three losses (without
a dictionary, with its reconstruction, with zeros), each by a pass of its own as its loss_recovered has them.
Modules are replaced by hooks of PyTorch: nnsight, which it uses, does not run with transformers 5.

{"texts": {"folder": ..., "contexts": 128, "contextLength": 256}, "sites": ["layers.1.mlp.out"],
"dictionarySize": 2048, "place": {...}}
"""

from importlib.metadata import version

import torch
from contender import serve
from dictionary_learning.dictionary import AutoEncoder
from forward import tokens
from transformers import AutoModelForCausalLM

BATCH_CONTEXTS = 8


def module(model, site):
    """Returns the module whose output a site is, such as layers.1.mlp.out or layers.1.resid.post."""
    _, layer, part, _ = site.split(".")
    block = model.gpt_neox.layers[int(layer)]
    return block.mlp if part == "mlp" else block


def loss(model, ids, replaced=None, by=None):
    if replaced is None:
        return model(ids, labels=ids, use_cache=False).loss
    hook = replaced.register_forward_hook(
        lambda _, __, out: (by(out[0]), *out[1:]) if isinstance(out, tuple) else by(out)
    )
    try:
        return model(ids, labels=ids, use_cache=False).loss
    finally:
        hook.remove()


class Measured:
    """A dictionary, and what it does to the activations that pass through it."""

    def __init__(self, dictionary):
        self.dictionary, self.figures = dictionary, []

    def __call__(self, x):
        latents = self.dictionary.encode(x)
        reconstruction = self.dictionary.decode(latents)
        error = (x - reconstruction).pow(2).sum(-1).mean()
        variance = x.flatten(0, 1).var(0).sum()
        active = (latents != 0).flatten(0, 1)
        self.figures.append((error, 1 - error / variance, active.sum(-1).float().mean(), active.any(0)))
        return reconstruction


def start(work):
    texts, device = work["texts"], work["place"]["device"]
    model = AutoModelForCausalLM.from_pretrained(texts["folder"], dtype=torch.float32).eval().to(device)
    ids = tokens(texts).to(device)
    width = model.config.hidden_size
    places = [(module(model, site), AutoEncoder(width, work["dictionarySize"]).to(device)) for site in work["sites"]]

    @torch.no_grad()
    def evaluate(_):
        for replaced, dictionary in places:
            for batch in ids.split(BATCH_CONTEXTS):
                loss(model, batch)
                loss(model, batch, replaced, Measured(dictionary))
                loss(model, batch, replaced, torch.zeros_like)

    return evaluate


if __name__ == "__main__":
    serve(f"dictionary_learning {version('dictionary-learning')}, transformers {version('transformers')}", start)
