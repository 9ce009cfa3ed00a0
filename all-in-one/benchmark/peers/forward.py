"""The body of a language model by transformers, on the tokens beside the model.

{"texts": {"folder": ..., "contexts": 8, "contextLength": 256}, "place": {...}}
"""

from importlib.metadata import version
from pathlib import Path

import numpy
import torch
from contender import serve
from transformers import AutoModel


def tokens(texts):
    """Returns the token ids (B, T)."""
    count = texts["contexts"] * texts["contextLength"]
    ids = numpy.fromfile(Path(texts["folder"]) / "benchmark-tokens.bin", "<i4", count)
    return torch.from_numpy(ids.astype(numpy.int64)).reshape(texts["contexts"], texts["contextLength"])


def start(work):
    texts, place = work["texts"], work["place"]
    model = AutoModel.from_pretrained(texts["folder"], dtype=getattr(torch, place["computeType"]))
    model = model.eval().to(place["device"])
    ids = tokens(texts).to(place["device"])

    @torch.no_grad()
    def forward(_):
        model(ids, use_cache=False)

    return forward


if __name__ == "__main__":
    serve(f"transformers {version('transformers')}", start)
