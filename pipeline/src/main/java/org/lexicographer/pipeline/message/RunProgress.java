package org.lexicographer.pipeline.message;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.lexicographer.pipeline.Checks;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.Names;
import org.lexicographer.pipeline.Quotes;
import org.lexicographer.pipeline.message.progress.Figures;
import org.lexicographer.pipeline.message.progress.PartProgress;
import org.lexicographer.pipeline.message.progress.TrainingProgress;
import org.lexicographer.pipeline.message.progress.WholeRun;

/**
 * What one part of a run is doing, and how far it has come. As JSON, the part's progress is a name
 * and figures:
 *
 * <pre>
 * {"run": "demo", "part": "tokenizer", "state": "RUNNING", "figures": {"blocks": 12.0, ...}}
 * </pre>
 *
 * @param run the run
 * @param part which part, and how far it has come
 * @param state what the part is doing
 * @param message what a person should know, such as why the part failed or what it waits for
 * @param lostBlock the number of the block that the part cannot use, if it failed for that
 */
public record RunProgress(
        String run,
        PartProgress part,
        State state,
        Optional<String> message,
        OptionalLong lostBlock)
        implements PipelineMessage {

    /** What a part is doing. */
    public enum State {
        /** It waits for input or for others. */
        WAITING,
        /** It works. */
        RUNNING,
        /** It has done all its work. */
        ENDED,
        /** It gave up; the message says why. */
        FAILED,
        /** A user stopped it. */
        CANCELLED
    }

    /** Others' words may be quoted in a message; a record of them must still be one. */
    private static final int MOST_CHARACTERS = 4_000;

    /** Checks that nothing is absent; of a message beyond any screen, takes the beginning. */
    public RunProgress {
        new Checks()
                .present("run", run)
                .present("part", part)
                .present("state", state)
                .present("message", message)
                .present("lostBlock", lostBlock)
                .end();
        message = message.map(text -> Quotes.shortened(text, MOST_CHARACTERS));
    }

    /** Creates the progress of a part that has lost no block. */
    public RunProgress(String run, PartProgress part, State state, Optional<String> message) {
        this(run, part, state, message, OptionalLong.empty());
    }

    /** Creates what is said of the run as a whole. */
    public static RunProgress ofRun(String run, State state, Optional<String> message) {
        return new RunProgress(run, new WholeRun(), state, message);
    }

    /** Tells whether the part is training that waits for memory. */
    public boolean waitsForMemory() {
        return part instanceof TrainingProgress training && training.memory().isPresent();
    }

    /**
     * Reads a message.
     *
     * @throws InvalidFieldsException naming every wrong field
     */
    public static RunProgress read(byte[] json) {
        return of(Json.read(json, Fields.class));
    }

    @Override
    public String key() {
        return run + "/" + part.part();
    }

    /**
     * The message as JSON has it.
     *
     * @param run the run
     * @param part the name of the part
     * @param state what the part is doing
     * @param figures the part's figures by name
     * @param message what a person should know
     */
    public record Fields(
            String run,
            String part,
            State state,
            Map<String, Double> figures,
            Optional<String> message) {

        /** Checks the components. */
        public Fields {
            new Checks()
                    .by("run", run, Names::check)
                    .by("part", part, name -> PartProgress.read(name, new Figures()))
                    .present("state", state)
                    .present("figures", figures)
                    .present("message", message)
                    .end();
        }
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static RunProgress of(Fields fields) {
        Figures figures = new Figures(fields.figures());
        return new RunProgress(
                fields.run(),
                PartProgress.read(fields.part(), figures),
                fields.state(),
                fields.message(),
                figures.lostBlock());
    }

    /** Returns the message as JSON has it. */
    @JsonValue
    public Fields fields() {
        return new Fields(
                run, part.part(), state, part.figures().withLostBlock(lostBlock).values(), message);
    }
}
