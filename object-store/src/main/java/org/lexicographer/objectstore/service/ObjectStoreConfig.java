package org.lexicographer.objectstore.service;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import org.lexicographer.objectstore.s3.S3Endpoint;

/** Where the object store is. */
@ConfigMapping(prefix = "object-store")
public interface ObjectStoreConfig {

    /** The store's address: scheme, host and port. */
    @WithDefault("http://localhost:9000")
    String endpoint();

    /** The region that requests are signed for. */
    @WithDefault(S3Endpoint.DEFAULT_REGION)
    String region();

    String accessKey();

    String secretKey();

    /** The bucket of runs, models, datasets, dictionaries and evaluations. */
    @WithDefault("lexicographer")
    String bucket();
}
