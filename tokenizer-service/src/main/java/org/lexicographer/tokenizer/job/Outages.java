package org.lexicographer.tokenizer.job;

import java.time.Duration;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.BrokerNotAvailableException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownServerException;
import org.lexicographer.languagemodel.folder.ModelOutageException;
import org.lexicographer.objectstore.RetryableObjectStoreException;

/**
 * What passes by itself, and how it is waited for. Everything else comes back the same way each
 * time, and is final.
 *
 * @param firstPause the pause before the second attempt; it doubles from attempt to attempt
 * @param longest how long attempts are repeated that get nothing done
 */
public record Outages(Duration firstPause, Duration longest) {

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);
    private static final int MOST_CAUSES = 20;

    /** Tells whether the store or the brokers are out of reach, or still starting. */
    static boolean isOutage(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .limit(MOST_CAUSES)
                .anyMatch(Outages::passes);
    }

    private static boolean passes(Throwable failure) {
        return switch (failure) {
            case RetryableObjectStoreException store -> true;
            case ModelOutageException model -> true;
            case RetriableException broker -> true;
            case BrokerNotAvailableException broker -> true;
            case UnknownServerException broker -> true;
            // Its password is being exchanged: the process has been let in before.
            case AuthenticationException broker -> true;
            // A broker that has just started refuses topics until it has registered itself.
            case InvalidReplicationFactorException broker -> true;
            // The brokers' names are not known while none of them runs.
            case ConfigException names ->
                    String.valueOf(names.getMessage()).contains("No resolvable bootstrap");
            default -> false;
        };
    }

    /** Returns the pause after a pause of an attempt that got nothing done. */
    static Duration after(Duration pause) {
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }
}
