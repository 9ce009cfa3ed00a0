"""Statistics of a dictionary's latents: SAEDashboard's feature-centric data, in memory, with its own
defaults and 128 latents at a time, as its runner for Neuronpedia has it.

{"texts": {"folder": ..., "contexts": 32, "contextLength": 256}, "dictionaries": ["folder of SAELens"],
"place": {...}}
"""

from importlib.metadata import version

import torch
from contender import serve
from forward import tokens
from sae_dashboard.sae_vis_data import SaeVisConfig
from sae_dashboard.sae_vis_runner import SaeVisRunner
from sae_lens import SAE, HookedSAETransformer
from transformer_lens import HookedTransformerConfig
from transformer_lens.pretrained.weight_conversions import convert_neox_weights
from transformers import AutoModelForCausalLM

BATCH_CONTEXTS = 8
LATENTS_AT_A_TIME = 128


def hooked(folder, device):
    """Returns the GPT-NeoX model of a folder, its weights as they are: no norm folded, nothing centred."""
    published = AutoModelForCausalLM.from_pretrained(folder, torch_dtype=torch.float32)
    known = published.config
    width, heads = known.hidden_size, known.num_attention_heads
    config = HookedTransformerConfig(
        n_layers=known.num_hidden_layers,
        d_model=width,
        d_head=width // heads,
        n_heads=heads,
        d_mlp=known.intermediate_size,
        n_ctx=known.max_position_embeddings,
        d_vocab=known.vocab_size,
        act_fn=known.hidden_act,
        eps=known.layer_norm_eps,
        normalization_type="LN",
        parallel_attn_mlp=known.use_parallel_residual,
        positional_embedding_type="rotary",
        rotary_dim=int(known.rotary_pct * (width // heads)),
        rotary_base=int(known.rotary_emb_base),
        original_architecture="GPTNeoXForCausalLM",
        device=device,
    )
    model = HookedSAETransformer(config)
    model.load_state_dict(convert_neox_weights(published, config), strict=False)
    return model.eval(), published


def start(work):
    texts, device = work["texts"], work["place"]["device"]
    model, published = hooked(texts["folder"], device)
    ids = tokens(texts).to(device)
    with torch.no_grad():
        difference = (model(ids[:1]) - published(ids[:1]).logits).abs().max().item()
    assert difference < 1e-3, f"another model: logits differ by {difference}"
    dictionaries = [SAE.load_from_disk(folder, device=device) for folder in work["dictionaries"]]

    def statistics(_):
        for dictionary in dictionaries:
            config = SaeVisConfig(
                hook_point=dictionary.cfg.metadata.hook_name,
                features=list(range(dictionary.cfg.d_sae)),
                minibatch_size_features=LATENTS_AT_A_TIME,
                minibatch_size_tokens=BATCH_CONTEXTS,
                device=device,
            )
            SaeVisRunner(config).run(encoder=dictionary, model=model, tokens=ids)

    return statistics


if __name__ == "__main__":
    serve(f"SAEDashboard {version('sae-dashboard')}", start)
