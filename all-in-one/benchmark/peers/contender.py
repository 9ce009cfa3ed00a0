"""What the peers' scripts share: a line of JSON on the standard input describes work, {"name": ...} is
answered when it can begin; any other line asks for it, {"milliseconds": ...} is the answer: how long
it took once, or the mean of as many "times" as the work says."""

import gc
import json
import sys
import time

import torch


def synchronize(device):
    if device.startswith("cuda"):
        torch.cuda.synchronize()


def serve(name, start):
    """Times act(0), act(1), ... as often as it is asked for, where act = start(work)."""
    answers, sys.stdout = sys.stdout, sys.stderr  # whatever a library prints is no answer

    def answer(field, value):
        print(json.dumps({field: value}), file=answers, flush=True)

    act, turn, device, times = None, 0, "cpu", 1
    for line in sys.stdin:
        if line.startswith("{"):
            act = None
            gc.collect()
            work = json.loads(line)
            device, times = work["place"]["device"], work.get("times", 1)
            torch.set_num_threads(work["place"]["threads"])
            torch.manual_seed(0)
            act, turn = start(work), 0
            answer("name", f"{name} (torch {torch.__version__.partition('+')[0]})")
        else:
            synchronize(device)
            before = time.perf_counter()
            for turn in range(turn, turn + times):
                act(turn)
            synchronize(device)
            answer("milliseconds", 1000 * (time.perf_counter() - before) / times)
            turn += 1
