"""Runs the examples of docs/python.md with the real packages, against a system that serves the demo.

    python check_python_page.py [--eval=URL] [--trainer=URL] [--run=NAME] [--dictionary=SITE/RECIPE]

Each example runs by itself in an empty folder. One whose package is not installed is skipped, and
said to be. The exit status is 0 when the others ran, and what they made is as the page says.
"""

import argparse
import os
import re
import sys
import tempfile
from pathlib import Path

PAGE = Path(__file__).resolve().parents[5] / "docs" / "python.md"
BLOCK = re.compile(r"^```python (\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

# What must hold after an example.
CLAIMS = {
    "saelens": lambda made: made["sae"].cfg.d_sae > 0,
    "dictionary_learning": lambda made: made["dictionary"].dict_size > 0,
    "evaluations": lambda made: {"site", "recipe", "l0", "lossRecovered"} <= set(made["table"]),
    "latents": lambda made: (
        len(made["latents"]) == made["requests"].get(made["url"]).json()["latents"]
        and made["latents"]["density"].is_monotonic_decreasing
    ),
    "activations": lambda made: len(made["latents"]) > 0 and (made["latents"]["value"] > 0).all(),
    "submit": lambda made: made["answer"].json()["run"] == "from-python",
}


def adapted(code, options):
    return (
        code.replace("http://localhost:8084", options.eval)
        .replace("http://localhost:8083", options.trainer)
        .replace("runs/demo", f"runs/{options.run}")
        .replace("demo/layers.0.mlp.out/standard", f"{options.run}/{options.dictionary}")
    )


def outcome(name, code):
    made = {}
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            exec(compile(code, name, "exec"), made)
        except ModuleNotFoundError as missing:
            return f"skipped, {missing.name} is not installed"
        except Exception as failure:
            return f"failed: {failure}"
        finally:
            os.chdir("/")
    return "ok" if CLAIMS[name](made) else "wrong"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--eval", default="http://localhost:8084")
    parser.add_argument("--trainer", default="http://localhost:8083")
    parser.add_argument("--run", default="demo")
    parser.add_argument("--dictionary", default="layers.0.mlp.out/standard")
    options = parser.parse_args()
    blocks = dict(BLOCK.findall(PAGE.read_text()))
    assert set(blocks) == set(CLAIMS), f"expected={sorted(CLAIMS)}, found={sorted(blocks)}"
    outcomes = {name: outcome(name, adapted(code, options)) for name, code in blocks.items()}
    for name, what in outcomes.items():
        print(f"{name}: {what}")
    sys.exit(any(not what.startswith(("ok", "skipped")) for what in outcomes.values()))


if __name__ == "__main__":
    main()
