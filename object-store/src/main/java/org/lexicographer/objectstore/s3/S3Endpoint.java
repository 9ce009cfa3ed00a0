package org.lexicographer.objectstore.s3;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where an S3 store listens, and how to talk to it.
 *
 * @param url scheme, host and port, such as {@code http://127.0.0.1:9000}
 * @param region the region that requests are signed for
 * @param credentials who asks
 * @param encryption how what is written is to be encrypted
 * @param certificates a file of certificates in PEM that are trusted beside those of the JVM
 * @param connectTimeout how long opening a connection may take
 * @param answerTimeout how long the store may be silent while an answer is awaited; joining the
 *     parts of a large object is such a silence
 */
public record S3Endpoint(
        String url,
        String region,
        S3Credentials credentials,
        S3Encryption encryption,
        Optional<Path> certificates,
        Duration connectTimeout,
        Duration answerTimeout) {

    /** The region that MinIO and most other stores but Amazon's use. */
    public static final String DEFAULT_REGION = "us-east-1";

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration PROMPT_CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration PROMPT_ANSWER_TIMEOUT = Duration.ofSeconds(10);

    public S3Endpoint {
        requireNonNull(url, "url is null");
        requireNonNull(region, "region is null");
        requireNonNull(credentials, "credentials is null");
        requireNonNull(encryption, "encryption is null");
        requireNonNull(certificates, "certificates is null");
        requireNonNull(connectTimeout, "connectTimeout is null");
        requireNonNull(answerTimeout, "answerTimeout is null");
    }

    /** Returns an endpoint with the usual region and timeouts, and keys that stay. */
    public static S3Endpoint of(String url, String accessKey, String secretKey) {
        return of(
                url,
                DEFAULT_REGION,
                new S3Credentials.Keys(accessKey, secretKey, Optional.empty()));
    }

    /** Returns an endpoint with the usual timeouts, whose buckets say how they encrypt. */
    public static S3Endpoint of(String url, String region, S3Credentials credentials) {
        return new S3Endpoint(
                url,
                region,
                credentials,
                new S3Encryption.OfTheBucket(),
                Optional.empty(),
                CONNECT_TIMEOUT,
                ANSWER_TIMEOUT);
    }

    /** Returns the same endpoint for writing with another encryption. */
    public S3Endpoint encrypting(S3Encryption wanted) {
        return new S3Endpoint(
                url, region, credentials, wanted, certificates, connectTimeout, answerTimeout);
    }

    /** Returns the same endpoint, whose certificate an authority of this file may have signed. */
    public S3Endpoint trusting(Path authorities) {
        return new S3Endpoint(
                url,
                region,
                credentials,
                encryption,
                Optional.of(authorities),
                connectTimeout,
                answerTimeout);
    }

    /** Returns the same endpoint for those who would rather know soon that it is out of reach. */
    public S3Endpoint prompt() {
        return new S3Endpoint(
                url,
                region,
                credentials,
                encryption,
                certificates,
                PROMPT_CONNECT_TIMEOUT,
                PROMPT_ANSWER_TIMEOUT);
    }

    /** Names everything but secrets. */
    @Override
    public String toString() {
        return "S3Endpoint[url=%s, region=%s, credentials=%s]".formatted(url, region, credentials);
    }
}
