package org.lexicographer.allinone.chaos;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.lexicographer.allinone.system.ServerLayout;

/**
 * How much is to be killed.
 *
 * @param kills the number of kills
 * @param seed decides what is killed and when
 * @param stages the number of stages that the disturbed run is cut into
 * @param activationReplicas the number of activation-services in the disturbed run, for each stage
 * @param trainerReplicas the number of trainer-services in the disturbed run
 * @param outageSeconds how long the S3 server, and later the broker, is away once, beside the kills
 * @param faults what is to break beside, one in each round, in turn
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
        List<Fault> faults,
        Optional<Path> previous,
        Path folder) {

    /** The run observes the last of the demo model's layers. */
    private static final int MAX_STAGES = 4;

    public ChaosOptions {
        faults = List.copyOf(requireNonNull(faults, "faults is null"));
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

    /** Returns how often the run is disturbed: every fault comes once, with a kill or without. */
    public int rounds() {
        return Math.max(kills, faults.size());
    }

    /** Returns the servers that the faults need. */
    public ServerLayout layout() {
        return new ServerLayout(
                faults.contains(Fault.BROKERS_DOWN) ? 3 : 1,
                faults.stream().anyMatch(fault -> fault.network().isPresent()));
    }
}
