package org.lexicographer.tokenizer.progress;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.lexicographer.languagemodel.tokenizer.EncodedPart;

/** What the service has done since its start, for whoever watches it. */
public final class TokenizerMeters {

    private final Counter documents;
    private final Counter tokens;
    private final Counter rejectedLines;
    private final Counter rejectedShards;

    /** Registers the meters. */
    public TokenizerMeters(MeterRegistry registry) {
        documents = registry.counter("tokenizer.documents");
        tokens = registry.counter("tokenizer.tokens");
        rejectedLines = registry.counter("tokenizer.rejected.lines");
        rejectedShards = registry.counter("tokenizer.rejected.shards");
    }

    /** Counts the tokens of a part, and the document that it ends. */
    public void encoded(EncodedPart part) {
        tokens.increment(part.tokens().length);
        if (part.last()) {
            documents.increment();
        }
    }

    /** Counts a line that was set aside. */
    public void rejectedLine() {
        rejectedLines.increment();
    }

    /** Counts a shard that was set aside, or the rest of one. */
    public void rejectedShard() {
        rejectedShards.increment();
    }
}
