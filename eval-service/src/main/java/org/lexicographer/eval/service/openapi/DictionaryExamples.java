package org.lexicographer.eval.service.openapi;

/** Examples of what is asked and answered of dictionaries. */
public final class DictionaryExamples {

    public static final String ALL =
            """
            [{"dictionary": "demo/layers.0.mlp.out/standard", "run": "demo",
              "site": "layers.0.mlp.out", "recipe": "standard", "steps": [1000, 2000]}]
            """;

    public static final String ONE =
            """
            {"dictionary": "demo/layers.0.mlp.out/standard", "run": "demo",
             "site": "layers.0.mlp.out", "recipe": "standard",
             "config": {"formatVersion": 1, "architecture": "standard", "inputDim": 128,
               "outputDim": 128, "dictionarySize": 2048, "dtype": "float32",
               "subtractDecoderBias": true, "site": "layers.0.mlp.out",
               "reconstructs": "layers.0.mlp.out",
               "lineage": {"run": "demo", "languageModel": "s3://lexicographer/models/demo/",
                 "datasetShards": ["s3://lexicographer/datasets/demo.jsonl"], "tokens": 2048000,
                 "steps": 2000, "seeds": {"shuffle": 1, "recipe": 2}, "codeVersion": "0.1.0",
                 "recipe": {"name": "standard", "type": "standard", "dictionarySize": 2048}}},
             "checkpoints": [{"dictionary": "demo/layers.0.mlp.out/standard", "step": 2000,
               "tokens": 2048000, "final": true,
               "prefix": "dictionaries/demo/layers.0.mlp.out/standard/step-0000002000/"}]}
            """;

    public static final String EVALUATION =
            """
            {"dictionary": "demo/layers.0.mlp.out/standard", "step": 2000, "final": true,
             "text": "held-out", "contexts": 64, "tokens": 16384,
             "metrics": [{"id": "mse", "version": 1, "value": 0.0123},
               {"id": "l0", "version": 1, "value": 31.5},
               {"id": "loss_recovered", "version": 1, "value": 0.9731}]}
            """;

    public static final String EVALUATIONS = "[" + EVALUATION + "]";

    public static final String LOSS_RECOVERED =
            """
            {"dictionary": "demo/layers.0.mlp.out/standard", "step": 2000, "final": true,
             "text": "held-out", "contexts": 64, "tokens": 16384, "lossOriginal": 2.31,
             "lossReconstructed": 2.35, "lossZero": 3.79, "lossRecovered": 0.9731}
            """;

    public static final String TEXT =
            """
            {"text": "The cat sat on the mat.", "name": "cat"}
            """;

    public static final String TEXT_FILE =
            """
            {"uri": "s3://lexicographer/texts/other.jsonl", "name": "other", "step": 1000}
            """;

    public static final String ACTIVATIONS_OF =
            """
            {"text": "return new ArrayList<>(names);", "strongest": 2}
            """;

    public static final String ACTIVATIONS =
            """
            {"dictionary": "demo/layers.0.mlp.out/standard", "step": 2000,
             "site": "layers.0.mlp.out",
             "tokens": [{"text": "return", "id": 1391, "position": 0, "active": 17,
               "latents": [{"latent": 512, "value": 4.25}, {"latent": 7, "value": 1.5}]}]}
            """;

    private DictionaryExamples() {}
}
