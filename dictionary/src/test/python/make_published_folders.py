"""Makes the published layouts in src/test/resources/tools: small dictionaries as Gemma Scope, Gemma
Scope 2 and Llama Scope are laid out, each with `expected.safetensors`: `x`, and `latents` and
`reconstruction` as a tool of the field computes them from these files.

    python make_published_folders.py TARGET

Gemma Scope's are read by SAELens's own loaders (6.54.12), which believe that TARGET is the hub; Llama
Scope's by the loader of OpenMOSS's Language-Model-SAEs, commit 2320def2 of December 2024, whose `src`
must be on PYTHONPATH, with an empty `lm_saes/__init__.py`.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from lm_saes.config import SAEConfig
from lm_saes.sae import SparseAutoEncoder
from make_tool_folders import D, F, save
from sae_lens.loading import pretrained_sae_loaders as loaders
from sae_lens.registry import get_sae_class
from safetensors.torch import save_file


def weights():
    return {
        "w_enc": torch.randn(D, F),
        "b_enc": torch.randn(F),
        "threshold": torch.rand(F),
        "w_dec": torch.randn(F, D),
        "b_dec": torch.randn(D),
    }


def gemma_scope(folder, x):
    """Upper case and row-major, as they are published."""
    folder.mkdir()
    arrays = {name.replace("w_", "W_"): value.numpy() for name, value in weights().items()}
    np.savez(folder / "params.npz", **arrays)
    in_saelens(folder, x, loaders.gemma_2_sae_huggingface_loader, "gemma-scope-2b-pt-res/layer_3")


def gemma_scope_2(folder, x):
    folder.mkdir()
    save_file(weights(), folder / "params.safetensors")
    config = {
        "hf_hook_point_in": "model.layers.3.output",
        "width": F,
        "model_name": "gemma-v3-1b-pt",
        "architecture": "jump_relu",
        "l0": 3,
        "affine_connection": False,
        "type": "sae",
    }
    (folder / "config.json").write_text(json.dumps(config))
    shapes = {"w_enc": [D, F], "w_dec": [F, D]}
    loaders.get_safetensors_tensor_shapes = lambda *_: shapes
    in_saelens(folder, x, loaders.gemma_3_sae_huggingface_loader, "resid_post/layer_3")


def in_saelens(folder, x, loader, path):
    loaders.hf_hub_download = lambda *args, filename=None, **_: str(
        folder / Path(filename or args[1]).name
    )
    sizes = {"d_in": D, "d_sae": F}
    config, state, _ = loader(path, path, cfg_overrides=sizes)
    config = loaders.handle_config_defaulting(config)
    sae_class, config_class = get_sae_class(config["architecture"])
    sae = sae_class(config_class.from_dict(config))
    sae.load_state_dict(state)
    latents = sae.encode(x)
    save(folder, x, latents, sae.decode(latents))


def llama_scope(folder, x, **settings):
    (folder / "checkpoints").mkdir(parents=True)
    hook = "blocks.3.hook_resid_post"
    config = {
        "hook_point_in": hook,
        "hook_point_out": hook,
        "use_decoder_bias": True,
        "apply_decoder_bias_to_pre_encoder": False,
        "d_model": D,
        "d_sae": F,
        "norm_activation": "dataset-wise",
        "dataset_average_activation_norm": {"in": 6.3125, "out": 6.3125},
        "sparsity_include_decoder_norm": True,
        "top_k": 3,
        "k_warmup_steps": 0,
        "dtype": "torch.float32",
        **settings,
    }
    (folder / "hyperparams.json").write_text(json.dumps(config))
    state = {
        "encoder.weight": torch.randn(F, D),
        "encoder.bias": torch.randn(F),
        "decoder.weight": torch.randn(D, F),
        "decoder.bias": torch.randn(D),
    }
    save_file(state, folder / "checkpoints/final.safetensors")
    pretrained = {**config, "dtype": torch.float32, "device": "cpu"}
    sae = SparseAutoEncoder.from_config(
        SAEConfig(sae_pretrained_name_or_path=str(folder), **pretrained)
    )
    latents = sae.encode(x)
    save(folder, x, latents, sae.decode(latents))


@torch.no_grad()
def main(target):
    torch.manual_seed(1)
    x = torch.randn(20, D)
    gemma_scope(target / "gemma_scope", x)
    gemma_scope_2(target / "gemma_scope_2", x)
    llama_scope(
        target / "llama_scope_jumprelu", x, act_fn="jumprelu", jump_relu_threshold=0.2021484375
    )
    llama_scope(
        target / "llama_scope_topk", x, act_fn="topk", apply_decoder_bias_to_pre_encoder=True
    )
    llama_scope(
        target / "llama_scope_relu", x, act_fn="relu", sparsity_include_decoder_norm=False
    )
    llama_scope(
        target / "llama_scope_transcoder",
        x,
        act_fn="jumprelu",
        jump_relu_threshold=0.1,
        hook_point_in="blocks.3.hook_resid_pre",
        dataset_average_activation_norm={"in": 64.0, "out": 3.390625},
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
