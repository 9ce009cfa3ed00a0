package org.lexicographer.objectstore.command;

import java.util.Map;
import org.lexicographer.objectstore.s3.S3Endpoint;
import picocli.CommandLine.Option;

/**
 * The options of a command that works on a bucket. Keys come from {@code OBJECT_STORE_ACCESS_KEY}
 * and {@code OBJECT_STORE_SECRET_KEY}.
 */
public final class StoreOptions {

    @Option(
            names = "--store",
            paramLabel = "URL",
            description = "The object store; http://localhost:9000 otherwise.")
    private String store = "http://localhost:9000";

    @Option(
            names = "--bucket",
            paramLabel = "NAME",
            description = "Its bucket; lexicographer otherwise.")
    private String bucket = "lexicographer";

    /** Returns where the store is. */
    public S3Endpoint endpoint(Map<String, String> environment) {
        return S3Endpoint.of(
                store,
                S3Endpoint.DEFAULT_REGION,
                environment.getOrDefault("OBJECT_STORE_ACCESS_KEY", "lexicographer"),
                environment.getOrDefault("OBJECT_STORE_SECRET_KEY", "lexicographer"));
    }

    /** Returns the bucket's name. */
    public String bucket() {
        return bucket;
    }
}
