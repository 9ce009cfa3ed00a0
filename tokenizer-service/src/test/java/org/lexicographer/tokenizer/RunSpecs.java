package org.lexicographer.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.run.PackingSpec;
import org.lexicographer.pipeline.run.RunSpec;

/** Run specs for tests. */
public final class RunSpecs {

    private RunSpecs() {}

    /**
     * Returns a spec of small contexts and blocks.
     *
     * @param evaluation the value of the field {@code evaluation}
     * @param blocks the number of token blocks that training takes
     */
    public static RunSpec small(String run, String evaluation, int blocks) {
        return spec(run, "s3://models/demo/", 8, evaluation, blocks);
    }

    /** Returns a small spec that leaves special tokens out. */
    public static RunSpec filtered(String run, String evaluation, int blocks) {
        ObjectNode json = (ObjectNode) Json.toTree(small(run, evaluation, blocks));
        json.withObject("/training/tokens").put("excludeSpecialTokens", true);
        return RunSpec.read(json);
    }

    /** Returns a small spec that packs documents by a rule. */
    public static RunSpec packed(String run, String evaluation, int blocks, PackingSpec packing) {
        ObjectNode json = (ObjectNode) Json.toTree(small(run, evaluation, blocks));
        json.set("packing", Json.toTree(packing));
        return RunSpec.read(json);
    }

    /** Returns a small spec that mixes datasets, of which {@code datasets} is a list. */
    public static RunSpec mixed(String run, String evaluation, int blocks, String datasets) {
        ObjectNode json = (ObjectNode) Json.toTree(small(run, evaluation, blocks));
        json.set("datasets", Json.tree(datasets.getBytes(UTF_8)));
        return RunSpec.read(json);
    }

    /** Returns a spec with blocks of two contexts. */
    public static RunSpec spec(
            String run, String model, int contextLength, String evaluation, int blocks) {
        return RunSpec.read(
                """
                {"run": "%s", "languageModel": {"uri": "%s"}, "contextLength": %d,
                 "tokenBlock": {"contexts": 2, "partitions": 2}, "evaluation": %s,
                 "training": {"steps": %d, "batchSize": %d, "bufferContexts": 1000},
                 "sites": ["layers.0.mlp.out"],
                 "recipes": [{"name": "standard", "type": "standard", "dictionarySize": 8,
                              "learningRate": 0.001, "schedule": {}, "sparsityPenalty": 0.1}]}
                """
                        .formatted(run, model, contextLength, evaluation, blocks, 2 * contextLength)
                        .getBytes(UTF_8));
    }
}
