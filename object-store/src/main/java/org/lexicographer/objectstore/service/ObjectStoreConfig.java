package org.lexicographer.objectstore.service;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;
import org.lexicographer.objectstore.s3.S3Endpoint;
import org.lexicographer.objectstore.s3.S3Settings;

/** Where the object store is. */
@ConfigMapping(prefix = "object-store")
public interface ObjectStoreConfig {

    /** The store's address: scheme, host and port. */
    @WithDefault(S3Settings.DEFAULT_ENDPOINT)
    String endpoint();

    /** The region that requests are signed for. */
    @WithDefault(S3Endpoint.DEFAULT_REGION)
    String region();

    /** Where credentials come from: keys, environment, web-identity or instance. */
    @WithDefault("keys")
    String credentials();

    /** The access key, where credentials are keys. */
    Optional<String> accessKey();

    /** The secret key, where credentials are keys. */
    Optional<String> secretKey();

    /** The token of keys that somebody was lent for a while. */
    Optional<String> sessionToken();

    /** How a token of the process's own is exchanged for keys. */
    WebIdentity webIdentity();

    /** Where the role of the machine or pod is asked for. */
    Instance instance();

    /** A file of certificates in PEM that are trusted beside those of the JVM. */
    Optional<String> certificates();

    /** How what is written is encrypted: as the bucket says, by s3 or by kms. */
    @WithDefault("bucket")
    String encryption();

    /** The id of the key, where encryption is kms. */
    Optional<String> encryptionKey();

    /** How a token of the process's own is exchanged for keys. */
    interface WebIdentity {

        /** The file with the token. */
        Optional<String> tokenFile();

        /** Where it is exchanged; the store itself otherwise. */
        Optional<String> stsEndpoint();

        /** The role to assume. */
        Optional<String> role();

        /** The session's name. */
        Optional<String> sessionName();
    }

    /** Where the role of the machine or pod is asked for. */
    interface Instance {

        /** Another place than the usual ones. */
        Optional<String> metadataEndpoint();
    }

    /** The bucket of runs, models, datasets, dictionaries and evaluations. */
    @WithDefault("lexicographer")
    String bucket();
}
