package org.lexicographer.eval.nearest;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.lexicographer.eval.latent.companion.CloseLatents;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.safetensors.SafetensorsRanges;

/**
 * What is stored of a pair of dictionaries, of which one latent's share is read at a time.
 *
 * @param pair the dictionaries
 * @param file what {@link NearestLatents#toBytes} has written
 * @param kept how many there are of each latent, by the columns that were asked for
 */
record StoredPair(DictionaryPair pair, SafetensorsRanges file, Map<String, Integer> kept) {

    StoredPair(DictionaryPair pair, SafetensorsRanges file) {
        this(pair, file, new ConcurrentHashMap<>());
    }

    /** Returns why the two could not be compared. */
    Optional<String> failure() {
        return Optional.ofNullable(file.metadata().get(NearestLatents.FAILURE));
    }

    /** Returns the nearest to a latent of a dictionary, if the two were compared by that. */
    Optional<CloseLatents> of(DictionaryId dictionary, NearestDefinition measure, int latent) {
        boolean ofFirst = pair.first().dictionary().equals(dictionary);
        return Optional.of(NearestLatents.columns(measure, ofFirst))
                .filter(_ -> file.metadata().containsKey(measure.id()))
                .map(columns -> NearestTable.read(file, columns, latent, kept(columns)));
    }

    private int kept(String columns) {
        return kept.computeIfAbsent(columns, it -> NearestTable.kept(file, it));
    }
}
