package org.lexicographer.languagemodel.verification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;
import org.lexicographer.pipeline.safetensors.TensorEntry;

/**
 * What another implementation computed with a model: {@code reference.safetensors} (the {@code
 * input_ids} (B, T), and under a site's name or {@code logits} its values for the first contexts
 * and positions) and {@code losses.json}.
 */
final class ReferenceFolder implements AutoCloseable {

    private static final String TENSORS = "reference.safetensors";
    private static final String LOSSES = "losses.json";
    private static final String INPUT_IDS = "input_ids";
    private static final JsonMapper JSON = new JsonMapper();

    private final SafetensorsFile tensors;
    private final SortedMap<String, Double> losses;

    private ReferenceFolder(SafetensorsFile tensors, SortedMap<String, Double> losses) {
        this.tensors = tensors;
        this.losses = losses;
    }

    static ReferenceFolder open(Path folder) throws IOException {
        SortedMap<String, Double> losses = losses(folder.resolve(LOSSES));
        Path file = folder.resolve(TENSORS);
        try {
            ReferenceFolder reference = new ReferenceFolder(SafetensorsFile.open(file), losses);
            reference.requireShape(INPUT_IDS, 2);
            return reference;
        } catch (NoSuchFileException e) {
            throw new InvalidModelException("no reference in the folder: missing file=" + file, e);
        }
    }

    private static SortedMap<String, Double> losses(Path file) throws IOException {
        try {
            SortedMap<String, Double> losses = new TreeMap<>();
            for (Map.Entry<String, JsonNode> loss :
                    JSON.readTree(Files.readAllBytes(file)).path("losses").properties()) {
                if (!loss.getValue().isNumber()) {
                    throw new InvalidModelException(
                            "loss is not a number: key=%s, file=%s".formatted(loss.getKey(), file));
                }
                losses.put(loss.getKey(), loss.getValue().doubleValue());
            }
            if (losses.isEmpty()) {
                throw new InvalidModelException("no losses in the reference: file=" + file);
            }
            return losses;
        } catch (NoSuchFileException e) {
            throw new InvalidModelException("no reference in the folder: missing file=" + file, e);
        } catch (JsonProcessingException e) {
            throw new InvalidModelException(
                    "losses are not valid JSON: %s, file=%s"
                            .formatted(e.getOriginalMessage(), file),
                    e);
        }
    }

    private void requireShape(String name, int rank) {
        List<Long> shape = tensors.entry(name).shape();
        if (shape.size() != rank || tensors.entry(name).elements() == 0) {
            throw new InvalidModelException(
                    "reference tensor has the wrong shape: expected dimensions=%d, found=%s, tensor=%s"
                            .formatted(rank, shape, name));
        }
    }

    /** Returns B, then T. */
    List<Long> inputShape() {
        return tensors.entry(INPUT_IDS).shape();
    }

    /** Returns the token ids, context after context. */
    long[] inputIds() {
        return tensors.longs(INPUT_IDS);
    }

    /** Returns the names of all values: sites, and {@code logits}. */
    List<String> names() {
        return tensors.names().stream().filter(name -> !name.equals(INPUT_IDS)).toList();
    }

    /** Returns the values under a name, (contexts, positions, width). */
    Values values(String name) {
        requireShape(name, 3);
        TensorEntry entry = tensors.entry(name);
        List<Long> shape = entry.shape();
        if (shape.get(0) > inputShape().get(0) || shape.get(1) > inputShape().get(1)) {
            throw new InvalidModelException(
                    "reference tensor exceeds the input: input=%s, found=%s, tensor=%s"
                            .formatted(inputShape(), shape, name));
        }
        return new Values(
                name,
                Math.toIntExact(shape.get(0)),
                Math.toIntExact(shape.get(1)),
                Math.toIntExact(shape.get(2)),
                tensors.floats(name));
    }

    /** Returns the losses in nats by name: {@code original}, or a site and what was done to it. */
    SortedMap<String, Double> losses() {
        return losses;
    }

    @Override
    public void close() {
        tensors.close();
    }

    /** Values (contexts, positions, width) in row-major order. */
    record Values(String name, int contexts, int positions, int width, float[] elements) {

        /** Up to this size, values are compared as they are. */
        private static final float LARGE = 10;

        /** Returns what differences are told in: the largest value where that is large, else 1. */
        double unit() {
            float largest = 0;
            for (float element : elements) {
                largest = Math.max(largest, Math.abs(element));
            }
            return largest > LARGE ? largest : 1;
        }
    }
}
