package org.lexicographer.testing;

import java.util.stream.Stream;

/** Addresses by which somebody wants to reach what is not theirs, for tests of all services. */
public final class HostileAddresses {

    private HostileAddresses() {}

    /** Returns such addresses of folders: where a model is asked for, each is to be refused. */
    public static Stream<String> folders() {
        return Stream.of(
                "s3://lexicographer/../secret/",
                "s3://lexicographer/a/../../b/",
                "s3://lexicographer//etc/",
                "s3://../a/",
                "s3://user@169.254.169.254/a/",
                "file:/etc/",
                "file:///proc/self/",
                "file:/%2e%2e/etc/",
                "http://169.254.169.254/latest/meta-data/",
                "https://127.0.0.1:9000/a/",
                "hf://127.0.0.1:8080/a",
                "hf://owner/name@main/../../../api",
                "hf://owner/name@..");
    }
}
