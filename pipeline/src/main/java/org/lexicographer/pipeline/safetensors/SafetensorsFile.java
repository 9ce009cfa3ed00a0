package org.lexicographer.pipeline.safetensors;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One safetensors file: mapped into memory, or given as bytes. */
public final class SafetensorsFile implements TensorSource {

    private final Optional<Arena> arena;
    private final MemorySegment data;
    private final SafetensorsHeader header;

    private SafetensorsFile(Optional<Arena> arena, MemorySegment file) {
        this.arena = arena;
        long headerLength = headerLength(file);
        MemorySegment rest = file.asSlice(SafetensorsHeader.LENGTH_BYTES);
        this.data = rest.asSlice(headerLength);
        this.header =
                SafetensorsHeader.parse(
                        rest.asSlice(0, headerLength).toArray(ValueLayout.JAVA_BYTE));
        header.checkDataLength(data.byteSize());
    }

    /**
     * Maps a file into memory and checks its header.
     *
     * @throws IOException when the file can't be read
     * @throws SafetensorsException when it is not a well-formed safetensors file
     */
    public static SafetensorsFile open(Path file) throws IOException {
        Arena arena = Arena.ofShared();
        boolean opened = false;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            SafetensorsFile tensors =
                    new SafetensorsFile(
                            Optional.of(arena),
                            channel.map(MapMode.READ_ONLY, 0, channel.size(), arena));
            opened = true;
            return tensors;
        } catch (SafetensorsException e) {
            throw new SafetensorsException(e.getMessage() + ", file=" + file, e);
        } finally {
            if (!opened) {
                arena.close();
            }
        }
    }

    /**
     * Reads a file's bytes, from the buffer's position to its limit, without copying them.
     *
     * @throws SafetensorsException when they are not a well-formed safetensors file
     */
    public static SafetensorsFile read(ByteBuffer bytes) {
        return new SafetensorsFile(Optional.empty(), MemorySegment.ofBuffer(bytes).asReadOnly());
    }

    /**
     * Reads a file's bytes without copying them.
     *
     * @throws SafetensorsException when they are not a well-formed safetensors file
     */
    public static SafetensorsFile read(byte[] bytes) {
        return read(ByteBuffer.wrap(bytes));
    }

    private static long headerLength(MemorySegment file) {
        long length = SafetensorsHeader.length(file);
        if (length > file.byteSize() - SafetensorsHeader.LENGTH_BYTES) {
            throw new SafetensorsException(
                    "header reaches beyond the file: header bytes=%d, file bytes=%d"
                            .formatted(length, file.byteSize()));
        }
        return length;
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(header.entries().keySet());
    }

    @Override
    public TensorEntry entry(String name) {
        return header.entry(name);
    }

    @Override
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(header.metadata());
    }

    @Override
    public ByteBuffer bytes(String name) {
        return values(name).bytes();
    }

    @Override
    public MemorySegment segment(String name) {
        return values(name).segment();
    }

    @Override
    public float[] floats(String name) {
        return values(name).floats();
    }

    @Override
    public long[] longs(String name) {
        return values(name).longs();
    }

    private TensorValues values(String name) {
        TensorEntry entry = entry(name);
        return new TensorValues(entry, data.asSlice(entry.offset(), entry.length()));
    }

    /** Unmaps the file; does nothing for bytes in memory, and nothing the second time. */
    @Override
    public void close() {
        arena.filter(owner -> owner.scope().isAlive()).ifPresent(Arena::close);
    }
}
