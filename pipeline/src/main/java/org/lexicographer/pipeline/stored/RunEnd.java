package org.lexicographer.pipeline.stored;

import java.util.Optional;
import org.lexicographer.pipeline.Checks;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.message.RunProgress.State;

/**
 * How a run ended; the object {@code runs/{run}/end.json}, which is absent while the run continues.
 *
 * @param state ENDED, FAILED or CANCELLED
 * @param message what a person should know: why it failed, or what was left out
 * @param lost which blocks have to be made again before the run can continue, if any
 * @param steps the steps that the run had been given: given more of them, it has not ended; empty
 *     in ends that earlier versions wrote
 */
public record RunEnd(
        State state, Optional<String> message, Optional<LostBlocks> lost, Optional<Integer> steps) {

    /** Checks that nothing is absent, and that the state is one in which a run ends. */
    public RunEnd {
        new Checks()
                .present("state", state)
                .that(
                        "state",
                        state == null || isEnd(state),
                        "not the end of a run",
                        "ENDED|FAILED|CANCELLED",
                        state)
                .present("message", message)
                .present("lost", lost)
                .present("steps", steps)
                .end();
    }

    /** Creates the end of a run, whatever its steps. */
    public RunEnd(State state, Optional<String> message, Optional<LostBlocks> lost) {
        this(state, message, lost, Optional.empty());
    }

    /** Creates the end of a run that lost no blocks, whatever its steps. */
    public RunEnd(State state, Optional<String> message) {
        this(state, message, Optional.empty());
    }

    /** Returns the same end of a run of so many steps. */
    public RunEnd after(int given) {
        return new RunEnd(state, message, lost, Optional.of(given));
    }

    /** Tells whether this is the end of a run that has so many steps by now. */
    public boolean isOf(int given) {
        return steps.map(before -> before >= given).orElse(true);
    }

    private static boolean isEnd(State state) {
        return switch (state) {
            case ENDED, FAILED, CANCELLED -> true;
            case WAITING, RUNNING -> false;
        };
    }

    /**
     * Reads the object.
     *
     * @throws InvalidFieldsException when it is none, naming every wrong field
     */
    public static RunEnd read(byte[] json) {
        return Json.read(json, RunEnd.class);
    }

    /** Writes the object. */
    public byte[] toJson() {
        return Json.write(this);
    }
}
