package org.lexicographer.allinone.deployment;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Properties;
import org.lexicographer.allinone.demo.Demo;

/** How long a service takes to leave at most, by its settings. */
final class TimeToLeave {

    /** Says how long jobs may take. */
    static final String JOBS = "LEAVING_JOBS";

    /** The default of {@code leaving.jobs}. */
    static final String USUAL_JOBS = "14s";

    private static final Path COMMON_DEFAULTS =
            Path.of(System.getProperty(Demo.HOME))
                    .resolve(
                            "service-runtime/src/main/resources/META-INF"
                                    + "/microprofile-config.properties");
    private static final String CLOSE_TIMEOUT =
            "mp.messaging.connector.smallrye-kafka.close-timeout";
    private static final int CHANNELS = 8;

    private TimeToLeave() {}

    /** What jobs may take, what HTTP may take, and a second for each of up to eight channels. */
    static Duration of(String jobs) throws IOException {
        Properties common = new Properties();
        try (Reader reader = Files.newBufferedReader(COMMON_DEFAULTS)) {
            common.load(reader);
        }
        return duration(jobs)
                .plus(duration(common.getProperty("quarkus.shutdown.timeout")))
                .plus(
                        Duration.ofMillis(
                                CHANNELS * Long.parseLong(common.getProperty(CLOSE_TIMEOUT))));
    }

    /** A time as settings and docker compose write it. */
    static Duration duration(String text) {
        return Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
    }
}
