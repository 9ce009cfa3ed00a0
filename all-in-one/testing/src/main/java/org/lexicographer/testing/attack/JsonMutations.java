package org.lexicographer.testing.attack;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Documents that are JSON, with values that were taken out, exchanged for others of the originals
 * or for values of a list; which ones depends on the seed alone. They come further into a reader
 * than {@link Mutations} of the same bytes, most of which are no JSON.
 */
public final class JsonMutations implements Supplier<byte[]> {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int MAX_CHANGES = 3;

    private static final List<byte[]> VALUES =
            Stream.of(
                            "null",
                            "true",
                            "0",
                            "-1",
                            "2147483648",
                            "4294967296",
                            "1e300",
                            "0.5",
                            "\"\"",
                            "\"a\"",
                            "\"../a\"",
                            "\"\\ud800\"",
                            "\"\\u0000\"",
                            "[]",
                            "{}",
                            "[[[[[[[[[[0]]]]]]]]]]")
                    .map(value -> value.getBytes(UTF_8))
                    .toList();

    private final SplittableRandom random;
    private final List<JsonNode> originals;
    private final List<JsonNode> values;

    /** Creates mutations with values that most readers have a rule for. */
    public JsonMutations(long seed, List<byte[]> originals) {
        this(seed, originals, VALUES);
    }

    /**
     * Creates mutations of documents.
     *
     * @param seed the same seed gives the same mutations
     * @param originals right documents
     * @param values what comes in place of values and names
     */
    public JsonMutations(long seed, List<byte[]> originals, List<byte[]> values) {
        this.random = Mutations.random(seed);
        this.originals = originals.stream().map(JsonMutations::tree).toList();
        this.values = values.stream().map(JsonMutations::tree).toList();
    }

    private static JsonNode tree(byte[] json) {
        try {
            return MAPPER.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException("an input to mutate is no JSON", e);
        }
    }

    /** Returns the next document. */
    @Override
    public byte[] get() {
        JsonNode document = any(originals).deepCopy();
        int changes = 1 + random.nextInt(MAX_CHANGES);
        for (int i = 0; i < changes; i++) {
            change(any(containers(document)));
        }
        return document.toString().getBytes(UTF_8);
    }

    private void change(ContainerNode<?> container) {
        switch (container) {
            case ObjectNode object when !object.isEmpty() -> change(object);
            case ArrayNode array when !array.isEmpty() -> change(array);
            default -> {}
        }
    }

    private void change(ObjectNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        String name = any(names);
        switch (random.nextInt(4)) {
            case 0 -> object.remove(name);
            case 1 -> object.set(any(values).asText(), object.remove(name));
            default -> object.set(name, value());
        }
    }

    private void change(ArrayNode array) {
        int place = random.nextInt(array.size());
        switch (random.nextInt(4)) {
            case 0 -> array.remove(place);
            case 1 -> array.insert(place, array.get(random.nextInt(array.size())).deepCopy());
            default -> array.set(place, value());
        }
    }

    private JsonNode value() {
        return random.nextBoolean()
                ? any(values).deepCopy()
                : any(nodes(any(originals))).deepCopy();
    }

    private static List<ContainerNode<?>> containers(JsonNode within) {
        List<ContainerNode<?>> found = new ArrayList<>();
        for (JsonNode node : nodes(within)) {
            if (node instanceof ContainerNode<?> container) {
                found.add(container);
            }
        }
        return found;
    }

    /** A document and all that is in it. */
    private static List<JsonNode> nodes(JsonNode within) {
        List<JsonNode> found = new ArrayList<>(List.of(within));
        within.forEach(child -> found.addAll(nodes(child)));
        return found;
    }

    private <T> T any(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
