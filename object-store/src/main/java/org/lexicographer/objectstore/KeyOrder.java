package org.lexicographer.objectstore;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;

/** The order in which S3 lists keys: by the unsigned bytes of their UTF-8 form. */
public final class KeyOrder {

    /** Compares keys by their UTF-8 bytes, as stores do. */
    public static final Comparator<String> COMPARATOR =
            (one, other) -> Arrays.compareUnsigned(utf8(one), utf8(other));

    private KeyOrder() {}

    private static byte[] utf8(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }
}
