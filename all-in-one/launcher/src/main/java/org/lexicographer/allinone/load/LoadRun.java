package org.lexicographer.allinone.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.run.RunSpec;

/** The small run that load is made of. */
final class LoadRun {

    /** More than any text here is enough for: a run ends with its text. */
    static final int STEPS_WITHOUT_END = 1_000_000;

    private LoadRun() {}

    /** Returns the run's spec as it is, with few steps. */
    static RunSpec spec() {
        return RunSpec.read(json());
    }

    /** Returns the run's spec under another name, with other steps. */
    static RunSpec spec(String run, int steps) {
        ObjectNode spec = json().put("run", run);
        spec.withObject("/training").put("steps", steps);
        return RunSpec.read(spec);
    }

    private static ObjectNode json() {
        try (InputStream json = LoadRun.class.getResourceAsStream("/load-run.json")) {
            return (ObjectNode) Json.tree(json.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("load's run spec cannot be read", e);
        }
    }
}
