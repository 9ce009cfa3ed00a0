package org.lexicographer.objectstore.command;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.lexicographer.objectstore.s3.S3Endpoint;
import org.lexicographer.objectstore.s3.S3Settings;
import picocli.CommandLine.Option;

/**
 * The options of a command that works on a bucket. All else that is to be known of the store comes
 * from the environment, as services take it, such as {@code OBJECT_STORE_ACCESS_KEY}; the keys of
 * the store that all-in-one starts on this machine, which keep nothing secret, are known.
 */
public final class StoreOptions {

    private static final Pattern ON_THIS_MACHINE =
            Pattern.compile("http://(localhost|127\\.0\\.0\\.1)(:\\d+)?/?");
    private static final String KEY_OF_ALL_IN_ONE = "lexicographer";

    @Option(
            names = "--store",
            paramLabel = "URL",
            description = "The object store; http://localhost:9000 otherwise.")
    private String store = S3Settings.DEFAULT_ENDPOINT;

    @Option(
            names = "--bucket",
            paramLabel = "NAME",
            description = "Its bucket; lexicographer otherwise.")
    private String bucket = "lexicographer";

    /**
     * Returns where the store is.
     *
     * @throws IllegalArgumentException naming the setting that is missing or wrong
     */
    public S3Endpoint endpoint(Map<String, String> environment) {
        Map<String, String> known = new HashMap<>(environment);
        if (ON_THIS_MACHINE.matcher(store).matches()) {
            known.putIfAbsent("OBJECT_STORE_ACCESS_KEY", KEY_OF_ALL_IN_ONE);
            known.putIfAbsent("OBJECT_STORE_SECRET_KEY", KEY_OF_ALL_IN_ONE);
        }
        return S3Settings.ofEnvironment(known).at(store).endpoint();
    }

    /** Returns the bucket's name. */
    public String bucket() {
        return bucket;
    }
}
