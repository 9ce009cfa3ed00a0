package org.lexicographer.allinone;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * How much is to be killed.
 *
 * @param kills the number of kills
 * @param seed decides what is killed and when
 * @param activationReplicas the number of activation-services in the disturbed run
 * @param trainerReplicas the number of trainer-services in the disturbed run
 * @param folder where everything is kept while it lasts
 */
record ChaosOptions(
        int kills, long seed, int activationReplicas, int trainerReplicas, Path folder) {

    static final String USAGE =
            """
            usage: ./run chaos [--kills N] [--seed S] [--activation-replicas N] [--trainer-replicas N]

              --kills N                how many processes are killed (20)
              --seed S                 decides which, and when (0)
              --activation-replicas N  activation-services in the disturbed run (1)
              --trainer-replicas N     trainer-services in the disturbed run (1)
            """;

    private static final int DEFAULT_KILLS = 20;

    ChaosOptions {
        if (kills < 0 || activationReplicas < 1 || trainerReplicas < 1) {
            throw new IllegalArgumentException(
                    "out of range: kills=%d, activationReplicas=%d, trainerReplicas=%d"
                            .formatted(kills, activationReplicas, trainerReplicas));
        }
    }

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    static ChaosOptions parse(Path folder, List<String> arguments) {
        ChaosOptions options = new ChaosOptions(DEFAULT_KILLS, 0, 1, 1, folder);
        Deque<String> rest = new ArrayDeque<>(arguments);
        while (!rest.isEmpty()) {
            String option = rest.pop();
            if (rest.isEmpty()) {
                throw new IllegalArgumentException("option without a value: found=" + option);
            }
            options = options.with(option, number(option, rest.pop()));
        }
        return options;
    }

    private static long number(String option, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "%s needs a whole number: found=%s".formatted(option, text), e);
        }
    }

    private ChaosOptions with(String option, long value) {
        int count = Math.clamp(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
        return switch (option) {
            case "--kills" ->
                    new ChaosOptions(count, seed, activationReplicas, trainerReplicas, folder);
            case "--seed" ->
                    new ChaosOptions(kills, value, activationReplicas, trainerReplicas, folder);
            case "--activation-replicas" ->
                    new ChaosOptions(kills, seed, count, trainerReplicas, folder);
            case "--trainer-replicas" ->
                    new ChaosOptions(kills, seed, activationReplicas, count, folder);
            default -> throw new IllegalArgumentException("unknown option: found=" + option);
        };
    }
}
