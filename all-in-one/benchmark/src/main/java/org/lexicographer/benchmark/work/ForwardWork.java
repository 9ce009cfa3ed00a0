package org.lexicographer.benchmark.work;

import com.fasterxml.jackson.annotation.JsonProperty;
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

    /** Blocks in a row whose records are on their way while the next pass runs. */
    private static final int BLOCKS = 8;

    /** Copies the list. */
    public ForwardWork {
        published = List.copyOf(published);
    }

    /** Returns how many passes are timed together, by the peer too. */
    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public int times() {
        return published.isEmpty() ? 1 : BLOCKS;
    }

    /** Returns the same work by a model in bfloat16. */
    public ForwardWork inHalf() {
        return new ForwardWork(texts, published, place.with(ComputeType.BFLOAT16));
    }
}
