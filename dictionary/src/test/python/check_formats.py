"""Checks folders that FolderFormat wrote with the tools that the formats belong to.

    python check_formats.py FOLDER

FOLDER holds, at any depth, one folder per dictionary: the files of a format, `format.txt` with its
name, and `expected.safetensors` with `x`, `latents` and `reconstruction` as computed in Java. Two test
classes write them, given -Dformats.folder=FOLDER: `WriteFormats` of module dictionary from the
library, and `WriteExports` of module eval-service from dictionaries that went in and out over REST,
one by one and as published runs. The latter are loaded as their cards say.

Needs torch and safetensors; dictionary-learning, sae-lens and eai-sparsify are each skipped, and said
to be, where they are not installed. Versions 5 and 6 of sae-lens read one layout each, so that both
want an environment of their own. All passed with torch 2.15.0, safetensors 0.8.0, dictionary-learning
0.1.0, sae-lens 6.54.12 and 5.11.0, and eai-sparsify 1.3.3.
"""

import json
import os
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file

# Of the largest value: float32 sums of a few products, in another order. SAELens multiplies the
# encoder of gated dictionaries by exp(r_mag), not the product.
TOLERANCE = 1e-5


def dictionary_learning(folder, x):
    state = torch.load(folder / "ae.pt", weights_only=True)
    trainer = json.loads((folder / "config.json").read_text())["trainer"]
    from dictionary_learning import dictionary as classes
    from dictionary_learning.trainers import batch_top_k, matryoshka_batch_top_k, top_k

    name = trainer["dict_class"]
    loaders = {
        "AutoEncoder": lambda p: classes.AutoEncoder.from_pretrained(p, normalize_decoder=False),
        "AutoEncoderNew": classes.AutoEncoderNew.from_pretrained,
        "GatedAutoEncoder": classes.GatedAutoEncoder.from_pretrained,
        "JumpReluAutoEncoder": classes.JumpReluAutoEncoder.from_pretrained,
        "AutoEncoderTopK": lambda p: top_k.AutoEncoderTopK.from_pretrained(p, k=trainer["k"]),
        "BatchTopKSAE": lambda p: batch_top_k.BatchTopKSAE.from_pretrained(p, k=trainer["k"]),
        "MatryoshkaBatchTopKSAE": lambda p: (
            matryoshka_batch_top_k.MatryoshkaBatchTopKSAE.from_pretrained(p, k=trainer["k"])
        ),
    }
    autoencoder = loaders[name](folder / "ae.pt")
    assert set(state) == set(autoencoder.state_dict()), (set(state), name)
    latents = autoencoder.encode(x)
    return name, latents, autoencoder.decode(latents)


def saelens(folder, x):
    from sae_lens import SAE, __version__

    if int(__version__.split(".")[0]) < 6:
        raise ImportError(f"sae-lens {__version__} is older than the layout")
    sae = SAE.load_from_disk(folder)
    latents = sae.encode(x)
    return sae.cfg.architecture(), latents, sae.decode(latents)


def saelens_v5(folder, x):
    """The flat layout: by version 5 itself, or by a later one, which migrates it."""
    from sae_lens import SAE, __version__

    if int(__version__.split(".")[0]) >= 6:
        return saelens(folder, x)
    sae = SAE.load_from_pretrained(folder)
    latents = sae.encode(x)
    return sae.cfg.architecture, latents, sae.decode(latents)


def sparsify(folder, x):
    os.environ["SPARSIFY_DISABLE_TRITON"] = "1"  # it needs a GPU
    from sparsify import SparseCoder

    coder = SparseCoder.load_from_disk(folder)
    top = coder.encode(x)
    latents = torch.zeros(len(x), coder.num_latents)
    latents.scatter_(1, top.top_indices, top.top_acts)
    return "topk", latents, coder.decode(top.top_acts, top.top_indices)


def load_dictionary(folder, x):
    """The folder of a published dictionary, by the function that its card names."""
    from dictionary_learning import utils

    dictionary, config = utils.load_dictionary(str(folder), device="cpu")
    latents = dictionary.encode(x)
    reconstruction = dictionary.decode(latents)
    if config["trainer"]["dict_class"] == "AutoEncoder":
        # Loading gives decoder rows length 1, and latents the length that the rows had.
        weight = torch.load(folder / "ae.pt", weights_only=True)["decoder.weight"]
        latents = latents / weight.norm(dim=0)
    return config["trainer"]["dict_class"], latents, reconstruction


@torch.no_grad()
def check(folder):
    expected = load_file(folder / "expected.safetensors")
    reader = globals()[(folder / "format.txt").read_text().strip().replace("-", "_")]
    try:
        name, latents, reconstruction = reader(folder, expected["x"])
    except ImportError as missing:
        print(f"SKIPPED {folder}: {missing}")
        return True
    differences = [
        ((found - expected[key]).abs().max() / expected[key].abs().max().clamp(min=1)).item()
        for key, found in [("latents", latents), ("reconstruction", reconstruction)]
    ]
    good = max(differences) <= TOLERANCE
    print("ok     " if good else "WRONG  ", folder, name, *(f"{d:.1e}" for d in differences))
    return good


if __name__ == "__main__":
    results = [check(file.parent) for file in sorted(Path(sys.argv[1]).rglob("expected.safetensors"))]
    sys.exit(0 if results and all(results) else 1)
