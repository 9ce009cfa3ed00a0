package org.lexicographer.languagemodel.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;
import org.lexicographer.pipeline.Json;

/**
 * Documents that are JSON, with values that were taken out, exchanged for others of the originals
 * or for values of a list; which ones depends on the seed alone.
 */
final class JsonMutations implements Supplier<byte[]> {

    private static final int MAX_CHANGES = 3;

    private final SplittableRandom random;
    private final List<JsonNode> originals;
    private final List<JsonNode> values;

    JsonMutations(long seed, List<byte[]> originals, List<byte[]> values) {
        this.random = new SplittableRandom(seed);
        this.originals = originals.stream().map(Json::tree).toList();
        this.values = values.stream().map(Json::tree).toList();
    }

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
                : any(any(originals).findParents("type")).deepCopy();
    }

    private static List<ContainerNode<?>> containers(JsonNode within) {
        List<ContainerNode<?>> found = new ArrayList<>();
        if (within instanceof ContainerNode<?> container) {
            found.add(container);
            StreamSupport.stream(container.spliterator(), false)
                    .forEach(child -> found.addAll(containers(child)));
        }
        return found;
    }

    private <T> T any(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
