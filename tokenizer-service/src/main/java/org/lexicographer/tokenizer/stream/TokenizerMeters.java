package org.lexicographer.tokenizer.stream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

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

    void encoded(EncodedPart part) {
        tokens.increment(part.tokens().length);
        if (part.last()) {
            documents.increment();
        }
    }

    void rejectedLine() {
        rejectedLines.increment();
    }

    void rejectedShard() {
        rejectedShards.increment();
    }
}
