"""A step of each of some dictionaries with dictionary_learning's trainers.

{"recipes": ["topK"], "sites": 1, "size": {"batchSize": 2048, "activationDim": 512,
"dictionarySize": 8192, "active": 32}, "place": {"device": "cpu", "threads": 2, "computeType": "float32"}}
"""

from contextlib import nullcontext
from importlib.metadata import version

import torch
from contender import serve
from dictionary_learning.trainers import gated_anneal, gdm, jumprelu, p_anneal, standard, top_k
from dictionary_learning.trainers import batch_top_k, matryoshka_batch_top_k

STEPS = 1_000_000
BATCHES = 4  # as many that a step does not find its rows in the cache of the step before
SAMPLED_ROWS = 64
L1 = {"l1_penalty": 0.04}
ANNEAL = {"initial_sparsity_penalty": 0.02, "sparsity_function": "Lp^p", "anneal_start": 10_000, "p_end": 0.2}

# Published settings (dictionary_learning_demo), as in the resource step-recipes.json.
TRAINERS = {
    "standard": (standard.StandardTrainer, L1),
    "standardApril": (standard.StandardTrainerAprilUpdate, L1),
    "pAnneal": (p_anneal.PAnnealTrainer, ANNEAL),
    "gated": (gdm.GatedSAETrainer, L1),
    "gatedAnneal": (gated_anneal.GatedAnnealTrainer, ANNEAL),
    "topK": (top_k.TopKTrainer, {}),
    "batchTopK": (batch_top_k.BatchTopKTrainer, {}),
    "matryoshkaBatchTopK": (
        matryoshka_batch_top_k.MatryoshkaBatchTopKTrainer,
        {"group_fractions": [1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2 + 1 / 32]},
    ),
    "jumpReLU": (jumprelu.JumpReluTrainer, {"target_l0": 50}),
}


def trainer(recipe, size, device, rows):
    trainer_class, settings = TRAINERS[recipe]
    is_top_k = recipe.endswith("opK")
    if is_top_k:
        settings = settings | {"k": size["active"]}
    training = trainer_class(
        steps=STEPS,
        activation_dim=size["activationDim"],
        dict_size=size["dictionarySize"],
        layer=0,
        lm_name="none",
        lr=3e-8,  # as in StepWork: active latents stay as many as they were set to
        seed=0,
        device=device,
        **settings,
    )
    if size["active"] and not is_top_k:
        hold_back(training.ae, rows, size["active"])
    return training


def hold_back(autoencoder, rows, active):
    """Gives all latents the bias with which about so many of them are active in a row."""
    with torch.no_grad():
        if hasattr(autoencoder, "W_enc"):
            weight, bias = autoencoder.W_enc.T, autoencoder.b_enc
        elif hasattr(autoencoder, "gate_bias"):
            weight, bias = autoencoder.encoder.weight, autoencoder.gate_bias
        else:
            weight, bias = autoencoder.encoder.weight, autoencoder.encoder.bias
        products = (rows @ weight.T).flatten()
        bias.fill_(-products.topk(active * len(rows)).values[-1])


def start(work):
    size, device = work["size"], work["place"]["device"]
    half = work["place"]["computeType"] == "bfloat16"
    batches = [torch.randn(size["batchSize"], size["activationDim"], device=device) for _ in range(BATCHES)]
    trainings = [
        trainer(recipe, size, device, batches[0][:SAMPLED_ROWS])
        for _ in range(work["sites"])
        for recipe in work["recipes"]
    ]

    def step(turn):
        with torch.autocast(device, torch.bfloat16) if half else nullcontext():
            for training in trainings:
                training.update(turn, batches[turn % BATCHES])

    return step


if __name__ == "__main__":
    serve(f"dictionary_learning {version('dictionary-learning')}", start)
