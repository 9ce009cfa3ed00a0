package org.lexicographer.tokenizer.job;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.stored.RunEnd;

/**
 * Reads how runs ended; whoever trains them writes it down.
 *
 * @param store the service's bucket
 */
public record RunEnds(ObjectStore store) {

    public RunEnds {
        requireNonNull(store, "store is null");
    }

    /** Returns the state in which the run ended, or empty while it continues. */
    public Optional<State> stateOf(String run) {
        try {
            return Optional.of(RunEnd.read(store.bytes(ObjectKeys.runEnd(run))).state());
        } catch (ObjectNotFoundException e) {
            return Optional.empty();
        }
    }

    /** Tells whether nobody needs anything of the run any more. */
    public boolean isGivenUp(String run) {
        return stateOf(run).filter(state -> state != State.ENDED).isPresent();
    }
}
