"""Checks exports of latents with the packages that Neuronpedia's formats belong to.

    python check_neuronpedia.py UPLOAD.jsonl BATCH.zip
    python check_neuronpedia.py http://localhost:8084/dictionaries/demo/layers.0.mlp.out/standard

The files are what `GET /dictionaries/{run}/{site}/{recipe}/latents/export` answers, with
format=neuronpedia-upload and neuronpedia-batch; an address has them fetched.

Each line of the upload is put together again by neuronpedia's own client from the objects that it
offers for features: what it would send must be what the line says. Each file of the batch is read by
SAEDashboard's own class and written again, and the two exports must say the same of each latent.

Needs neuronpedia and sae-dashboard, of which the classes that are used here need numpy alone:

    pip install requests numpy python-dotenv && pip install --no-deps neuronpedia sae-dashboard

Passed with neuronpedia 1.2.1 and sae-dashboard 0.8.0.
"""

import io
import json
import sys
import zipfile
from pathlib import Path
from unittest import mock

from neuronpedia.np_activation import Activation
from neuronpedia.np_explanation import Explanation
from neuronpedia.np_feature import Feature, Logit
from neuronpedia.requests.feature_request import FeatureRequest
from sae_dashboard.neuronpedia.neuronpedia_dashboard import NeuronpediaDashboardBatch

# What the client sends where a feature has none, and the interface takes for none.
NOTHING = (None, [])


def files(arguments):
    if len(arguments) == 2:
        return [Path(argument).read_bytes() for argument in arguments]
    import requests

    formats = ("neuronpedia-upload", "neuronpedia-batch")
    answers = [requests.get(f"{arguments[0]}/latents/export?format={name}") for name in formats]
    for answer in answers:
        answer.raise_for_status()
    return [answer.content for answer in answers]


def logits(feature, name):
    return [Logit(**logit) for logit in feature[name]] if name in feature else None


def sent(body):
    """Returns what neuronpedia's client sends for the features of a line."""
    names = {"modelId": body["modelId"], "source": body["source"]}
    features = [
        Feature(
            **names,
            index=feature["index"],
            density=feature["density"],
            top_logits=logits(feature, "topLogits"),
            bottom_logits=logits(feature, "bottomLogits"),
            explanations=[
                Explanation(**names, index=feature["index"], text=explanation["text"])
                for explanation in feature.get("explanations", [])
            ],
            activations=[
                Activation(**names, index=feature["index"], **activation)
                for activation in feature["activations"]
            ],
        )
        for feature in body["features"]
    ]
    with mock.patch.object(FeatureRequest, "send_request") as request:
        FeatureRequest(api_key="none").upload_batch(body["modelId"], body["source"], features)
    return request.call_args.kwargs["json"]


def without_nothing(value):
    if isinstance(value, dict):
        return {k: without_nothing(v) for k, v in value.items() if v not in NOTHING}
    return [without_nothing(v) for v in value] if isinstance(value, list) else value


def check_upload(lines):
    features = {}
    for line in lines.decode().splitlines():
        body = json.loads(line)
        assert without_nothing(sent(body)) == without_nothing(body), body["source"]
        for feature in body["features"]:
            for activation in feature["activations"]:
                assert len(activation["tokens"]) == len(activation["values"])
            assert feature["index"] not in features, feature["index"]
            features[feature["index"]] = feature
    return features


def check_batch(content):
    features = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            written = json.loads(archive.read(name))
            read = NeuronpediaDashboardBatch(**written)
            assert read.to_dict() == written, name
            features |= {feature.feature_index: feature for feature in read.features}
    return features


def check_same(uploaded, batched):
    assert list(uploaded) == list(batched)
    for index, feature in uploaded.items():
        other = batched[index]
        assert feature["density"] == other.frac_nonzero
        assert [it["token"] for it in feature.get("topLogits", [])] == other.pos_str
        assert [it["value"] for it in feature.get("bottomLogits", [])] == other.neg_values
        assert len(feature["activations"]) == len(other.activations)
        for one, two in zip(feature["activations"], other.activations):
            assert one["quantileMin"] == two.bin_min and one["quantileMax"] == two.bin_max
            assert max(one["values"]) == two.values[two.qualifying_token_index] == max(two.values)


def main():
    upload, batch = files(sys.argv[1:])
    uploaded, batched = check_upload(upload), check_batch(batch)
    check_same(uploaded, batched)
    print(f"ok: {len(uploaded)} latents")


if __name__ == "__main__":
    main()
