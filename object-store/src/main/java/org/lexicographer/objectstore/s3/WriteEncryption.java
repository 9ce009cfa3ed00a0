package org.lexicographer.objectstore.s3;

import io.minio.Http;
import io.minio.ServerSideEncryption;

/** What a request that begins an object says about its encryption. */
final class WriteEncryption extends ServerSideEncryption {

    private static final String ALGORITHM = "X-Amz-Server-Side-Encryption";
    private static final String KEY = "X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id";

    private final Http.Headers headers;

    private WriteEncryption(Http.Headers headers) {
        this.headers = headers;
    }

    /** Returns what is said, or null, as the S3 client wants, when nothing is. */
    static ServerSideEncryption of(S3Encryption encryption) {
        return switch (encryption) {
            case S3Encryption.OfTheBucket() -> null;
            case S3Encryption.ByTheStore() ->
                    new WriteEncryption(new Http.Headers(ALGORITHM, "AES256"));
            case S3Encryption.ByKey(String key) ->
                    new WriteEncryption(new Http.Headers(ALGORITHM, "aws:kms", KEY, key));
        };
    }

    @Override
    public Http.Headers headers() {
        return headers;
    }

    /** A key's id is no secret; whether a store wants TLS, it says itself. */
    @Override
    public boolean tlsRequired() {
        return false;
    }
}
