package org.lexicographer.allinone.chaos;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How much is to be killed.
 *
 * @param kills the number of kills
 * @param seed decides what is killed and when
 * @param activationReplicas the number of activation-services in the disturbed run
 * @param trainerReplicas the number of trainer-services in the disturbed run
 * @param outageSeconds how long the broker, and then the S3 server, is away once, beside the kills
 * @param folder where everything is kept while it lasts
 */
public record ChaosOptions(
        int kills,
        long seed,
        int activationReplicas,
        int trainerReplicas,
        int outageSeconds,
        Path folder) {

    static final String USAGE =
            """
            usage: ./run chaos [--kills N] [--seed S] [--activation-replicas N] [--trainer-replicas N]
                         [--outage SECONDS]

              --kills N                how many processes are killed (20)
              --seed S                 decides which, and when (0)
              --activation-replicas N  activation-services in the disturbed run (1)
              --trainer-replicas N     trainer-services in the disturbed run (1)
              --outage SECONDS         how long the S3 server, and later the broker, is away
                                       once, in the middle of the kills (0: not at all)
            """;

    private static final int DEFAULT_KILLS = 20;
    private static final Set<String> NAMES =
            Set.of("--kills", "--seed", "--activation-replicas", "--trainer-replicas", "--outage");

    public ChaosOptions {
        if (kills < 0 || activationReplicas < 1 || trainerReplicas < 1 || outageSeconds < 0) {
            throw new IllegalArgumentException(
                    "out of range: kills=%d, activationReplicas=%d, trainerReplicas=%d, outage=%d"
                            .formatted(kills, activationReplicas, trainerReplicas, outageSeconds));
        }
    }

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    static ChaosOptions parse(Path folder, List<String> arguments) {
        Map<String, Long> values = new HashMap<>();
        Deque<String> rest = new ArrayDeque<>(arguments);
        while (!rest.isEmpty()) {
            String option = rest.pop();
            if (!NAMES.contains(option)) {
                throw new IllegalArgumentException("unknown option: found=" + option);
            }
            if (rest.isEmpty()) {
                throw new IllegalArgumentException("option without a value: found=" + option);
            }
            values.put(option, number(option, rest.pop()));
        }
        return new ChaosOptions(
                count(values, "--kills", DEFAULT_KILLS),
                values.getOrDefault("--seed", 0L),
                count(values, "--activation-replicas", 1),
                count(values, "--trainer-replicas", 1),
                count(values, "--outage", 0),
                folder);
    }

    private static int count(Map<String, Long> values, String option, int otherwise) {
        long value = values.getOrDefault(option, (long) otherwise);
        return Math.clamp(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    private static long number(String option, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "%s needs a whole number: found=%s".formatted(option, text), e);
        }
    }
}
