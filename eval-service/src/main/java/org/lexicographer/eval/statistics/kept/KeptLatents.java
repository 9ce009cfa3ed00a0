package org.lexicographer.eval.statistics.kept;

import static java.util.Objects.requireNonNull;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.lexicographer.eval.exchange.NotWritableException;
import org.lexicographer.eval.exchange.TemporaryFolder;
import org.lexicographer.eval.latent.ContextLatents;
import org.lexicographer.objectstore.RetryableObjectStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What latents did in the shards that this replica has run, in files, whether it evaluated or
 * counted: so that nothing which comes later needs the language model for them. What there is no
 * room for is not kept, and computed again. Threads may share it.
 */
public final class KeptLatents implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KeptLatents.class);

    private static final int BUFFER_BYTES = 1 << 16;

    private final long mostBytes;
    private final Map<Key, Kept> whole = new LinkedHashMap<>();
    private Optional<TemporaryFolder> folder = Optional.empty();
    private long bytes;
    private long files;

    /**
     * Begins with none.
     *
     * @param mostBytes how much the files may be together
     */
    public KeptLatents(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /**
     * A dictionary on a shard of a text.
     *
     * @param run the dictionary's run
     * @param prefix where the dictionary is stored
     * @param shard a text that is the same only where all is the same that latents depend on beside
     *     the dictionary
     */
    public record Key(String run, String prefix, String shard) {

        public Key {
            requireNonNull(run, "run is null");
            requireNonNull(prefix, "prefix is null");
            requireNonNull(shard, "shard is null");
        }
    }

    private record Kept(Path file, long bytes) {}

    /** Tells whether a shard was kept. */
    public synchronized boolean has(Key key) {
        return whole.containsKey(key);
    }

    /** Begins a shard; it is kept when all of it was added and there was room for it. */
    public Keeping keep(Key key) {
        return new Keeping(key);
    }

    /** Returns where the dictionaries are stored of which something is kept. */
    public synchronized Set<String> prefixes() {
        return whole.keySet().stream().map(Key::prefix).collect(Collectors.toSet());
    }

    /** Drops what was kept of some dictionaries. */
    public void forget(Set<String> prefixes) {
        dropFirst(key -> prefixes.contains(key.prefix()), Long.MAX_VALUE);
    }

    /** Drops, of those that may go, the ones that were kept first, until so many bytes are free. */
    private synchronized void dropFirst(Predicate<Key> mayGo, long wanted) {
        Iterator<Map.Entry<Key, Kept>> each = whole.entrySet().iterator();
        while (each.hasNext() && mostBytes - bytes < wanted) {
            Map.Entry<Key, Kept> entry = each.next();
            if (mayGo.test(entry.getKey())) {
                each.remove();
                drop(entry.getValue());
            }
        }
    }

    private synchronized void drop(Kept kept) {
        bytes -= kept.bytes();
        try {
            Files.deleteIfExists(kept.file());
        } catch (IOException e) {
            LOG.warn("kept shard not removed: file={}", kept.file(), e);
        }
    }

    /** Takes room; what was kept of other runs makes way for it. */
    private synchronized boolean take(Key key, long more) {
        dropFirst(other -> !other.run().equals(key.run()), more);
        if (mostBytes - bytes < more) {
            return false;
        }
        bytes += more;
        return true;
    }

    /** There is room again where no file was made. */
    private synchronized void giveBack(long unused) {
        bytes -= unused;
    }

    private synchronized Path newFile() {
        if (folder.isEmpty()) {
            folder = Optional.of(TemporaryFolder.create());
        }
        return folder.get().path().resolve("latents-" + files++);
    }

    private synchronized void add(Key key, Kept kept) {
        Kept earlier = whole.put(key, kept);
        if (earlier != null) {
            drop(earlier);
        }
    }

    /** One shard while it is run. For use by one thread at a time. */
    public final class Keeping implements AutoCloseable {

        private final Key key;
        private Optional<Path> file = Optional.empty();
        private Optional<DataOutputStream> out = Optional.empty();
        private ByteBuffer buffer = ByteBuffer.allocate(0);
        private long taken;
        private boolean sound = true;
        private boolean complete;

        private Keeping(Key key) {
            this.key = key;
        }

        /** Adds the next context. */
        public void add(ContextLatents context) {
            long more = (long) Integer.BYTES + context.bytes();
            sound = sound && take(key, more);
            if (!sound) {
                return;
            }
            taken += more;
            try {
                write(context);
            } catch (IOException | NotWritableException e) {
                lost(e);
            }
        }

        private void write(ContextLatents context) throws IOException {
            if (out.isEmpty()) {
                file = Optional.of(newFile());
                out =
                        Optional.of(
                                new DataOutputStream(
                                        new BufferedOutputStream(
                                                Files.newOutputStream(file.get()), BUFFER_BYTES)));
            }
            buffer = withRoomFor(buffer, context.bytes());
            context.write(buffer.clear());
            out.get().writeInt(buffer.position());
            out.get().write(buffer.array(), 0, buffer.position());
        }

        /** It is no more than a copy of what can be computed again. */
        private void lost(Exception e) {
            LOG.warn("shard not kept: dictionary={}", key.prefix(), e);
            sound = false;
        }

        /** Says that all of the shard was added. */
        public void complete() {
            complete = true;
        }

        @Override
        public void close() {
            try {
                if (out.isPresent()) {
                    out.get().close();
                }
            } catch (IOException e) {
                lost(e);
            }
            file.map(path -> new Kept(path, taken))
                    .ifPresentOrElse(this::end, () -> giveBack(taken));
            file = Optional.empty();
            taken = 0;
        }

        private void end(Kept kept) {
            if (sound && complete) {
                KeptLatents.this.add(key, kept);
            } else {
                drop(kept);
            }
        }
    }

    private static ByteBuffer withRoomFor(ByteBuffer buffer, int bytes) {
        return buffer.capacity() < bytes ? ByteBuffer.allocate(bytes) : buffer;
    }

    /**
     * Shows the contexts of a shard, which was kept, as they were run.
     *
     * @param latents is used for one context after the other
     * @throws RetryableObjectStoreException when the file cannot be read; it is not kept any more
     */
    public void replay(
            Key key, int contexts, ContextLatents latents, Consumer<ContextLatents> sink) {
        try (DataInputStream in = open(key)) {
            ByteBuffer buffer = ByteBuffer.allocate(0);
            for (int context = 0; context < contexts; context++) {
                int length = in.readInt();
                buffer = withRoomFor(buffer, length);
                in.readFully(buffer.array(), 0, length);
                latents.read(buffer.clear());
                sink.accept(latents);
            }
        } catch (IOException e) {
            dropFirst(key::equals, Long.MAX_VALUE);
            throw new RetryableObjectStoreException(
                    "kept shard not read: reason=%s, dictionary=%s".formatted(e, key.prefix()), e);
        }
    }

    private synchronized DataInputStream open(Key key) throws IOException {
        Kept kept = whole.get(key);
        if (kept == null) {
            throw new IOException("made way for another");
        }
        return new DataInputStream(
                new BufferedInputStream(Files.newInputStream(kept.file()), BUFFER_BYTES));
    }

    /** Removes all files. */
    @Override
    public synchronized void close() {
        whole.clear();
        folder.ifPresent(TemporaryFolder::close);
        folder = Optional.empty();
    }
}
