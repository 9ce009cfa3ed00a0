package org.lexicographer.tokenizer.stage;

import java.util.Optional;
import java.util.function.Predicate;
import org.lexicographer.languagemodel.tokenizer.EncodedPart;
import org.lexicographer.pipeline.dataset.DocumentEntry;
import org.lexicographer.pipeline.dataset.DocumentPart;
import org.lexicographer.pipeline.dataset.Documents;
import org.lexicographer.pipeline.dataset.UnusableLine;

/** The reading of one shard: documents in, their tokens out to a sink, in the same order. */
final class ShardReading {

    private final long firstDocument;
    private final OrderedEncoder encoder;
    private final ShardRejections rejections;
    private final Predicate<EncodedPart> sink;
    private boolean wanted = true;
    private Optional<Long> openDocument = Optional.empty();

    /**
     * Starts a reading.
     *
     * @param firstDocument documents with lower numbers are passed over
     * @param sink takes the documents in order and tells whether it wants more
     */
    ShardReading(
            long firstDocument,
            OrderedEncoder encoder,
            ShardRejections rejections,
            Predicate<EncodedPart> sink) {
        this.firstDocument = firstDocument;
        this.encoder = encoder;
        this.rejections = rejections;
        this.sink = sink;
    }

    /** Reads until the documents end or the sink wants no more. */
    void read(Documents documents) {
        Optional<DocumentEntry> entry = documents.next();
        while (entry.isPresent() && wanted) {
            if (entry.get().document() >= firstDocument) {
                take(entry.get());
            }
            entry = documents.next();
        }
    }

    private void take(DocumentEntry entry) {
        switch (entry) {
            case UnusableLine line -> rejections.line(line.line(), line.reason());
            case DocumentPart part -> {
                encoder.submit(part);
                while (wanted && encoder.isFull()) {
                    pass(encoder.take());
                }
            }
        }
    }

    /** Passes on what is still being encoded; a document that breaks off ends where it does. */
    void end() {
        while (wanted && !encoder.isEmpty()) {
            pass(encoder.take());
        }
        if (wanted && openDocument.isPresent()) {
            pass(EncodedPart.end(openDocument.get()));
        }
    }

    private void pass(EncodedPart part) {
        openDocument = part.last() ? Optional.empty() : Optional.of(part.document());
        wanted = sink.test(part);
    }
}
