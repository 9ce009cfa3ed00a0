package org.lexicographer.eval.nearest;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.eval.latent.column.ColumnsReader;
import org.lexicographer.eval.latent.column.ColumnsWriter;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;

/**
 * The nearest latents of a pair of dictionaries, in both directions.
 *
 * @param pair the dictionaries
 * @param tables what was found by each measure; by none when they cannot be compared
 * @param failure why they cannot
 */
public record NearestLatents(
        DictionaryPair pair, Map<NearestDefinition, Both> tables, Optional<String> failure) {

    static final String FAILURE = "failure";

    public NearestLatents {
        requireNonNull(pair, "pair is null");
        requireNonNull(failure, "failure is null");
        tables = Map.copyOf(tables);
    }

    /**
     * Both directions of a measure.
     *
     * @param first the nearest to latents of the first dictionary
     * @param second the nearest to latents of the second one
     */
    record Both(NearestTable first, NearestTable second) {}

    static NearestLatents failed(DictionaryPair pair, String reason) {
        return new NearestLatents(pair, Map.of(), Optional.of(reason));
    }

    /**
     * Returns the nearest to latents of a dictionary of the pair, if they were compared by that.
     */
    public Optional<NearestTable> of(DictionaryId dictionary, NearestDefinition measure) {
        return Optional.ofNullable(tables.get(measure))
                .map(
                        both ->
                                pair.first().dictionary().equals(dictionary)
                                        ? both.first
                                        : both.second);
    }

    /** What the names begin with of the columns of one direction. */
    static String columns(NearestDefinition measure, boolean ofFirst) {
        return measure.id() + (ofFirst ? ".first." : ".second.");
    }

    /** Writes a file of columns; its header names the definitions and their versions. */
    byte[] toBytes() {
        SafetensorsWriter file = new SafetensorsWriter();
        failure.ifPresent(reason -> file.metadata(FAILURE, reason));
        file.metadata("first", pair.first().prefix());
        file.metadata("second", pair.second().prefix());
        tables.forEach(
                (measure, both) -> {
                    file.metadata(measure.id(), String.valueOf(measure.version()));
                    both.first.write(new ColumnsWriter(file, columns(measure, true)));
                    both.second.write(new ColumnsWriter(file, columns(measure, false)));
                });
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            file.writeTo(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static NearestLatents read(DictionaryPair pair, byte[] bytes) {
        try (SafetensorsFile file = SafetensorsFile.read(bytes)) {
            Map<NearestDefinition, Both> tables = new EnumMap<>(NearestDefinition.class);
            for (NearestDefinition measure : NearestDefinition.values()) {
                if (file.metadata().containsKey(measure.id())) {
                    tables.put(
                            measure,
                            new Both(
                                    table(file, columns(measure, true)),
                                    table(file, columns(measure, false))));
                }
            }
            return new NearestLatents(
                    pair, tables, Optional.ofNullable(file.metadata().get(FAILURE)));
        }
    }

    private static NearestTable table(SafetensorsFile file, String prefix) {
        return NearestTable.read(new ColumnsReader(file, prefix));
    }
}
