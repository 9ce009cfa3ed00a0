"""Makes reference folders: tiny random GPT-NeoX models and what Hugging Face transformers computes with them.

    pip install torch transformers safetensors
    python make_reference.py OUTPUT_FOLDER

Written for transformers 5.24, torch 2.15. Every folder holds config.json, weights, reference.safetensors and
losses.json. The reference is computed in float32 from the weights as saved.
"""
import json
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from transformers import GPTNeoXConfig, GPTNeoXForCausalLM

SIZE = dict(
    vocab_size=61, hidden_size=24, num_hidden_layers=2, num_attention_heads=3, intermediate_size=40,
    max_position_embeddings=48, attn_implementation="eager",
)
NEW = dict(rope_theta=10000.0, rope_type="default")


def sites_of(model, input_ids, replace=None):
    """Returns every site's value and the logits; replace is a site's name and a function."""
    found, handles = {}, []

    def put(name, value):
        if replace and replace[0] == name:
            value = replace[1](value)
        found[name] = value.detach().clone()
        return value

    def output_hook(name):
        def hook(module, args, output):
            if isinstance(output, tuple):
                return (put(name, output[0]),) + output[1:]
            return put(name, output)
        return hook

    def input_hook(name):
        return lambda module, args: (put(name, args[0]),) + args[1:]

    def middle_hook(layer):
        """The stream between attention and MLP is nobody's output: what is added to the block's input makes it."""
        def hook(module, args, output):
            before = found[f"{layer}.resid.pre"]
            middle = put(f"{layer}.resid.mid", output[0] + before)
            changed = replace and replace[0] == f"{layer}.resid.mid"
            return (middle - before,) + output[1:] if changed else output
        return hook

    neox = model.gpt_neox
    handles.append(neox.embed_in.register_forward_hook(output_hook("embed")))
    for i, layer in enumerate(neox.layers):
        handles.append(layer.register_forward_pre_hook(input_hook(f"layers.{i}.resid.pre")))
        handles.append(layer.attention.dense.register_forward_pre_hook(input_hook(f"layers.{i}.attn.z")))
        handles.append(layer.attention.register_forward_hook(output_hook(f"layers.{i}.attn.out")))
        if not model.config.use_parallel_residual:
            handles.append(layer.attention.register_forward_hook(middle_hook(f"layers.{i}")))
        handles.append(layer.mlp.register_forward_pre_hook(input_hook(f"layers.{i}.mlp.in")))
        handles.append(layer.mlp.dense_4h_to_h.register_forward_pre_hook(input_hook(f"layers.{i}.mlp.hidden")))
        handles.append(layer.mlp.register_forward_hook(output_hook(f"layers.{i}.mlp.out")))
        handles.append(layer.register_forward_hook(output_hook(f"layers.{i}.resid.post")))
    with torch.no_grad():
        found["logits"] = model(input_ids, use_cache=False).logits
    for handle in handles:
        handle.remove()
    return found


def loss_of(logits, input_ids):
    vocabulary = logits.shape[-1]
    return torch.nn.functional.cross_entropy(
        logits[:, :-1].double().reshape(-1, vocabulary), input_ids[:, 1:].reshape(-1)).item()


def write(folder, config, dtype=torch.float32, old_keys=False, shard_size=None, contexts=2, length=16, std=0.3, buffers=False):
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(sum(map(ord, folder.name)))
    model = GPTNeoXForCausalLM(config).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.normal_(0, std)
            if "layernorm.weight" in name or "layer_norm.weight" in name:
                parameter.add_(1)
    if config.tie_word_embeddings:
        model.tie_weights()
    model.to(dtype).save_pretrained(folder, **({"max_shard_size": shard_size} if shard_size else {}))
    (folder / "generation_config.json").unlink(missing_ok=True)
    model = GPTNeoXForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    input_ids = torch.randint(0, config.vocab_size, (contexts, length))
    values = sites_of(model, input_ids)
    losses = {"original": loss_of(values["logits"], input_ids)}
    for site in [name for name in values if name != "logits"]:
        for change, function in (("zero", torch.zeros_like), ("perturbed", lambda x: 0.5 * x + 0.1)):
            logits = sites_of(model, input_ids, (site, function))["logits"]
            losses[f"{site}.{change}"] = loss_of(logits, input_ids)
    save_file({"input_ids": input_ids, **{k: v.contiguous() for k, v in values.items()}}, folder / "reference.safetensors")
    (folder / "losses.json").write_text(json.dumps({"losses": losses}, indent=1) + "\n")
    config_file = folder / "config.json"
    saved = json.loads(config_file.read_text())
    if old_keys:
        rope = saved.pop("rope_parameters")
        saved["rotary_pct"] = rope["partial_rotary_factor"]
        saved["rotary_emb_base"] = rope["rope_theta"]
        config_file.write_text(json.dumps(saved, indent=2) + "\n")
    if buffers:
        weights_file = folder / "model.safetensors"
        weights = load_file(weights_file)
        for i in range(config.num_hidden_layers):
            prefix = f"gpt_neox.layers.{i}.attention."
            weights[prefix + "bias"] = torch.ones(1, 1, 48, 48, dtype=torch.bool).tril()
            weights[prefix + "masked_bias"] = torch.tensor(-1e9)
            weights[prefix + "rotary_emb.inv_freq"] = torch.ones(2)
        save_file(weights, weights_file, {"format": "pt"})


def config(**changes):
    rope = dict(NEW, partial_rotary_factor=changes.pop("rotary", 0.25), rope_theta=changes.pop("base", 10000.0))
    return GPTNeoXConfig(**{**SIZE, **changes}, rope_parameters=rope)


VARIANTS = {
    "sequential": lambda f: write(f, config(use_parallel_residual=False)),
    "tanh_gelu_old_keys": lambda f: write(f, config(hidden_act="gelu_new", rotary=0.5, base=500.0), old_keys=True, buffers=True),
    "full_rotary_tied_bfloat16": lambda f: write(f, config(rotary=1.0, tie_word_embeddings=True), dtype=torch.bfloat16),
    "unbiased_float16_shards": lambda f: write(f, config(attention_bias=False, hidden_act="gelu_fast"), dtype=torch.float16, shard_size="6KB"),
}
if __name__ == "__main__":
    for name, make in VARIANTS.items():
        make(Path(sys.argv[1]) / name)
