package org.lexicographer.eval.statistics;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.lexicographer.eval.latent.ContextLatents;
import org.lexicographer.objectstore.RetryableObjectStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What latents did in the shards that this replica has counted, in files, so that pass B of them
 * needs neither language model nor dictionaries. What there is no room for is not kept, and
 * computed again. For use by one thread, but for {@link #replay}.
 */
final class KeptShards {

    private static final Logger LOG = LoggerFactory.getLogger(KeptShards.class);

    private static final int BUFFER_BYTES = 1 << 16;

    private final Path folder;
    private final long mostBytes;
    private final Set<Integer> whole = new HashSet<>();
    private long bytes;

    /**
     * Begins with none.
     *
     * @param folder where the files are
     * @param mostBytes how much they may be together
     */
    KeptShards(Path folder, long mostBytes) {
        this.folder = folder;
        this.mostBytes = mostBytes;
    }

    private Path file(int shard, int dictionary) {
        return folder.resolve("latents-%d-%d".formatted(shard, dictionary));
    }

    /** Tells whether a shard was kept. */
    boolean has(int shard) {
        return whole.contains(shard);
    }

    /** Begins a shard; it is kept when all of it was added and there was room for it. */
    Keeping keep(int shard) {
        return new Keeping(shard);
    }

    /** One shard while it is counted. */
    final class Keeping implements AutoCloseable {

        private final int shard;
        private final Map<Integer, DataOutputStream> files = new HashMap<>();
        private boolean room = bytes < mostBytes;
        private boolean complete;

        private Keeping(int shard) {
            this.shard = shard;
        }

        /** Adds the next context of a dictionary. */
        void add(int dictionary, ContextLatents context) {
            if (!room) {
                return;
            }
            try {
                DataOutputStream out = files.get(dictionary);
                if (out == null) {
                    out = open(dictionary);
                    files.put(dictionary, out);
                }
                long before = out.size();
                context.write(out);
                bytes += out.size() - before;
                room = bytes < mostBytes;
            } catch (IOException e) {
                // It is no more than a copy of what can be computed again.
                LOG.warn("shard not kept: shard={}, folder={}", shard, folder, e);
                room = false;
            }
        }

        private DataOutputStream open(int dictionary) throws IOException {
            return new DataOutputStream(
                    new BufferedOutputStream(
                            Files.newOutputStream(file(shard, dictionary)), BUFFER_BYTES));
        }

        /** Says that all of the shard was added. */
        void complete() {
            complete = true;
        }

        @Override
        public void close() {
            for (DataOutputStream out : files.values()) {
                try {
                    out.close();
                } catch (IOException e) {
                    LOG.warn("shard not kept: shard={}, folder={}", shard, folder, e);
                    room = false;
                }
            }
            if (room && complete) {
                whole.add(shard);
            }
        }
    }

    /**
     * Shows the contexts of a shard, which was kept, as they were counted.
     *
     * @param latents is used for one context after the other
     * @throws RetryableObjectStoreException when the file cannot be read
     */
    void replay(
            int shard,
            int dictionary,
            int contexts,
            ContextLatents latents,
            Consumer<ContextLatents> sink) {
        try (DataInputStream in =
                new DataInputStream(
                        new BufferedInputStream(
                                Files.newInputStream(file(shard, dictionary)), BUFFER_BYTES))) {
            for (int context = 0; context < contexts; context++) {
                latents.read(in);
                sink.accept(latents);
            }
        } catch (IOException e) {
            throw new RetryableObjectStoreException(
                    "kept shard not read: reason=%s, file=%s".formatted(e, file(shard, dictionary)),
                    e);
        }
    }
}
