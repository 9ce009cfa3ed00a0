package org.lexicographer.languagemodel;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.lexicographer.pipeline.recipe.setting.ComputeType;
import org.lexicographer.pipeline.run.LayerSpan;

/**
 * What of a model is in memory, and how.
 *
 * @param type the type that it computes in
 * @param span which of its layers; empty for all of the model
 */
public record ModelPart(ComputeType type, Optional<LayerSpan> span) {

    /** Checks that nothing is absent. */
    public ModelPart {
        requireNonNull(type, "type is null");
        requireNonNull(span, "span is null");
    }

    /** Returns all of a model. */
    public static ModelPart whole(ComputeType type) {
        return new ModelPart(type, Optional.empty());
    }
}
