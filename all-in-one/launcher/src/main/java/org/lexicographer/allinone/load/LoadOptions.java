package org.lexicographer.allinone.load;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How much load, and of which kinds.
 *
 * @param kinds what is done, in order
 * @param url the root of an eval-service that runs, ending in a slash; the system is started
 *     otherwise
 * @param run whose dictionaries are asked for; of all runs otherwise
 * @param seconds how long requests are sent that are counted
 * @param warmUpSeconds how long requests are sent before that
 * @param connections how many requests are under way at once
 * @param runs the number of runs
 * @param work whether runs are trained, in place of cancelled
 * @param replicas the number of activation-services, and of trainer-services
 * @param shards the number of shards
 * @param folder where everything is kept while it lasts
 */
record LoadOptions(
        List<Kind> kinds,
        Optional<String> url,
        Optional<String> run,
        int seconds,
        int warmUpSeconds,
        int connections,
        int runs,
        boolean work,
        int replicas,
        int shards,
        Path folder) {

    /** What can be done. */
    enum Kind {
        /** Requests for how much of its loss a language model keeps. */
        evaluations(true),
        /** The same by callers who have the answer already. */
        known(true),
        /** Pages of latents. */
        pages(true),
        /** Many runs, submitted at once. */
        runs(false),
        /** Many shards of one run. */
        shards(false);

        private final boolean readsOnly;

        Kind(boolean readsOnly) {
            this.readsOnly = readsOnly;
        }
    }

    LoadOptions {
        requireNonNull(url, "url is null");
        requireNonNull(run, "run is null");
        requireNonNull(folder, "folder is null");
        kinds = List.copyOf(kinds);
        if (seconds < 1 || warmUpSeconds < 0 || connections < 1) {
            throw new IllegalArgumentException(
                    "out of range: seconds=%d, warm-up=%d, connections=%d"
                            .formatted(seconds, warmUpSeconds, connections));
        }
        if (runs < 1 || replicas < 1 || shards < 1) {
            throw new IllegalArgumentException(
                    "out of range: runs=%d, replicas=%d, shards=%d"
                            .formatted(runs, replicas, shards));
        }
        if (url.isPresent() && !kinds.stream().allMatch(kind -> kind.readsOnly)) {
            throw new IllegalArgumentException(
                    "what runs already is only read: expected=evaluations, known or pages,"
                            + " found="
                            + kinds);
        }
    }

    /** Tells whether there must be dictionaries before anything else is done. */
    boolean wantsDictionaries() {
        return url.isEmpty() && kinds.stream().anyMatch(kind -> kind.readsOnly);
    }
}
