package org.lexicographer.eval.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.ObjectUri;
import org.lexicographer.objectstore.RefusedObjectStoreException;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.InvalidFieldsException.FieldError;
import org.lexicographer.pipeline.Json;

/** Reads the documents of a text file: a {@code .txt} is one, a {@code .jsonl} has one a line. */
public final class TextFiles {

    private static final String LINES = ".jsonl";
    private static final String PLAIN = ".txt";

    private final ObjectStore store;
    private final boolean localFilesAllowed;
    private final long maxBytes;

    /**
     * Creates the reader.
     *
     * @param localFilesAllowed whether {@code file:} addresses may be read
     * @param maxBytes the size of the largest file that is read
     */
    public TextFiles(ObjectStore store, boolean localFilesAllowed, long maxBytes) {
        this.store = store;
        this.localFilesAllowed = localFilesAllowed;
        this.maxBytes = maxBytes;
    }

    public static String checkUri(String uri) {
        boolean known = uri.endsWith(LINES) || uri.endsWith(PLAIN);
        if (!known || !(uri.startsWith("s3://") || uri.startsWith("file:"))) {
            throw new IllegalArgumentException(
                    "not a text file: expected=s3://bucket/key ending in .txt or .jsonl, found="
                            + uri);
        }
        return uri;
    }

    /**
     * Returns the documents of a file.
     *
     * @param textField the field of a JSON document that holds its text
     * @throws InvalidFieldsException when the file cannot be read, or a line of it
     */
    public List<String> documents(String uri, String textField) {
        String content = text(uri, content(uri));
        return uri.endsWith(PLAIN) ? List.of(content) : lines(uri, content, textField);
    }

    private byte[] content(String uri) {
        try {
            return uri.startsWith("file:") ? local(uri) : stored(ObjectUri.parse(uri));
        } catch (IllegalArgumentException
                | ObjectNotFoundException
                | RefusedObjectStoreException e) {
            throw invalid("not readable: " + e.getMessage());
        }
    }

    private byte[] stored(ObjectUri uri) {
        ObjectStore bucket = store.inBucket(uri.bucket());
        long size =
                bucket.stat(uri.key())
                        .map(ObjectStat::size)
                        .orElseThrow(
                                () -> new ObjectNotFoundException(uri.bucket(), uri.key(), null));
        checkSize(size);
        return bucket.bytes(uri.key());
    }

    private byte[] local(String uri) {
        if (!localFilesAllowed) {
            throw new IllegalArgumentException("local files not allowed, uri=" + uri);
        }
        Path file = Path.of(URI.create(uri));
        try {
            checkSize(Files.size(file));
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("no such file, uri=" + uri, e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void checkSize(long size) {
        if (size > maxBytes) {
            throw new IllegalArgumentException(
                    "file too large: most=%d, found=%d bytes".formatted(maxBytes, size));
        }
    }

    private static String text(String uri, byte[] content) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
        } catch (CharacterCodingException e) {
            throw invalid("not UTF-8, uri=" + uri);
        }
    }

    private static List<String> lines(String uri, String content, String textField) {
        List<String> documents = new ArrayList<>();
        int number = 0;
        for (String line : content.lines().toList()) {
            number++;
            if (!line.isBlank()) {
                documents.add(document(line, textField, "line=%d, uri=%s".formatted(number, uri)));
            }
        }
        return documents;
    }

    private static String document(String line, String textField, String place) {
        JsonNode text;
        try {
            text = Json.tree(line.getBytes(StandardCharsets.UTF_8)).path(textField);
        } catch (InvalidFieldsException e) {
            throw invalid("%s, %s".formatted(e.getMessage(), place));
        }
        if (!text.isTextual()) {
            throw invalid("no text in the document: field=%s, %s".formatted(textField, place));
        }
        return text.textValue();
    }

    private static InvalidFieldsException invalid(String message) {
        return new InvalidFieldsException(List.of(new FieldError("uri", message)));
    }
}
