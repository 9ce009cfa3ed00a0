package org.lexicographer.eval.service.openapi;

/** Examples of what is answered of latents. */
public final class LatentExamples {

    private static final String ROW =
            """
            {"latent": 512, "firings": 790, "density": 0.0125, "mean": 1.75, "min": 0.0031,
             "max": 6.5, "contexts": 201, "tokens": ["return", " return"],
             "explanation": {"text": "the value that a function returns", "author": "Ada",
               "written": "2026-11-26T21:00:00Z"}}
            """;

    private static final String EXAMPLE =
            """
            {"context": 17, "max": 6.5, "position": 1,
             "tokens": [{"text": "  ", "id": 220, "value": 0.0},
               {"text": "return", "id": 1391, "value": 6.5}],
             "origin": [{"position": 0, "shard": "s3://lexicographer/datasets/demo.jsonl",
               "document": 40, "line": 41, "token": 256}]}
            """;

    private static final String BINS =
            """
            [{"from": 0.0031, "to": 0.133, "count": 118}, {"from": 0.133, "to": 0.263, "count": 96}]
            """;

    private static final String CLOSE = "[{\"latent\": 7, \"value\": 0.61}]";

    public static final String PAGE =
            "{\"latents\": 2048, \"found\": 1, \"page\": 1, \"pages\": 1, \"rows\": [" + ROW + "]}";

    public static final String PROGRESS =
            """
            {"dictionary": "demo/layers.0.mlp.out/standard", "step": 2000, "text": "held-out",
             "state": "RUNNING", "unitsDone": 3, "units": 12}
            """;

    public static final String DENSITY =
            """
            {"tokens": 63221, "latents": 2048, "dead": 143,
             "bins": [{"from": -2.1, "to": -2.0, "count": 31}, {"from": -2.0, "to": -1.9, "count": 27}]}
            """;

    public static final String SUMMARY =
            """
            {"dictionary": "demo/layers.0.mlp.out/standard", "step": 2000, "text": "held-out",
             "digest": "4c1f0a52b7e3d691", "contexts": 247, "contextLength": 256, "tokens": 63221,
             "uncountedTokens": 11, "coActivationTokens": 63221, "seed": 0, "dictionarySize": 2048,
             "dead": 143, "contextsKey": "statistics/contexts/demo/9b21d3f0c8a6e457.i32",
             "definitions": {"density": 1, "top": 1}}
            """;

    public static final String ONE =
            "{\"statistics\": "
                    + SUMMARY
                    + ", \"figures\": "
                    + ROW
                    + ", \"logHistogram\": "
                    + BINS
                    + ", \"histogram\": "
                    + BINS
                    + ", \"top\": ["
                    + EXAMPLE
                    + "], \"intervals\": [{\"from\": 0.0, \"to\": 1.3, \"examples\": []}],"
                    + " \"silentContexts\": [3, 101], \"decoderNeighbours\": "
                    + CLOSE
                    + ", \"encoderNeighbours\": "
                    + CLOSE
                    + ", \"jaccard\": "
                    + CLOSE
                    + ", \"phi\": "
                    + CLOSE
                    + ", \"logitEffects\": [{\"normFolded\": false,"
                    + " \"up\": [{\"text\": \" new\", \"id\": 502, \"value\": 0.31}],"
                    + " \"down\": [{\"text\": \"(\", \"id\": 7, \"value\": -0.27}], \"histogram\": "
                    + BINS
                    + "}]}";

    public static final String EXAMPLES = "[" + EXAMPLE + "]";

    public static final String NEAREST =
            """
            {"dictionary": "demo/layers.0.mlp.out/standard", "step": 2000, "latent": 512,
             "definitions": {"nearestDecoder": 1, "nearestEncoder": 1},
             "others": [{"dictionary": "demo/layers.0.mlp.out/top-k", "step": 2000,
               "decoder": [{"latent": 31, "value": 0.93}],
               "encoder": [{"latent": 31, "value": 0.88}]}]}
            """;

    public static final String ABLATION =
            """
            {"dictionary": "demo/layers.0.mlp.out/standard", "step": 2000, "text": "held-out",
             "latent": 512, "site": "layers.0.mlp.out", "meanChange": -0.42,
             "up": [{"text": ";", "id": 26, "change": 0.35}],
             "down": [{"text": " new", "id": 502, "change": -1.1}],
             "contexts": [{"context": 17,
               "origin": [{"position": 0, "shard": "s3://lexicographer/datasets/demo.jsonl",
                 "document": 40, "line": 41, "token": 256}],
               "places": [{"position": 1, "token": "return", "value": 6.5, "next": " new",
                 "logProbability": -0.9, "change": -1.1}]}]}
            """;

    /** One line. */
    public static final String UPLOAD =
            """
            {"modelId":"demo","source":"0-mlp-out-demo-standard-9132425b",\
            "features":[{"index":512,"density":0.0125,"topLogits":[{"token":" new","value":0.31}],\
            "bottomLogits":[{"token":"(","value":-0.27}],"activations":[\
            {"tokens":["  ","return"],"values":[0.0,6.5],"quantileMin":-1.0,"quantileMax":6.5}]}]}
            """;

    public static final String MEANING =
            """
            [{"id": "density", "version": 1, "unit": "share of tokens",
              "formula": "firings / tokens that count",
              "over": "every token that is not one of the model's special ones",
              "source": "Lexicographer"}]
            """;

    public static final String EXPLAINED =
            """
            {"text": "the value that a function returns", "author": "Ada"}
            """;

    public static final String EXPLANATION =
            """
            {"text": "the value that a function returns", "author": "Ada",
             "written": "2026-11-26T21:00:00Z"}
            """;

    private LatentExamples() {}
}
