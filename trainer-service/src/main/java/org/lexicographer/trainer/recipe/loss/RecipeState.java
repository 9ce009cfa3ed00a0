package org.lexicographer.trainer.recipe.loss;

import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.lexicographer.dictionary.ActiveLatents;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.Weight;
import org.lexicographer.dictionary.architecture.DictionaryWeights;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.trainer.recipe.update.Parameter;

/**
 * What a recipe holds between steps: trained arrays, and counters and thresholds that steps change
 * besides. It can be saved, taken up again, and made a dictionary of.
 *
 * @param weights what all architectures have
 * @param perLatent what else is trained, one value per latent (F) each
 * @param counters what steps change besides
 * @param form what the weights are a dictionary of
 */
public record RecipeState(
        AffineWeights weights, List<Parameter> perLatent, List<Counter> counters, Form form) {

    public RecipeState {
        perLatent = List.copyOf(perLatent);
        counters = List.copyOf(counters);
    }

    /** A part of the state that is not trained by gradients. */
    public interface Counter {

        /** Adds it to a checkpoint, under names that start with the prefix. */
        void save(SafetensorsWriter writer, String prefix);

        /** Takes over what {@link #save} added. */
        void restore(TensorSource tensors, String prefix);
    }

    /**
     * What the weights are a dictionary of.
     *
     * @param architecture how it computes
     * @param perLatent copies of the weights with one value per latent, by their names in {@link
     *     DictionaryWeights}
     * @param activeLatents how it chooses active latents, in the top-k family
     */
    public record Form(
            Architecture architecture,
            Supplier<Map<String, Weight>> perLatent,
            Supplier<Optional<ActiveLatents>> activeLatents) {

        /** Returns the form of a dictionary outside of the top-k family. */
        public static Form of(Architecture architecture, Supplier<Map<String, Weight>> perLatent) {
            return new Form(architecture, perLatent, Optional::empty);
        }

        /** Returns the form of a dictionary whose only weight per latent is the encoder's bias. */
        public static Form of(Architecture architecture, Parameter encoderBias) {
            return of(architecture, named(encoderBias));
        }

        /** Returns what copies the encoder's bias. */
        public static Supplier<Map<String, Weight>> named(Parameter encoderBias) {
            return () -> Map.of(DictionaryWeights.ENCODER_BIAS, Weight.of(encoderBias.value()));
        }
    }

    /** Returns everything that is trained. */
    public List<Parameter> parameters() {
        return weights.parametersWith(perLatent);
    }

    /** Returns copies of the weights as dictionaries have them, by name. */
    public Map<String, Weight> named() {
        Map<String, Weight> named = new LinkedHashMap<>();
        named.put(
                DictionaryWeights.ENCODER_WEIGHT,
                Weight.of(weights.encoderWeight().value()).transposed());
        named.putAll(form.perLatent().get());
        named.put(DictionaryWeights.DECODER_WEIGHT, Weight.of(weights.decoderWeight().value()));
        named.put(DictionaryWeights.DECODER_BIAS, Weight.of(weights.decoderBias().value()));
        return named;
    }

    /**
     * Returns a copy of the dictionary as it is now.
     *
     * @param owner the manager that the dictionary's arrays belong to
     * @throws org.lexicographer.dictionary.DictionaryException when a weight is not finite
     */
    public Dictionary dictionary(NDManager owner) {
        return weights.assemble(owner, form.architecture(), form.activeLatents().get(), named());
    }

    /** Adds everything to a checkpoint, under names that start with the prefix. */
    public void save(SafetensorsWriter writer, String prefix) {
        parameters().forEach(parameter -> parameter.save(writer, prefix));
        counters.forEach(counter -> counter.save(writer, prefix));
    }

    /**
     * Takes over what {@link #save} added.
     *
     * @throws IllegalArgumentException when a tensor has another shape
     */
    public void restore(TensorSource tensors, String prefix) {
        parameters().forEach(parameter -> parameter.restore(tensors, prefix));
        counters.forEach(counter -> counter.restore(tensors, prefix));
    }
}
