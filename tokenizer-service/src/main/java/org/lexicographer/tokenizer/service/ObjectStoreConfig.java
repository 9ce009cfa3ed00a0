package org.lexicographer.tokenizer.service;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Where the object store is. */
@ConfigMapping(prefix = "object-store")
public interface ObjectStoreConfig {

    /** The address of the S3 server. */
    @WithDefault("http://localhost:9000")
    String endpoint();

    /** The access key. */
    String accessKey();

    /** The secret key. */
    String secretKey();

    /** The bucket that holds runs, models and dictionaries. */
    @WithDefault("lexicographer")
    String bucket();

    /** The region that requests are signed for. */
    @WithDefault("us-east-1")
    String region();
}
