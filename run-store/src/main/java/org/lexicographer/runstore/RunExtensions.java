package org.lexicographer.runstore;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.block.TokenBlock;
import org.lexicographer.pipeline.block.TokenBlockFormat;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.RunExtension;

/**
 * How runs go on after they had ended. A run that has ended is extended once, by whoever is first;
 * what {@link StoredRuns#admit} makes of it is the same, however often it is told.
 */
public final class RunExtensions {

    private final ObjectStore objects;

    /** Keeps the records in this store. */
    public RunExtensions(ObjectStore objects) {
        this.objects = requireNonNull(objects, "objects is null");
    }

    /**
     * Records how a run goes on from the steps that it has, unless that is on record.
     *
     * @param before the last token block before the extension's first one, as it was written
     * @return how it goes on: {@code extension}, or another where that was first
     */
    public RunExtension begin(String run, RunExtension extension, byte[] before) {
        objects.put(ObjectKeys.blockBeforeExtension(run, extension.from()), before);
        objects.putIfAbsent(ObjectKeys.runExtension(run, extension.from()), extension.toJson());
        return find(run, extension.from())
                .orElseThrow(() -> new IllegalStateException("extension removed: run=" + run));
    }

    /** Returns how a run of this spec goes on, if it does. */
    public Optional<RunExtension> beginningAt(RunSpec spec) {
        return find(spec.run(), spec.training().steps());
    }

    private Optional<RunExtension> find(String run, int from) {
        try {
            byte[] json = objects.bytes(ObjectKeys.runExtension(run, from));
            return Optional.of(RunExtension.read(json));
        } catch (ObjectNotFoundException e) {
            return Optional.empty();
        }
    }

    /** Returns what a run of this spec had gone on by; empty for one that was not extended. */
    public Optional<RunExtension> leadingTo(RunSpec spec) {
        try (Stream<ObjectStat> stored = objects.list(ObjectKeys.runExtensions(spec.run()))) {
            List<String> keys = stored.map(ObjectStat::key).toList();
            return keys.stream()
                    .map(key -> RunExtension.read(objects.bytes(key)))
                    .filter(extension -> extension.to() == spec.training().steps())
                    .findFirst();
        }
    }

    /** Returns the number of the first token block that is made of a run, 0 in most. */
    public long firstBlock(RunSpec spec) {
        return leadingTo(spec).map(RunExtension::firstBlock).orElse(0L);
    }

    /** Returns the token block before {@link #firstBlock}; empty for a run that starts at 0. */
    public Optional<TokenBlock> blockBefore(RunSpec spec) {
        return leadingTo(spec).map(it -> TokenBlockFormat.decode(bytesBefore(spec, it)));
    }

    /**
     * Returns the token block of a number as it was written, where it is the one before {@link
     * #firstBlock}, which no topic of the run holds.
     */
    public Optional<byte[]> blockBefore(RunSpec spec, long sequence) {
        return leadingTo(spec)
                .filter(it -> it.firstBlock() == sequence + 1)
                .map(it -> bytesBefore(spec, it));
    }

    private byte[] bytesBefore(RunSpec spec, RunExtension extension) {
        return objects.bytes(ObjectKeys.blockBeforeExtension(spec.run(), extension.from()));
    }
}
