package org.lexicographer.tokenizer.shard;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Supplier;
import org.lexicographer.languagemodel.tokenizer.EncodedPart;
import org.lexicographer.pipeline.dataset.Document;
import org.lexicographer.pipeline.dataset.DocumentEntry;
import org.lexicographer.pipeline.dataset.Documents;
import org.lexicographer.pipeline.dataset.UnreadableDocumentsException;
import org.lexicographer.pipeline.dataset.UnusableLine;
import org.lexicographer.tokenizer.progress.DatasetMeter;
import org.lexicographer.tokenizer.stream.StopSignal;

/**
 * The reading of one shard: documents in, their tokens out, one part at a time and in the same
 * order. Lines that cannot be used keep their place among the documents: one that comes after the
 * last document that is asked for is neither counted nor reported, however far the encoder has run
 * ahead.
 */
public final class ShardReading implements AutoCloseable {

    /** When so many lines wait for documents before them, those documents are waited for. */
    private static final int MOST_WAITING_LINES = 1000;

    private final long firstDocument;
    private final long firstEncoded;
    private final Supplier<Documents> opener;
    private final OrderedEncoder encoder;
    private final ShardRejections rejections;
    private final DatasetMeter meter;
    private final ShardTally tally;
    private final StopSignal stop;
    private final Deque<UnusableLine> waitingLines = new ArrayDeque<>();
    private Optional<Documents> documents = Optional.empty();
    private boolean hasEnded;
    private Optional<UnreadableDocumentsException> fault = Optional.empty();
    private Optional<EncodedPart> openEnd = Optional.empty();

    /**
     * Creates a reading that opens the shard when it is first asked.
     *
     * @param firstDocument what has a lower number was read before: lines are only counted
     * @param firstEncoded documents with lower numbers are only counted as well
     */
    ShardReading(
            long firstDocument,
            long firstEncoded,
            Supplier<Documents> opener,
            OrderedEncoder encoder,
            ShardRejections rejections,
            DatasetMeter meter,
            ShardTally tally,
            StopSignal stop) {
        this.firstDocument = firstDocument;
        this.firstEncoded = firstEncoded;
        this.opener = opener;
        this.encoder = encoder;
        this.rejections = rejections;
        this.meter = meter;
        this.tally = tally;
        this.stop = stop;
    }

    /**
     * Returns the next part of a document; empty when the shard has none left.
     *
     * @throws StopSignal.StoppedException when the signal was given before it was found: much may
     *     only be counted, and many parts may not fill a context
     */
    public Optional<EncodedPart> next() {
        stop.check();
        while (!hasToTake()) {
            if (hasEnded) {
                return end();
            }
            read();
            stop.check();
        }
        return Optional.of(pass(encoder.take()));
    }

    private boolean hasToTake() {
        boolean isEnough = encoder.isFull() || waitingLines.size() > MOST_WAITING_LINES;
        return (isEnough || hasEnded) && !encoder.isEmpty();
    }

    private void read() {
        try {
            if (documents.isEmpty()) {
                documents = Optional.of(opener.get());
            }
            documents.get().next().ifPresentOrElse(this::take, () -> hasEnded = true);
        } catch (UnreadableDocumentsException e) {
            hasEnded = true;
            fault = Optional.of(e);
        }
    }

    private void take(DocumentEntry entry) {
        switch (entry) {
            case UnusableLine line -> take(line);
            case Document part -> take(part);
        }
    }

    private void take(UnusableLine line) {
        if (line.document() < firstDocument) {
            tally.line(line.line(), line.reason());
            return;
        }
        waitingLines.add(line);
        if (encoder.isEmpty()) {
            rejectLinesBefore(Long.MAX_VALUE);
        }
    }

    private void take(Document part) {
        if (part.document() < firstEncoded) {
            tally.part(part.last());
        } else {
            encoder.submit(part);
        }
    }

    /** A document that breaks off ends where it does. */
    private Optional<EncodedPart> end() {
        if (openEnd.isPresent()) {
            return openEnd.map(this::pass);
        }
        rejectLinesBefore(Long.MAX_VALUE);
        fault.ifPresent(
                broken -> {
                    tally.rest(broken.line(), broken.getMessage());
                    rejections.rest(broken.line(), broken.getMessage());
                });
        return Optional.empty();
    }

    private EncodedPart pass(EncodedPart part) {
        rejectLinesBefore(part.document());
        openEnd = part.last() ? Optional.empty() : Optional.of(part.end());
        tally.part(part.last());
        if (part.document() >= firstDocument) {
            meter.encoded(part);
        }
        return part;
    }

    private void rejectLinesBefore(long document) {
        while (!waitingLines.isEmpty() && waitingLines.element().document() < document) {
            UnusableLine line = waitingLines.remove();
            tally.line(line.line(), line.reason());
            rejections.line(line.line(), line.reason());
        }
    }

    /** Says that nothing more is wanted of the shard. */
    public void finish() {
        rejections.end();
    }

    @Override
    public void close() {
        documents.ifPresent(Documents::close);
        encoder.close();
    }
}
