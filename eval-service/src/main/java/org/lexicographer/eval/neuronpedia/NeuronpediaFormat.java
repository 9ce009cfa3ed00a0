package org.lexicographer.eval.neuronpedia;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.lexicographer.pipeline.BrokenRuleException;

/** A layout in which Neuronpedia takes latents in. */
public enum NeuronpediaFormat {
    /** A line for each request: the body of {@code POST /api/feature/upload-batch}. */
    UPLOAD("neuronpedia-upload", "application/x-ndjson", ".jsonl"),
    /** A zip of {@code batch-N.json}, as SAEDashboard's runner leaves them for the importer. */
    BATCH("neuronpedia-batch", "application/zip", ".zip");

    private final String text;
    private final String mediaType;
    private final String ending;

    NeuronpediaFormat(String text, String mediaType, String ending) {
        this.text = text;
        this.mediaType = mediaType;
        this.ending = ending;
    }

    /** Returns the name as written in a query. */
    public String text() {
        return text;
    }

    /** Returns the media type of an export. */
    public String mediaType() {
        return mediaType;
    }

    /** Returns what the name of an export's file ends with. */
    public String ending() {
        return ending;
    }

    /**
     * Reads the name of a format.
     *
     * @throws BrokenRuleException when there is none of that name
     */
    public static NeuronpediaFormat parse(String text) {
        return Arrays.stream(values())
                .filter(format -> format.text.equals(text))
                .findFirst()
                .orElseThrow(() -> new BrokenRuleException("no such format", names(), text));
    }

    private static String names() {
        return Arrays.stream(values())
                .map(NeuronpediaFormat::text)
                .collect(Collectors.joining("|"));
    }
}
