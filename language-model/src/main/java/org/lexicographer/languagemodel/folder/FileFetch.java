package org.lexicographer.languagemodel.folder;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.RetryableObjectStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fetches one object into a file and checks that all of it has come. */
final class FileFetch {

    private static final Logger LOG = LoggerFactory.getLogger(FileFetch.class);
    private static final int BUFFER_BYTES = 1 << 20;

    /** What is uploaded in one piece is tagged with its MD5; stores that encrypt tag otherwise. */
    private static final Pattern MD5 = Pattern.compile("[0-9a-fA-F]{32}");

    private FileFetch() {}

    /**
     * Fetches an object.
     *
     * @throws RetryableObjectStoreException when it does not come as it was listed
     * @throws IOException when the file can't be written
     */
    static void fetch(ObjectStore bucket, ObjectStat object, Path target) throws IOException {
        String digest = copy(bucket, object, target);
        if (!MD5.matcher(object.etag()).matches() || digest.equalsIgnoreCase(object.etag())) {
            return;
        }
        // Either something was damaged on its way, or the tag is no MD5: damage does not repeat.
        if (!copy(bucket, object, target).equals(digest)) {
            throw new RetryableObjectStoreException(
                    "object damaged on its way: expected etag=%s, found=%s, key=%s"
                            .formatted(object.etag(), digest, object.key()),
                    null);
        }
        LOG.debug("entity tag is no MD5: key={}, etag={}", object.key(), object.etag());
    }

    private static String copy(ObjectStore bucket, ObjectStat object, Path target)
            throws IOException {
        MessageDigest md5 = md5();
        long size = 0;
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream content = bucket.get(object.key());
                OutputStream file = Files.newOutputStream(target)) {
            for (int n = read(content, buffer, object); n >= 0; n = read(content, buffer, object)) {
                file.write(buffer, 0, n);
                md5.update(buffer, 0, n);
                size += n;
            }
        }
        if (size != object.size()) {
            throw new RetryableObjectStoreException(
                    "object not read as it was listed: expected bytes=%d, found=%d, key=%s"
                            .formatted(object.size(), size, object.key()),
                    null);
        }
        return HexFormat.of().formatHex(md5.digest());
    }

    /** A stream that breaks is the store's trouble, a file that can't be written this machine's. */
    private static int read(InputStream content, byte[] buffer, ObjectStat object) {
        try {
            return content.read(buffer);
        } catch (IOException e) {
            throw new RetryableObjectStoreException(
                    "object not read to its end: key=%s, reason=%s".formatted(object.key(), e), e);
        }
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has MD5", e);
        }
    }
}
