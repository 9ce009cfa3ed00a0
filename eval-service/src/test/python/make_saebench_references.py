"""Makes ../resources/saebench/reference.json with SAEBench's own functions.

    pip install torch einops tqdm safetensors dictionary_learning
    pip download --no-deps sae-bench==0.6.0 && python -m zipfile -e sae_bench-0.6.0-*.whl SAEBENCH
    python make_saebench_references.py SAEBENCH

SAEBench loads models and dictionaries by their names; its functions take any. They are called here
with dictionaries that dictionary_learning's trainers wrote (the resources of the module
`dictionary`) and with a model whose activations are the rows beside them: contexts of 32 tokens,
four of them in a batch. Nothing here is needed to build or test.
"""

import json
import sys
import types
from pathlib import Path

import torch
from safetensors.torch import load_file

CONTEXT_LENGTH = 32
VOCABULARY = 50
BATCH_CONTEXTS = 4
RESOURCES = Path(__file__).parent.parent / "resources" / "saebench"
DICTIONARIES = Path(__file__).parents[4] / "dictionary" / "src" / "test" / "resources" / "reference"
NAMES = ["standard", "p_anneal", "gated", "top_k", "batch_top_k", "jump_relu"]


class Anything(types.ModuleType):
    """A module that has whatever is imported from it."""

    __path__ = []

    def __getattr__(self, name):
        return type(name, (), {})


def import_functions(saebench):
    """SAEBench imports whole libraries on its way to functions that need none of them."""
    for name in (
        "sae_lens sae_lens.loading sae_lens.loading.pretrained_saes_directory sae_lens.training"
        " sae_lens.training.activations_store transformer_lens transformer_lens.hook_points"
        " sae_bench.sae_bench_utils sae_bench.sae_bench_utils.general_utils"
        " sae_bench.sae_bench_utils.sae_selection_utils sae_bench.evals.core.eval_config"
        " sae_bench.evals.core.eval_output"
    ).split():
        sys.modules[name] = Anything(name)
    for name in ("sae_bench", "sae_bench.evals", "sae_bench.evals.core"):
        package = types.ModuleType(name)
        package.__path__ = [str(Path(saebench, *name.split(".")))]
        sys.modules[name] = package
    from sae_bench.evals.core import main

    return main


def import_dictionaries():
    """The package imports nnsight on its way to dictionaries, which need none of it."""
    for name in ("nnsight", "datasets", "transformers", "umap", "circuitsvis", "huggingface_hub"):
        sys.modules.setdefault(name, Anything(name))
    from dictionary_learning.utils import load_dictionary

    return load_dictionary


def sae(dictionary):
    """What SAEBench calls an SAE: W_enc is (D, F), W_dec (F, D)."""
    cfg = types.SimpleNamespace(
        hook_name="site",
        hook_head_index=None,
        hook_layer=0,
        d_sae=dictionary.dict_size,
        architecture_str="gated" if hasattr(dictionary, "r_mag") else "standard",
    )
    if hasattr(dictionary, "W_enc"):
        encoder, decoder = dictionary.W_enc, dictionary.W_dec
    else:
        encoder, decoder = dictionary.encoder.weight.T, dictionary.decoder.weight.T
    return types.SimpleNamespace(
        cfg=cfg,
        device="cpu",
        W_enc=encoder,
        W_dec=decoder,
        b_enc=torch.zeros(cfg.d_sae),
        b_mag=torch.zeros(cfg.d_sae),
        encode=dictionary.encode,
        decode=dictionary.decode,
    )


class Rows:
    """A model and its store of tokens: a token is the number of a row of activations."""

    normalize_activations = "none"

    def __init__(self, rows):
        self.rows = rows
        self.next = 0

    def get_batch_tokens(self, contexts):
        count = contexts * CONTEXT_LENGTH
        tokens = torch.arange(self.next, self.next + count).reshape(contexts, CONTEXT_LENGTH)
        self.next += count
        return tokens

    def run_with_cache(self, tokens, **settings):
        return None, {"site": self.rows[tokens]}

    def __call__(self, tokens, **settings):
        return self.run_with_hooks(tokens, [])

    def run_with_hooks(self, tokens, fwd_hooks, **settings):
        """Returns logits, the products with a quarter of the first 50 rows, and no loss."""
        activations = self.rows[tokens]
        for _, hook in fwd_hooks:
            activations = hook(activations, hook=None)
        return activations @ (0.25 * self.rows[:VOCABULARY]).T, None


def evaluate(core, dictionary, rows):
    store = Rows(rows)
    found, latents = core.get_sparsity_and_variance_metrics(
        sae(dictionary),
        store,
        store,
        n_batches=len(rows) // (BATCH_CONTEXTS * CONTEXT_LENGTH),
        compute_l2_norms=True,
        compute_sparsity_metrics=True,
        compute_variance_metrics=True,
        compute_featurewise_density_statistics=True,
        eval_batch_size_prompts=BATCH_CONTEXTS,
        model_kwargs={},
    )
    latents |= core.get_featurewise_weight_based_metrics(sae(dictionary))
    found |= core.calculate_misc_metrics(latents)
    consistent = torch.tensor(latents["consistent_activation_heuristic"], dtype=torch.float64)
    found["consistent_activation"] = consistent[~consistent.isnan()].mean().item()
    kept = (
        "explained_variance_legacy l0 l1 cossim frac_alive consistent_activation"
        " freq_over_1_percent freq_over_10_percent normalized_freq_over_1_percent"
        " normalized_freq_over_10_percent average_max_encoder_cosine_sim"
        " average_max_decoder_cosine_sim"
    )
    store = Rows(rows)
    found |= core.get_downstream_reconstruction_metrics(
        sae(dictionary),
        store,
        store,
        compute_kl=True,
        compute_ce_loss=False,
        n_batches=len(rows) // (BATCH_CONTEXTS * CONTEXT_LENGTH),
        eval_batch_size_prompts=BATCH_CONTEXTS,
    )
    kept += " kl_div_with_sae kl_div_with_ablation kl_div_score"
    return {name: found[name] for name in kept.split()}


@torch.no_grad()
def main(saebench):
    core = import_functions(saebench)
    load_dictionary = import_dictionaries()
    result = {}
    for name in NAMES:
        folder = DICTIONARIES / name
        dictionary, _ = load_dictionary(str(folder), device="cpu")
        rows = load_file(folder / "inference.safetensors")["x"]
        result[name] = evaluate(core, dictionary, rows)
    RESOURCES.mkdir(parents=True, exist_ok=True)
    (RESOURCES / "reference.json").write_text(json.dumps(result, indent=2) + "\n")


main(sys.argv[1])
