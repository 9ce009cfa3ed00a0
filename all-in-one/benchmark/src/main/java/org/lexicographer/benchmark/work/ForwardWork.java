package org.lexicographer.benchmark.work;

import java.util.List;
import org.lexicographer.pipeline.recipe.setting.ComputeType;

/**
 * Activations of a text, up to the last layer's output.
 *
 * @param texts the model and the text
 * @param published the sites whose activations become records of a Kafka topic; none: the
 *     activations are computed and left
 * @param place where
 */
public record ForwardWork(Texts texts, List<String> published, Place place) implements Work {

    /** Copies the list. */
    public ForwardWork {
        published = List.copyOf(published);
    }

    /** Returns the same work by a model in bfloat16. */
    public ForwardWork inHalf() {
        return new ForwardWork(texts, published, place.with(ComputeType.BFLOAT16));
    }
}
