package org.lexicographer.pipeline.source;

import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** The content of a file of this machine. */
public final class FileContent implements SourceContent {

    private final FileChannel file;
    private final long length;

    private FileContent(FileChannel file) throws IOException {
        this.file = file;
        this.length = file.size();
    }

    /** Opens a file. */
    public static FileContent of(Path path) throws IOException {
        return new FileContent(FileChannel.open(path, READ));
    }

    /** Takes a copy of a stream, which is gone when it is closed. */
    static FileContent copyOf(InputStream stream) throws IOException {
        Path copy = Files.createTempFile("lexicographer-", ".tmp");
        FileChannel file = FileChannel.open(copy, READ, WRITE, DELETE_ON_CLOSE);
        try {
            stream.transferTo(Channels.newOutputStream(file));
            return new FileContent(file);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public ByteBuffer read(long offset, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining()) {
            if (file.read(bytes, offset + bytes.position()) < 0) {
                throw new EOFException(
                        "file ends early: expected=%d bytes from %d on, found=%d"
                                .formatted(count, offset, bytes.position()));
            }
        }
        return bytes.flip();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
