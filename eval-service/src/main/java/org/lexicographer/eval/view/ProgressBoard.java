package org.lexicographer.eval.view;

import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.lexicographer.pipeline.message.RunProgress;

/** The last progress of every part of every run. */
public final class ProgressBoard {

    private final NavigableMap<String, RunProgress> parts = new ConcurrentSkipListMap<>();

    /**
     * Takes what was announced.
     *
     * @param key run and part, as in {@code demo/tokenizer}
     * @param progress empty when the part is to be forgotten
     */
    public void put(String key, Optional<RunProgress> progress) {
        progress.ifPresentOrElse(present -> parts.put(key, present), () -> parts.remove(key));
    }

    /** Returns the parts of a run, by name. */
    public List<RunProgress> of(String run) {
        // The slash is followed by the zero in the order of characters.
        return List.copyOf(parts.subMap(run + "/", run + "0").values());
    }
}
