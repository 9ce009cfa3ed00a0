package org.lexicographer.tokenizer.service;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.lexicographer.languagemodel.tokenizer.EncodedPart;
import org.lexicographer.tokenizer.progress.DatasetMeter;

/** The figures of this process for an operator: documents, tokens, and what was rejected. */
public final class TokenizerMetrics implements DatasetMeter {

    private final Counter documents;
    private final Counter tokens;
    private final Counter rejectedLines;
    private final Counter rejectedShards;

    public TokenizerMetrics(MeterRegistry registry) {
        documents = registry.counter("tokenizer.documents");
        tokens = registry.counter("tokenizer.tokens");
        rejectedLines = registry.counter("tokenizer.rejected.lines");
        rejectedShards = registry.counter("tokenizer.rejected.shards");
    }

    @Override
    public void encoded(EncodedPart part) {
        tokens.increment(part.tokens().length);
        if (part.last()) {
            documents.increment();
        }
    }

    @Override
    public void rejectedLine() {
        rejectedLines.increment();
    }

    @Override
    public void rejectedShard() {
        rejectedShards.increment();
    }
}
