"""Makes reference folders for `./run verify-recipe` with dictionary_learning's own trainers.

    pip install torch safetensors einops tqdm
    python make_recipe_references.py DICTIONARY_LEARNING OUTPUT [SEED]

DICTIONARY_LEARNING is a checkout of dictionary_learning 0.1 or later, OUTPUT gets one folder per
case below: other sizes, schedules and settings than those among the tests' resources, drawn from
SEED. Nothing here is needed to build or test; it is how the recipes are checked against more than
the committed references.
"""

import json
import random
import sys
import types
from pathlib import Path

import torch
from safetensors.torch import save_file


def import_trainers(checkout):
    """The package imports nnsight on its way to the trainers, which need none of it."""
    for name in ("nnsight", "datasets", "transformers", "umap", "circuitsvis", "huggingface_hub"):
        if name not in sys.modules:
            sys.modules[name] = types.ModuleType(name)
    sys.modules["nnsight"].LanguageModel = object
    package = types.ModuleType("dictionary_learning")
    package.__path__ = [str(Path(checkout) / "dictionary_learning")]
    sys.modules["dictionary_learning"] = package
    from dictionary_learning.trainers.batch_top_k import BatchTopKTrainer
    from dictionary_learning.trainers.gated_anneal import GatedAnnealTrainer
    from dictionary_learning.trainers.gdm import GatedSAETrainer
    from dictionary_learning.trainers.jumprelu import JumpReluTrainer
    from dictionary_learning.trainers.matryoshka_batch_top_k import MatryoshkaBatchTopKTrainer
    from dictionary_learning.trainers.p_anneal import PAnnealTrainer
    from dictionary_learning.trainers.standard import StandardTrainer, StandardTrainerAprilUpdate
    from dictionary_learning.trainers.top_k import TopKTrainer

    return {
        "standard": StandardTrainer,
        "standard_april": StandardTrainerAprilUpdate,
        "p_anneal": PAnnealTrainer,
        "gated": GatedSAETrainer,
        "gated_anneal": GatedAnnealTrainer,
        "top_k": TopKTrainer,
        "batch_top_k": BatchTopKTrainer,
        "matryoshka": MatryoshkaBatchTopKTrainer,
        "jump_relu": JumpReluTrainer,
    }


def common(rng):
    steps = rng.choice([25, 60, 80])
    return {
        "activation_dim": rng.choice([8, 24, 48]),
        "dict_size": rng.choice([40, 96, 256]),
        "layer": 1,
        "lm_name": "EleutherAI/pythia-70m-deduped",
        "device": "cpu",
        "steps": steps,
        "lr": rng.choice([3e-4, 1e-3, 5e-3]),
        "warmup_steps": rng.choice([0, 1, 5]),
        "decay_start": rng.choice([None, steps * 3 // 4]),
        "seed": rng.randrange(1000),
    }


def penalty(rng, name):
    return {name: rng.choice([0.01, 0.05, 0.2]), "sparsity_warmup_steps": rng.choice([None, 7])}


def anneal(rng):
    start = rng.choice([3, 10])
    return {
        "anneal_start": start,
        "p_start": 1,
        "p_end": rng.choice([0.0, 0.2, 0.5]),
        "sparsity_function": "Lp^p",
        "n_sparsity_updates": rng.choice([4, 9, "continuous"]),
        "sparsity_queue_length": rng.choice([3, 10]),
        **penalty(rng, "initial_sparsity_penalty"),
    }


def selection(rng, arguments):
    # k falls from the activations' width, which must not exceed the dictionary's.
    wide = arguments["dict_size"] > arguments["activation_dim"]
    return {
        "k": rng.choice([2, 6]),
        "auxk_alpha": rng.choice([1 / 32, 0.5]),
        "threshold_beta": rng.choice([0.9, 0.999]),
        "threshold_start_step": rng.choice([0, 12, 1000]),
        "k_anneal_steps": rng.choice([None, 15 if wide else None]),
    }


def arguments(rng, recipe):
    made = common(rng)
    if recipe in ("standard", "standard_april", "gated"):
        made |= penalty(rng, "l1_penalty")
    elif recipe in ("p_anneal", "gated_anneal"):
        made |= anneal(rng)
        if recipe == "p_anneal" and rng.random() < 0.5:
            made |= {"sparsity_function": "Lp", "p_end": 0.4}
    elif recipe == "jump_relu":
        made |= {
            "sparsity_penalty": rng.choice([0.3, 1.0]),
            "sparsity_warmup_steps": rng.choice([None, 7]),
            "bandwidth": rng.choice([0.01, 0.2]),
            "target_l0": rng.choice([3.0, 12.0]),
        }
    else:
        made |= selection(rng, made)
        if recipe == "matryoshka":
            made["group_fractions"] = rng.choice([[0.5, 0.5], [0.1, 0.2, 0.3, 0.4]])
            made["group_weights"] = rng.choice([None, "given"])
            if made["group_weights"]:
                made["group_weights"] = [1.0 + i for i in range(len(made["group_fractions"]))]
    return made


def data(rng, steps, batch_size, dim):
    """Sparse combinations of random directions with an offset, as activations are."""
    generator = torch.Generator().manual_seed(rng.randrange(1 << 30))
    directions = torch.randn(3 * dim, dim, generator=generator)
    chosen = torch.rand(steps, batch_size, 3 * dim, generator=generator) < 0.05
    strength = torch.rand(steps, batch_size, 3 * dim, generator=generator)
    offset = torch.randn(dim, generator=generator)
    noise = 0.05 * torch.randn(steps, batch_size, dim, generator=generator)
    return (chosen * strength) @ directions / dim**0.5 + 0.3 * offset + noise


def snapshot(trainer, prefix):
    return {
        prefix + name: torch.as_tensor(value).detach().clone().contiguous()
        for name, value in trainer.ae.state_dict().items()
    }


def make(trainers, recipe, rng, folder):
    made = arguments(rng, recipe)
    torch.manual_seed(rng.randrange(1 << 30))
    trainer = trainers[recipe](**made)
    dead = None
    if hasattr(trainer, "dead_feature_threshold"):
        dead = trainer.dead_feature_threshold = rng.choice([60, 200, 10_000_000])
    if recipe == "jump_relu":
        trainer.ae.threshold.data.fill_(rng.choice([0.001, 0.05]))
    batch_size = rng.choice([16, 40])
    batches = data(rng, made["steps"], batch_size, made["activation_dim"])
    tensors = {"batches": batches} | snapshot(trainer, "init.")
    wanted = sorted({1, 2, 5, 10, 20, made["steps"] // 2, made["steps"]})
    for step in range(made["steps"]):
        trainer.update(step, batches[step].clone())
        if step + 1 in wanted:
            tensors |= snapshot(trainer, f"after_{step + 1}.")
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / "trajectory.safetensors")
    x = batches.reshape(-1, made["activation_dim"])[:64]
    with torch.no_grad():
        features = trainer.ae.encode(x)
        reconstruction = trainer.ae.decode(features)
    save_file(
        {"x": x.contiguous(), "features": features, "reconstruction": reconstruction},
        folder / "inference.safetensors",
    )
    reference = {
        "constructor_arguments": made,
        "dead_feature_threshold_tokens": dead,
        "batch_size": batch_size,
        "steps": made["steps"],
        "snapshots_after_steps": wanted,
    }
    (folder / "reference.json").write_text(json.dumps(reference, indent=1))
    config = {k: v for k, v in trainer.config.items() if not isinstance(v, torch.Tensor)}
    (folder / "config.json").write_text(json.dumps({"trainer": config}, indent=1, default=str))


def main():
    trainers = import_trainers(sys.argv[1])
    output = Path(sys.argv[2])
    rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 0)
    for recipe in trainers:
        for number in range(4):
            make(trainers, recipe, rng, output / f"{recipe}_{number}")
            print(f"{recipe}_{number}", flush=True)


main()
