package org.lexicographer.eval.service.openapi;

/** Examples of what is answered of runs and of what figures mean. */
public final class RunExamples {

    public static final String TABLE =
            """
            [{"site": "layers.0.mlp.out", "recipe": "standard", "step": 2000, "final": true,
              "tokens": 16384, "mse": 0.01234, "l1": 18.4, "l0": 31.5, "fractionAlive": 0.83,
              "fractionAlive8192": 0.79, "lossRecovered": 0.9731}]
            """;

    public static final String PLAIN_TABLE =
            """
            site              recipe        MSE     L1     L0  % alive  % loss recovered
            layers.0.mlp.out  standard  0.01234  18.40  31.50     79.0              97.3
            """;

    public static final String PROGRESS =
            """
            [{"run": "demo", "part": "tokenizer", "state": "RUNNING", "figures": {"blocks": 12.0}},
             {"run": "demo", "part": "run", "state": "RUNNING", "figures": {}}]
            """;

    public static final String CURVES =
            """
            [{"site": "layers.3.mlp.out", "step": 10000, "recipes": {"standard": {"stride": 20,
              "points": [{"step": 1, "relativeLoss": 1.0, "reconstruction": 1.0, "sparsity": 3.2,
                "l0": 1021.5, "deadLatents": 0, "varianceExplained": -0.02, "learningRate": 0.0},
               {"step": 20, "relativeLoss": 0.61, "reconstruction": 0.61, "sparsity": 2.1,
                "l0": 640.25, "deadLatents": 3, "varianceExplained": 0.37, "learningRate": 2e-5}]}}}]
            """;

    public static final String CURVE_TABLE =
            """
            site,recipe,step,relativeLoss,reconstruction,sparsity,l0,deadLatents,varianceExplained,learningRate
            layers.3.mlp.out,standard,1,1.0,1.0,3.2,1021.5,0,-0.02,0.0
            layers.3.mlp.out,standard,20,0.61,0.61,2.1,640.25,3,0.37,2.0E-5
            """;

    public static final String METRICS =
            """
            [{"id": "l0", "version": 1, "unit": "latents", "formula": "<#{i: f_i != 0}>",
              "over": "all tokens that count", "source": "Marks and Mueller"}]
            """;

    private RunExamples() {}
}
