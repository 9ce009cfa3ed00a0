package org.lexicographer.eval.nearest;

import org.lexicographer.eval.definition.Defined;
import org.lexicographer.eval.definition.Definition;

/** By what the nearest latents of another dictionary are found. */
public enum NearestDefinition implements Defined {
    /** By the rows of the decoders, of dictionaries that reconstruct the same site. */
    DECODER("nearestDecoder", 1, "decoder rows"),
    /** By the columns of the encoders. */
    ENCODER("nearestEncoder", 1, "encoder columns");

    private final Definition definition;

    NearestDefinition(String id, int version, String directions) {
        String formula =
                "the 10 largest cosines with %s of the other dictionary; of equal ones the smaller numbers"
                        .formatted(directions);
        this.definition =
                new Definition(
                        id,
                        version,
                        "cosine",
                        formula,
                        "no tokens: the weights alone",
                        "Lexicographer");
    }

    @Override
    public Definition definition() {
        return definition;
    }
}
