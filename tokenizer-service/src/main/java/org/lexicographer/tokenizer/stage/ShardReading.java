package org.lexicographer.tokenizer.stage;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Predicate;
import org.lexicographer.languagemodel.tokenizer.EncodedPart;
import org.lexicographer.pipeline.dataset.Document;
import org.lexicographer.pipeline.dataset.DocumentEntry;
import org.lexicographer.pipeline.dataset.Documents;
import org.lexicographer.pipeline.dataset.UnusableLine;

/**
 * The reading of one shard: documents in, their tokens out to a sink, in the same order. Lines that
 * cannot be used keep their place among the documents: one that comes after the last document that
 * is wanted is neither counted nor reported, however far the encoder has run ahead.
 */
final class ShardReading {

    /** When so many lines wait for documents before them, those documents are waited for. */
    private static final int MOST_WAITING_LINES = 1000;

    private final long firstDocument;
    private final long firstEncoded;
    private final OrderedEncoder encoder;
    private final ShardRejections rejections;
    private final ShardTally tally;
    private final Predicate<EncodedPart> sink;
    private final Deque<UnusableLine> waitingLines = new ArrayDeque<>();
    private boolean wanted = true;
    private Optional<EncodedPart> openEnd = Optional.empty();

    /**
     * Starts a reading.
     *
     * @param firstDocument what has a lower number was read before: lines are only counted
     * @param firstEncoded documents with lower numbers are only counted as well
     * @param sink takes the documents in order and tells whether it wants more
     */
    ShardReading(
            long firstDocument,
            long firstEncoded,
            OrderedEncoder encoder,
            ShardRejections rejections,
            ShardTally tally,
            Predicate<EncodedPart> sink) {
        this.firstDocument = firstDocument;
        this.firstEncoded = firstEncoded;
        this.encoder = encoder;
        this.rejections = rejections;
        this.tally = tally;
        this.sink = sink;
    }

    /** Reads until the documents end or the sink wants no more. */
    void read(Documents documents) {
        Optional<DocumentEntry> entry = documents.next();
        while (entry.isPresent() && wanted) {
            switch (entry.get()) {
                case UnusableLine line -> take(line);
                case Document part -> take(part);
            }
            entry = documents.next();
        }
    }

    private void take(UnusableLine line) {
        if (line.document() < firstDocument) {
            tally.line(line.line(), line.reason());
            return;
        }
        waitingLines.add(line);
        if (waitingLines.size() > MOST_WAITING_LINES) {
            drain();
        }
        if (encoder.isEmpty()) {
            rejectLinesBefore(Long.MAX_VALUE);
        }
    }

    private void take(Document part) {
        if (part.document() < firstEncoded) {
            tally.part(part.last());
            return;
        }
        encoder.submit(part);
        while (wanted && encoder.isFull()) {
            pass(encoder.take());
        }
    }

    /** Passes on what is still being encoded; a document that breaks off ends where it does. */
    void end() {
        drain();
        if (wanted && openEnd.isPresent()) {
            pass(openEnd.get());
        }
        rejectLinesBefore(Long.MAX_VALUE);
    }

    /** Rejects the rest of the shard, unless nobody wants it; after {@link #end}. */
    void reject(Optional<Long> line, String reason) {
        if (wanted) {
            tally.rest(line, reason);
            rejections.rest(line, reason);
        }
    }

    private void drain() {
        while (wanted && !encoder.isEmpty()) {
            pass(encoder.take());
        }
    }

    private void pass(EncodedPart part) {
        rejectLinesBefore(part.document());
        openEnd = part.last() ? Optional.empty() : Optional.of(part.end());
        tally.part(part.last());
        wanted = sink.test(part);
    }

    private void rejectLinesBefore(long document) {
        while (wanted && !waitingLines.isEmpty() && waitingLines.element().document() < document) {
            UnusableLine line = waitingLines.remove();
            tally.line(line.line(), line.reason());
            rejections.line(line.line(), line.reason());
        }
    }
}
