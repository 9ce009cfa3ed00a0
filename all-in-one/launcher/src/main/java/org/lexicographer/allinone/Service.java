package org.lexicographer.allinone;

import java.nio.file.Path;
import java.util.List;

/** The four services, with what they are given on one machine. */
enum Service {
    /** Dataset shards in, token blocks out. */
    TOKENIZER("tokenizer-service", 8081, "512m", 1),
    /** Token blocks in, activation blocks out. */
    ACTIVATION("activation-service", 8082, "768m", 2),
    /** Activation blocks in, dictionaries out. */
    TRAINER("trainer-service", 8083, "3g", 1),
    /** Dictionaries in, evaluations out. */
    EVALUATION("eval-service", 8084, "768m", 1);

    private final String folder;
    private final int usualPort;
    private final String heap;
    private final int mathThreads;

    Service(String folder, int usualPort, String heap, int mathThreads) {
        this.folder = folder;
        this.usualPort = usualPort;
        this.heap = heap;
        this.mathThreads = mathThreads;
    }

    /** Returns the service's name, which is also its folder's. */
    String folder() {
        return folder;
    }

    /** Returns the port that the service listens on where nobody says otherwise. */
    int usualPort() {
        return usualPort;
    }

    /** Returns how many threads one matrix product of the service is spread over. */
    int mathThreads() {
        return Math.min(mathThreads, Runtime.getRuntime().availableProcessors());
    }

    /** Returns the application as it ships, in a checkout that has been built. */
    Path application(Path home) {
        return home.resolve(folder).resolve("target/quarkus-app/quarkus-run.jar");
    }

    /** Returns the options of the service's JVM. */
    List<String> jvmOptions() {
        return List.of(
                "-Xmx" + heap,
                "-Xss512k",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-Xshare:auto",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow");
    }
}
