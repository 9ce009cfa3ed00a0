package org.lexicographer.pipeline.safetensors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/** The {@code weight_map} of a {@code model.safetensors.index.json}: tensor name to file name. */
final class SafetensorsIndex {

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private SafetensorsIndex() {}

    static SortedMap<String, String> read(Path index) throws IOException {
        long bytes = Files.size(index);
        if (bytes > SafetensorsHeader.MAX_BYTES) {
            throw new SafetensorsException(
                    "index too large: limit=%d, found=%d, file=%s"
                            .formatted(SafetensorsHeader.MAX_BYTES, bytes, index));
        }
        JsonNode map = parse(index).path("weight_map");
        if (!map.isObject()) {
            throw new SafetensorsException(
                    "index has the wrong form: expected=object weight_map, file=" + index);
        }
        SortedMap<String, String> fileNames = new TreeMap<>();
        map.properties().forEach(e -> fileNames.put(e.getKey(), fileName(e.getValue(), index)));
        return fileNames;
    }

    private static JsonNode parse(Path index) throws IOException {
        try {
            return JSON.readTree(Files.readAllBytes(index));
        } catch (JsonProcessingException e) {
            throw new SafetensorsException(
                    "index is not valid JSON: %s, file=%s".formatted(e.getOriginalMessage(), index),
                    e);
        }
    }

    /** Accepts nothing but the name of a file in the folder itself. */
    private static String fileName(JsonNode value, Path index) {
        String name = value.asText();
        boolean plain =
                value.isTextual()
                        && name.endsWith(".safetensors")
                        && name.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || c == 0);
        if (!plain) {
            throw new SafetensorsException(
                    "index names something else than a .safetensors file of its folder: found=%s, file=%s"
                            .formatted(value, index));
        }
        return name;
    }
}
