package org.lexicographer.trainer.service;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Where the object store is. */
@ConfigMapping(prefix = "object-store")
public interface ObjectStoreConfig {

    /** The store's address. */
    @WithDefault("http://localhost:9000")
    String endpoint();

    /** The store's region. */
    @WithDefault("us-east-1")
    String region();

    /** The access key. */
    String accessKey();

    /** The secret key. */
    String secretKey();

    /** The bucket of runs, models, dictionaries and evaluations. */
    @WithDefault("lexicographer")
    String bucket();
}
