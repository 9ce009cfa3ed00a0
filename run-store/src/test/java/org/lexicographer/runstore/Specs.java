package org.lexicographer.runstore;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.lexicographer.pipeline.run.RunSpec;

/** Run specs for tests. */
public final class Specs {

    private Specs() {}

    /** Returns a spec of so many steps. */
    public static RunSpec of(String run, int steps) {
        return RunSpec.read(
                """
                {"run": "%s", "languageModel": {"uri": "s3://models/demo/"}, "contextLength": 8,
                 "tokenBlock": {"contexts": 2, "partitions": 2},
                 "training": {"steps": %d, "batchSize": 16, "bufferContexts": 1000},
                 "sites": ["layers.0.mlp.out"], "evaluation": {"contexts": 1},
                 "recipes": [{"name": "standard", "type": "standard", "dictionarySize": 8,
                              "learningRate": 0.001, "schedule": {}, "sparsityPenalty": 0.1}]}
                """
                        .formatted(run, steps)
                        .getBytes(UTF_8));
    }
}
