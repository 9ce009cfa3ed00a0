package org.lexicographer.pipeline.message;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.lexicographer.pipeline.Checks;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;

/**
 * How far one part of a run has come.
 *
 * @param run the run
 * @param part which part: {@code run}, {@code tokenizer}, {@code activation/REPLICA}, {@code
 *     trainer/SITE} or {@code evaluation/DICTIONARY}
 * @param state what the part is doing
 * @param figures the part's figures by name, such as {@code tokens}, {@code tokensPerSecond},
 *     {@code step}, {@code steps}, {@code loss/RECIPE}, {@code l0/RECIPE}
 * @param message what a person should know, such as why the part failed or what it waits for
 */
public record RunProgress(
        String run, String part, State state, Map<String, Double> figures, Optional<String> message)
        implements PipelineMessage {

    /** The part that speaks for the run as a whole. */
    public static final String RUN = "run";

    /** The tokenizer's part. */
    public static final String TOKENIZER = "tokenizer";

    /** The figure of a part that failed for a block: the number of the block it cannot use. */
    public static final String LOST_BLOCK = "lostBlock";

    /** What a part is doing. */
    public enum State {
        /** It waits for input or for others. */
        WAITING,
        /** It works. */
        RUNNING,
        /** It has done all its work. */
        ENDED,
        /** It gave up; the message says why. */
        FAILED,
        /** A user stopped it. */
        CANCELLED
    }

    /** Checks that nothing is absent. */
    public RunProgress {
        new Checks()
                .present("run", run)
                .present("part", part)
                .present("state", state)
                .present("figures", figures)
                .present("message", message)
                .end();
        figures = Collections.unmodifiableMap(new TreeMap<>(figures));
    }

    /**
     * Reads a message.
     *
     * @throws InvalidFieldsException naming every wrong field
     */
    public static RunProgress read(byte[] json) {
        return Json.read(json, RunProgress.class);
    }

    @Override
    public String key() {
        return run + "/" + part;
    }
}
