package org.lexicographer.pipeline.stored;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.lexicographer.pipeline.Checks;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.Site;

/**
 * How the training at one site of a run has gone until a step; the object {@code
 * runs/{run}/curves/{site}/step-{step}.json}. Its content depends on the run and the step alone, so
 * that whoever writes it writes the same. The one of the largest step counts.
 *
 * @param site the site
 * @param step the number of steps taken
 * @param recipes the curves of the site's recipes, by name
 */
public record TrainingCurves(Site site, long step, Map<String, TrainingCurve> recipes) {

    /** Checks that nothing is absent. */
    public TrainingCurves {
        new Checks()
                .present("site", site)
                .notNegative("step", step)
                .present("recipes", recipes)
                .end();
        recipes = Collections.unmodifiableMap(new TreeMap<>(recipes));
    }

    /**
     * Reads the object.
     *
     * @throws InvalidFieldsException when it is none, naming every wrong field
     */
    public static TrainingCurves read(byte[] json) {
        return Json.read(json, TrainingCurves.class);
    }

    /** Writes the object. */
    public byte[] toJson() {
        return Json.write(this);
    }
}
