package org.lexicographer.objectstore.s3;

import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * The contract on a server of your own, such as MinIO: set {@code LEXICOGRAPHER_TEST_S3_ENDPOINT},
 * {@code LEXICOGRAPHER_TEST_S3_ACCESS_KEY} and {@code LEXICOGRAPHER_TEST_S3_SECRET_KEY}. The test
 * leaves buckets named {@code test-...} behind.
 */
@EnabledIfEnvironmentVariable(named = RealS3ObjectStoreTest.ENDPOINT, matches = "http.*")
class RealS3ObjectStoreTest extends S3ObjectStoreContract {

    static final String ENDPOINT = "LEXICOGRAPHER_TEST_S3_ENDPOINT";

    @Override
    S3Endpoint endpoint() {
        return S3Endpoint.of(
                System.getenv(ENDPOINT),
                System.getenv("LEXICOGRAPHER_TEST_S3_ACCESS_KEY"),
                System.getenv("LEXICOGRAPHER_TEST_S3_SECRET_KEY"));
    }
}
