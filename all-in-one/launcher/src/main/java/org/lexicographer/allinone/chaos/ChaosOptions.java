package org.lexicographer.allinone.chaos;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How much is to be killed.
 *
 * @param kills the number of kills
 * @param seed decides what is killed and when
 * @param stages the number of stages that the disturbed run is cut into
 * @param activationReplicas the number of activation-services in the disturbed run, for each stage
 * @param trainerReplicas the number of trainer-services in the disturbed run
 * @param outageSeconds how long the S3 server, and later the broker, is away once, beside the kills
 * @param previous a checkout of the release before, which has been built; the disturbed run then
 *     starts with its services, which are replaced one by one, and nothing is killed
 * @param folder where everything is kept while it lasts
 */
public record ChaosOptions(
        int kills,
        long seed,
        int stages,
        int activationReplicas,
        int trainerReplicas,
        int outageSeconds,
        Optional<Path> previous,
        Path folder) {

    /** The run observes the last of the demo model's layers. */
    private static final int MAX_STAGES = 4;

    public ChaosOptions {
        requireNonNull(previous, "previous is null");
        requireNonNull(folder, "folder is null");
        if (stages < 1 || stages > MAX_STAGES) {
            throw new IllegalArgumentException(
                    "out of range: stages=%d, at most the layers of the model, %d"
                            .formatted(stages, MAX_STAGES));
        }
        if (kills < 0 || activationReplicas < 1 || trainerReplicas < 1 || outageSeconds < 0) {
            throw new IllegalArgumentException(
                    "out of range: kills=%d, activationReplicas=%d, trainerReplicas=%d, outage=%d"
                            .formatted(kills, activationReplicas, trainerReplicas, outageSeconds));
        }
    }
}
