package org.lexicographer.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * The objects that the services of a version stored: a run {@code ended}, with a dictionary that
 * was imported, and a run {@code at-work}. The file {@code written-by-VERSION.zip} is made by
 * {@code WriteObjects} in the launcher's tests.
 *
 * <ul>
 *   <li>{@link #RELEASE}: the services of commit c015a0d5, which is version 0.2.0.
 *   <li>{@link #LATER}: those of commit e51a65c3, after it, with the kinds of objects that 0.2.0
 *       does not have.
 * </ul>
 */
public final class WrittenObjects {

    /** The version of the release before. */
    public static final String RELEASE = "0.2.0";

    /** The commit of a version after it. */
    public static final String LATER = "e51a65c3";

    private WrittenObjects() {}

    /** Returns the objects of a version, by key. */
    public static Map<String, byte[]> by(String version) {
        String name = "/written-by-" + version + ".zip";
        Map<String, byte[]> objects = new TreeMap<>();
        try (InputStream file = WrittenObjects.class.getResourceAsStream(name);
                ZipInputStream zip = new ZipInputStream(file)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                objects.put(entry.getName(), zip.readAllBytes());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("objects not readable: file=" + name, e);
        }
        return objects;
    }
}
