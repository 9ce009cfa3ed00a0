package org.lexicographer.trainer.checkpoint;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.trainer.checkpoint.Checkpoint.StoredObject;

/**
 * Puts what is large into the object store, by way of a file rather than through memory, and gets
 * it back unchanged or not.
 */
public final class StoredContent {

    private final ObjectStore objects;
    private final Path workFolder;

    /**
     * Creates a way into the store.
     *
     * @param workFolder where content is prepared before it is uploaded
     */
    public StoredContent(ObjectStore objects, Path workFolder) {
        this.objects = objects;
        this.workFolder = workFolder;
    }

    StoredObject upload(String key, InputStream content) {
        return upload(key, content::transferTo);
    }

    /** Stores tensors under a key, however many bytes they are. */
    public StoredObject upload(String key, SafetensorsWriter content) {
        return upload(key, content::writeTo);
    }

    /** Writes content to a stream. */
    @FunctionalInterface
    private interface Source {

        void writeTo(OutputStream out) throws IOException;
    }

    private StoredObject upload(String key, Source content) {
        MessageDigest digest = sha256();
        try (WorkFile file = WorkFile.in(workFolder)) {
            try (OutputStream written = Files.newOutputStream(file.path());
                    OutputStream digested = new DigestOutputStream(written, digest);
                    OutputStream out = new BufferedOutputStream(digested)) {
                content.writeTo(out);
            }
            ObjectStat stat = objects.put(key, file.path());
            return new StoredObject(key, stat.size(), HexFormat.of().formatHex(digest.digest()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Fetches an object; the caller closes the file.
     *
     * @throws DamagedCheckpointException when the content is another than was stored
     * @throws org.lexicographer.objectstore.ObjectNotFoundException when there is none
     */
    WorkFile download(StoredObject object) {
        WorkFile file = WorkFile.in(workFolder);
        try {
            download(object, file.path());
            return file;
        } catch (IOException e) {
            file.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private void download(StoredObject object, Path file) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = new DigestInputStream(objects.get(object.key()), digest);
                OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            in.transferTo(out);
        }
        String found = HexFormat.of().formatHex(digest.digest());
        if (!found.equals(object.sha256())) {
            throw new DamagedCheckpointException(
                    "checksum mismatch: expected=%s, found=%s, key=%s"
                            .formatted(object.sha256(), found, object.key()));
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
