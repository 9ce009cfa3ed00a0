"""Adds to a language model's folder what Hugging Face transformers computes with it, for ./run verify-model.

    pip install torch transformers safetensors
    python make_model_reference.py FOLDER [TEXT_FILE]

FOLDER holds config.json, weights and tokenizer of any family that docs/models.md names; reference.safetensors and
losses.json are written there. Contexts are the start of the text, or random token ids where there is none. All layers
have resid.pre, attn.out, mlp.in, mlp.out and resid.post; losses are those of the first, middle and last layer.
Written for transformers 5.24, torch 2.15. Computes in float32, which takes four bytes a parameter.
"""
import json
import sys
from pathlib import Path

import torch
import transformers
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, AutoTokenizer

CONTEXTS, LENGTH = 2, 32


def parts_of(model):
    """Returns a layer's (block, attention, MLP), for every layer."""
    layers = next(
        m for m in model.modules()
        if isinstance(m, torch.nn.ModuleList) and len(m) and hasattr(m[0], "mlp"))
    attention = next(n for n in ("self_attn", "attention", "attn") if hasattr(layers[0], n))
    return [(layer, getattr(layer, attention), layer.mlp) for layer in layers]


def compute(model, input_ids, replaced=None, change=None):
    """Returns the value at every site and the logits; a replaced site's value is changed on the way."""
    found, hooks = {}, []

    def put(name, value):
        value = change(value) if name == replaced else value
        found[name] = value.detach().clone()
        return value

    def output(name):
        return lambda module, args, out: (
            (put(name, out[0]), *out[1:]) if isinstance(out, tuple) else put(name, out))

    def given(name):
        def hook(module, args, kwargs):
            if args:
                return (put(name, args[0]), *args[1:]), kwargs
            return args, {**kwargs, "hidden_states": put(name, kwargs["hidden_states"])}
        return hook

    for n, (block, attention, mlp) in enumerate(parts_of(model)):
        hooks.append(block.register_forward_pre_hook(given(f"layers.{n}.resid.pre"), with_kwargs=True))
        hooks.append(attention.register_forward_hook(output(f"layers.{n}.attn.out")))
        hooks.append(mlp.register_forward_pre_hook(given(f"layers.{n}.mlp.in"), with_kwargs=True))
        hooks.append(mlp.register_forward_hook(output(f"layers.{n}.mlp.out")))
        hooks.append(block.register_forward_hook(output(f"layers.{n}.resid.post")))
    with torch.no_grad():
        found["logits"] = model(input_ids, use_cache=False).logits
    for hook in hooks:
        hook.remove()
    return found


def loss(logits, input_ids):
    """Returns the mean cross-entropy of the next tokens, in nats."""
    return torch.nn.functional.cross_entropy(
        logits[:, :-1].double().reshape(-1, logits.shape[-1]), input_ids[:, 1:].reshape(-1)).item()


def main(folder, text_file=None):
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    if text_file:
        ids = AutoTokenizer.from_pretrained(folder)(Path(text_file).read_text(), return_tensors="pt").input_ids[0]
        input_ids = ids[:CONTEXTS * LENGTH].reshape(CONTEXTS, LENGTH)
    else:
        torch.manual_seed(0)
        input_ids = torch.randint(0, model.get_input_embeddings().num_embeddings, (CONTEXTS, LENGTH))
    values = compute(model, input_ids)
    losses = {"original": loss(values["logits"], input_ids)}
    last = len(parts_of(model)) - 1
    for n in sorted({0, last // 2, last}):
        for site in ("attn.out", "mlp.out", "resid.post"):
            for kind, change in (("zero", torch.zeros_like), ("perturbed", lambda x: 0.5 * x + 0.1)):
                name = f"layers.{n}.{site}"
                losses[f"{name}.{kind}"] = loss(compute(model, input_ids, name, change)["logits"], input_ids)
    tensors = {name: value.contiguous() for name, value in values.items()}
    save_file({"input_ids": input_ids, **tensors}, Path(folder) / "reference.safetensors")
    made_with = f"transformers {transformers.__version__}, torch {torch.__version__}, float32"
    (Path(folder) / "losses.json").write_text(json.dumps({"made_with": made_with, "losses": losses}, indent=1) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
