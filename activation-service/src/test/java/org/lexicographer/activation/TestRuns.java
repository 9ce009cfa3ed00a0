package org.lexicographer.activation;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Random;
import java.util.function.Consumer;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.block.DatasetPosition;
import org.lexicographer.pipeline.block.TokenBlock;
import org.lexicographer.pipeline.run.RunSpec;

/** Small runs and their token blocks. */
public final class TestRuns {

    public static final int CONTEXT_LENGTH = 8;
    public static final int CONTEXTS = 2;
    public static final int PARTITIONS = 3;
    public static final int VOCABULARY = 50;

    private static final String SPEC =
            """
            {"run": "demo",
             "languageModel": {"uri": "s3://lexicographer/models/tiny/", "revision": "1"},
             "contextLength": 8,
             "tokenBlock": {"contexts": 2, "partitions": 3},
             "evaluation": {"contexts": 1},
             "training": {"steps": 100, "batchSize": 16, "bufferContexts": 16},
             "sites": ["layers.0.mlp.in", "layers.1.mlp.out"],
             "recipes": [{"type": "standard", "name": "standard", "dictionarySize": 8,
                          "learningRate": 0.001, "sparsityPenalty": 0.1}]}
            """;

    private TestRuns() {}

    /** Returns a run at two sites; its token blocks are 2 contexts of 8 tokens in 3 partitions. */
    public static RunSpec spec(String run) {
        return spec(run, json -> {});
    }

    /** Returns such a run with changes. */
    public static RunSpec spec(String run, Consumer<ObjectNode> change) {
        ObjectNode json = (ObjectNode) Json.tree(SPEC.getBytes(UTF_8));
        json.put("run", run);
        change.accept(json);
        return RunSpec.read(json);
    }

    /** Returns a token block of random tokens. */
    public static TokenBlock block(long sequence) {
        int[] tokens =
                new Random(sequence).ints(CONTEXTS * CONTEXT_LENGTH, 0, VOCABULARY).toArray();
        return new TokenBlock(sequence, CONTEXT_LENGTH, tokens, DatasetPosition.START);
    }

    /** Returns the block that ends the stream. */
    public static TokenBlock end(long sequence) {
        return new TokenBlock(sequence, CONTEXT_LENGTH, new int[0], DatasetPosition.START);
    }
}
