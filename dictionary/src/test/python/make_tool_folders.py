"""Makes src/test/resources/tools: small dictionaries as SAELens and sparsify save them themselves,
each with `expected.safetensors`: `x`, and `latents` and `reconstruction` as the tool computes them.

    python make_tool_folders.py TARGET

Made with sae-lens 6.54.12 and eai-sparsify 1.3.3.
"""

import os
import sys
from pathlib import Path

os.environ["SPARSIFY_DISABLE_TRITON"] = "1"  # it needs a GPU

import torch
from sae_lens import SAE
from safetensors.torch import save_file
from sparsify import SparseCoder
from sparsify.config import SparseCoderConfig

D, F, D_OUT = 6, 24, 8
CONFIGS = {
    "sae_lens_standard": {"architecture": "standard"},
    "sae_lens_gated": {"architecture": "gated"},
    "sae_lens_jumprelu": {"architecture": "jumprelu", "apply_b_dec_to_input": False},
    "sae_lens_topk": {"architecture": "topk", "k": 3, "rescale_acts_by_decoder_norm": True},
    "sae_lens_transcoder": {
        "architecture": "jumprelu_transcoder",
        "apply_b_dec_to_input": False,
        "d_out": D_OUT,
    },
}


def randomise(module):
    for parameter in module.parameters():
        parameter.data = torch.randn_like(parameter)


@torch.no_grad()
def main(target):
    torch.manual_seed(0)
    x = torch.randn(20, D)
    for name, config in CONFIGS.items():
        metadata = {"hook_name": "blocks.3.hook_resid_post"}
        config = {"d_in": D, "d_sae": F, "metadata": metadata, **config}
        sae = SAE.from_dict(config)
        randomise(sae)
        sae.save_model(target / name)
        latents = sae.encode(x)
        save(target / name, x, latents, sae.decode(latents))
    for transcode in (False, True):
        coder = SparseCoder(D, SparseCoderConfig(num_latents=F, k=3, transcode=transcode))
        randomise(coder)
        folder = target / ("sparsify_transcoder" if transcode else "sparsify_autoencoder")
        coder.save_to_disk(folder)
        top = coder.encode(x)
        latents = torch.zeros(len(x), F).scatter_(1, top.top_indices, top.top_acts)
        save(folder, x, latents, coder.decode(top.top_acts, top.top_indices))


def save(folder, x, latents, reconstruction):
    tensors = {"x": x, "latents": latents, "reconstruction": reconstruction}
    save_file({k: v.contiguous() for k, v in tensors.items()}, folder / "expected.safetensors")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
