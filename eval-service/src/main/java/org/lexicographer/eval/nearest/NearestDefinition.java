package org.lexicographer.eval.nearest;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** By what the nearest latents of another dictionary are found, with the definition's version. */
public enum NearestDefinition {
    /** By the rows of the decoders, of dictionaries that reconstruct the same site. */
    DECODER(
            "nearestDecoder",
            1,
            "the 10 largest cosines with decoder rows of the other dictionary; of equal ones the"
                    + " smaller numbers"),
    /** By the columns of the encoders. */
    ENCODER(
            "nearestEncoder",
            1,
            "the 10 largest cosines with encoder columns of the other dictionary; of equal ones"
                    + " the smaller numbers");

    private final String id;
    private final int version;
    private final String formula;

    NearestDefinition(String id, int version, String formula) {
        this.id = id;
        this.version = version;
        this.formula = formula;
    }

    /** Returns the name under which it is reported. */
    public String id() {
        return id;
    }

    /** Returns the version of the definition; another one gives other figures. */
    public int version() {
        return version;
    }

    /** Returns how it is computed. */
    public String formula() {
        return formula;
    }

    /** Returns the versions of all, by name. */
    public static Map<String, Integer> versions() {
        return Stream.of(values())
                .collect(Collectors.toMap(NearestDefinition::id, NearestDefinition::version));
    }
}
