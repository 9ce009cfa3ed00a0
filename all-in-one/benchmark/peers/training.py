"""A step of each of some dictionaries, one after the other, on activations of a language model, with
dictionary_learning's trainers. Each dictionary has its own forward passes, which end at its site, as
dictionary_learning's ActivationBuffer makes them; that one needs nnsight, which does not run with
transformers 5, so hooks of PyTorch stand in for it.

{"texts": {"folder": ..., "contexts": 16, "contextLength": 128}, "sites": ["layers.1.mlp.out"],
"recipes": ["topK"], "size": {...}, "place": {...}}
"""

from importlib.metadata import version

import torch
from contender import serve
from evaluation import module
from forward import tokens
from step import trainer
from transformers import AutoModelForCausalLM

SAMPLED_ROWS = 64


class Reached(Exception):
    """Ends a forward pass at the site that was asked for."""


def activations(model, submodule, ids):
    """Returns the activations at a module's output, row after row in random order, (B * T, D)."""
    seen = []

    def keep(_, __, out):
        seen.append(out[0] if isinstance(out, tuple) else out)
        raise Reached

    hook = submodule.register_forward_hook(keep)
    try:
        model(ids, use_cache=False)
    except Reached:
        pass
    finally:
        hook.remove()
    rows = seen[0].flatten(0, 1)
    return rows[torch.randperm(len(rows), device=rows.device)]


def start(work):
    texts, size, device = work["texts"], work["size"], work["place"]["device"]
    model = AutoModelForCausalLM.from_pretrained(texts["folder"], dtype=torch.float32).eval().to(device)
    ids = tokens(texts).to(device)
    places = [module(model, site) for site in work["sites"]]
    with torch.no_grad():
        samples = [activations(model, place, ids)[:SAMPLED_ROWS] for place in places]
    trainings = [
        (place, trainer(recipe, size, device, sample))
        for place, sample in zip(places, samples)
        for recipe in work["recipes"]
    ]

    def step(turn):
        for place, training in trainings:
            with torch.no_grad():
                rows = activations(model, place, ids)[: size["batchSize"]]
            training.update(turn, rows)

    return step


if __name__ == "__main__":
    serve(f"dictionary_learning {version('dictionary-learning')}", start)
