package org.lexicographer.eval.neuronpedia;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.lexicographer.eval.explanation.Explanation;
import org.lexicographer.eval.store.StoredStatistics;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.schema.JsonSchema;

class NeuronpediaExportTest {

    private static final NeuronpediaNames NAMES = new NeuronpediaNames("pythia-70m", 2, "my-set");

    /** Every third latent is dead, and all of the second 128. */
    private static final ManyLatents LATENTS =
            new ManyLatents(300, latent -> latent % 3 != 0 && latent / 128 != 1, 3);

    private static final Map<Integer, Explanation> EXPLANATIONS =
            Map.of(
                    2, new Explanation("the \"end\"", "Ada", "2026-11-26T21:00:00Z"),
                    3, new Explanation("of a dead one", "Ada", "2026-11-26T21:00:00Z"));

    private final InMemoryObjectStore objects = new InMemoryObjectStore("test");

    private static byte[] written(NeuronpediaFormat format, StoredStatistics statistics)
            throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new NeuronpediaExport(NAMES, statistics, EXPLANATIONS).write(format, out);
        return out.toByteArray();
    }

    private List<JsonNode> uploads(ManyLatents latents) throws IOException {
        String lines =
                new String(
                        written(NeuronpediaFormat.UPLOAD, latents.stored(objects)),
                        StandardCharsets.UTF_8);
        return lines.lines().map(it -> Json.tree(it.getBytes(StandardCharsets.UTF_8))).toList();
    }

    private Map<String, JsonNode> batches(ManyLatents latents) throws IOException {
        byte[] bytes = written(NeuronpediaFormat.BATCH, latents.stored(objects));
        Map<String, JsonNode> files = new LinkedHashMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                files.put(entry.getName(), Json.tree(in.readAllBytes()));
            }
        }
        return files;
    }

    private static JsonNode json(String text) {
        return Json.tree(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void eachLineIsTheBodyOfAnUploadAsItsSchemaWantsIt() throws IOException {
        List<JsonNode> lines = uploads(LATENTS);

        JsonSchema schema = JsonSchema.load("/neuronpedia/upload.json");
        assertThat(lines).hasSize(2);
        lines.forEach(line -> schema.bind(line, JsonNode.class));
        assertThat(lines.getFirst().get("modelId").textValue()).isEqualTo("pythia-70m");
        assertThat(lines.getFirst().get("source").textValue()).isEqualTo("2-my-set");
        assertThat(lines.getFirst().get("features")).hasSize(85);
        assertThat(lines.getLast().get("features").findValuesAsText("index"))
                .hasSize(30)
                .startsWith("256", "257", "259");
    }

    @Test
    void anUploadsLatentHasItsExamplesTheLargestFirst() throws IOException {
        JsonNode feature = uploads(LATENTS).getFirst().get("features").get(0);

        assertThat(feature)
                .isEqualTo(
                        json(
                                """
                                {"index": 1, "density": 0.5,
                                 "topLogits": [{"token": "<5>", "value": 1.0}],
                                 "bottomLogits": [{"token": " the", "value": -1.0}],
                                 "activations": [
                                  {"tokens": ["Token8", "<5>", "Token8"], "values": [1.0, 3.0, 0.0],
                                   "quantileMin": -1.0, "quantileMax": 3.0},
                                  {"tokens": [" the", "Token8", "Token8"], "values": [2.0, 0.0, 0.0],
                                   "quantileMin": -1.0, "quantileMax": 3.0},
                                  {"tokens": ["Token8", "<5>", "Token8"], "values": [1.0, 3.0, 0.0],
                                   "quantileMin": 2.4, "quantileMax": 3.0},
                                  {"tokens": [" the", "Token8", "Token8"], "values": [2.0, 0.0, 0.0],
                                   "quantileMin": 1.8, "quantileMax": 2.4}]}
                                """));
    }

    @Test
    void anUploadSaysWhatALatentIsSaidToStandFor() throws IOException {
        JsonNode features = uploads(LATENTS).getFirst().get("features");

        assertThat(features.get(0).has("explanations")).isFalse();
        assertThat(features.get(1).get("explanations"))
                .isEqualTo(json("[{\"text\": \"the \\\"end\\\"\"}]"));
        assertThat(features.findValues("explanations")).hasSize(1);
    }

    @Test
    void aContextTooLongForAnUploadIsCutAroundItsLargestValue() throws IOException {
        ManyLatents latents = new ManyLatents(1, _ -> true, 1500);

        JsonNode examples = uploads(latents).getFirst().at("/features/0/activations");

        JsonSchema schema = JsonSchema.load("/neuronpedia/upload.json");
        schema.bind(uploads(latents).getFirst(), JsonNode.class);
        assertThat(examples.at("/0/values")).hasSize(1024);
        assertThat(examples.at("/0/values/1022").doubleValue()).isEqualTo(3);
        assertThat(examples.at("/1/values/0").doubleValue()).isEqualTo(2);
        assertThat(batches(latents).get("batch-0.json").at("/features/0/activations/0/values"))
                .hasSize(1500);
    }

    @Test
    void eachFileOfABatchIsAsItsReadersWantIt() throws IOException {
        Map<String, JsonNode> files = batches(LATENTS);

        JsonSchema schema = JsonSchema.load("/neuronpedia/batch.json");
        assertThat(files).containsOnlyKeys("batch-0.json", "batch-2.json");
        files.values().forEach(file -> schema.bind(file, JsonNode.class));
        assertThat(files.get("batch-0.json").get("sae_id_suffix").isNull()).isTrue();
        JsonNode feature = files.get("batch-0.json").get("features").get(0);
        assertThat(feature.get("feature_index").intValue()).isEqualTo(1);
        assertThat(feature.get("freq_hist_data_bar_heights")).hasSize(50);
        assertThat(feature.at("/freq_hist_data_bar_values/0").doubleValue()).isEqualTo(1.02);
        assertThat(feature.get("correlated_features_indices")).isEqualTo(json("[0]"));
        assertThat(feature.get("correlated_features_pearson")).isEqualTo(json("[0.5]"));
        assertThat(feature.get("pos_str")).isEqualTo(json("[\"<5>\"]"));
        assertThat(feature.get("neg_values")).isEqualTo(json("[-1.0]"));
        assertThat(feature.get("vector")).isEmpty();
        assertThat(feature.at("/activations/0"))
                .isEqualTo(
                        json(
                                """
                                {"bin_min": -1.0, "bin_max": 3.0, "bin_contains": null,
                                 "tokens": ["Token8", "<5>", "Token8"], "values": [1.0, 3.0, 0.0],
                                 "qualifying_token_index": 1}
                                """));
    }

    @Test
    void latentsOfAllChunksAreWritten() throws IOException {
        List<JsonNode> lines = uploads(new ManyLatents(1100, _ -> true, 3));

        assertThat(lines).hasSize(9);
        assertThat(lines.get(8).get("features").findValuesAsText("index"))
                .hasSize(76)
                .startsWith("1024")
                .endsWith("1099");
    }

    @Test
    void theSameStatisticsGiveTheSameBytes() throws IOException {
        StoredStatistics statistics = LATENTS.stored(objects);

        for (NeuronpediaFormat format : NeuronpediaFormat.values()) {
            assertThat(written(format, statistics)).isEqualTo(written(format, statistics));
        }
    }

    @Test
    void aBlockOfLatentsIsReadAtATimeAndNoneOfThoseThatAreDead() throws IOException {
        // Given
        List<Long> reads = new ArrayList<>();
        StoredStatistics statistics = LATENTS.stored(noting(reads, objects));
        long all =
                objects.list("dictionaries/")
                        .filter(stat -> stat.key().endsWith(".jsonl"))
                        .mapToLong(stat -> stat.size())
                        .sum();

        // When
        written(NeuronpediaFormat.UPLOAD, statistics);

        // Then
        assertThat(reads).hasSize(2).allSatisfy(it -> assertThat(it).isLessThan(all / 2));
    }

    /** Notes how many bytes each read of a part of an object asks for. */
    private static ObjectStore noting(List<Long> reads, ObjectStore store) {
        return (ObjectStore)
                Proxy.newProxyInstance(
                        ObjectStore.class.getClassLoader(),
                        new Class<?>[] {ObjectStore.class},
                        (_, method, arguments) -> {
                            if (List.of("get", "bytes").contains(method.getName())
                                    && arguments.length == 3) {
                                reads.add(((Number) arguments[2]).longValue());
                            }
                            return method.invoke(store, arguments);
                        });
    }

    @Test
    void aDictionaryOfWhichNothingIsActiveHasNothingToTake() throws IOException {
        ManyLatents silent = new ManyLatents(3, _ -> false, 3);

        assertThat(uploads(silent)).isEmpty();
        assertThat(batches(silent)).isEmpty();
    }
}
