package org.lexicographer.trainer.checkpoint;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.UploadSource;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.trainer.checkpoint.Checkpoint.StoredObject;

/**
 * Puts what is large into the object store, part by part as it is read, and gets it back by way of
 * a file, unchanged or not at all.
 */
public final class StoredContent {

    private final ObjectStore objects;
    private final Path workFolder;

    /**
     * Creates a way into the store.
     *
     * @param workFolder where content lies while it is read
     */
    public StoredContent(ObjectStore objects, Path workFolder) {
        this.objects = objects;
        this.workFolder = workFolder;
    }

    /** Stores tensors under a key, however many bytes they are. */
    public StoredObject upload(String key, SafetensorsWriter content) {
        return upload(key, new Tensors(content));
    }

    /** Stores content under a key, however many bytes it has. */
    StoredObject upload(String key, UploadSource content) {
        Digested digested = new Digested(content);
        ObjectStat stat = objects.put(key, digested);
        return new StoredObject(key, stat.size(), digested.sha256());
    }

    /** A safetensors file that is nowhere a file. */
    private record Tensors(SafetensorsWriter file) implements UploadSource {

        @Override
        public long size() {
            return file.size();
        }

        @Override
        public InputStream open() {
            return file.open();
        }
    }

    /**
     * What is digested while it is read. Each opening has a digest of its own: an upload that was
     * given up may still be reading when it is repeated.
     */
    private static final class Digested implements UploadSource {

        private final UploadSource content;
        private MessageDigest newest = StoredContent.sha256();

        Digested(UploadSource content) {
            this.content = content;
        }

        @Override
        public long size() throws IOException {
            return content.size();
        }

        @Override
        public InputStream open() throws IOException {
            newest = StoredContent.sha256();
            return new DigestInputStream(content.open(), newest);
        }

        /** Returns the digest, in hexadecimal, of what was read since the last opening. */
        String sha256() {
            return HexFormat.of().formatHex(newest.digest());
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
