"""Makes src/test/resources/reference/cuda/ae.pt: the weights of another file, saved as from a GPU.

    python make_cuda_file.py SOURCE/ae.pt TARGET/ae.pt

torch's own pickler writes it; only the name of the device, which it would take from the storage, is
given to it, so that no GPU is needed. Made with torch 2.15.0.
"""

import sys

import torch


def main(source, target):
    state = torch.load(source, weights_only=True)
    torch.serialization.location_tag = lambda storage: "cuda:0"
    torch.save(state, target)


if __name__ == "__main__":
    main(*sys.argv[1:])
