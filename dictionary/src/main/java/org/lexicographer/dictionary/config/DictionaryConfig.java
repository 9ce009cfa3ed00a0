package org.lexicographer.dictionary.config;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Optional;
import org.lexicographer.dictionary.ActiveLatents;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.Normalization;
import org.lexicographer.dictionary.architecture.AffineDictionary;
import org.lexicographer.dictionary.architecture.DictionaryShape;
import org.lexicographer.pipeline.Site;

/**
 * What a dictionary is and where it comes from: the {@code config.json} beside its weights.
 *
 * @param formatVersion the version of the file format, {@link DictionaryFormat#VERSION}
 * @param architecture the formula it follows
 * @param inputDim the width of the activations that are read, D
 * @param outputDim the width of those that are reconstructed, Dout
 * @param dictionarySize the number of latents, F
 * @param dtype the type of the stored weights
 * @param subtractDecoderBias whether b_dec is subtracted from the input
 * @param activeLatents how the architectures of the top-k family choose active latents; empty for
 *     the others
 * @param site where it reads
 * @param reconstructs the site that it reconstructs; the same site for an autoencoder
 * @param normalization what activations were divided by for training; the weights are already
 *     folded to take raw activations
 * @param lineage how it was trained; empty for dictionaries of which nobody recorded it
 * @param imported how it came here; empty for dictionaries that were trained here
 */
@JsonPropertyOrder({"formatVersion", "architecture", "inputDim", "outputDim", "dictionarySize"})
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record DictionaryConfig(
        int formatVersion,
        Architecture architecture,
        int inputDim,
        int outputDim,
        int dictionarySize,
        String dtype,
        boolean subtractDecoderBias,
        Optional<ActiveLatents> activeLatents,
        Site site,
        Site reconstructs,
        Optional<Normalization> normalization,
        Optional<Lineage> lineage,
        Optional<Imported> imported) {

    /** The only type that weights are stored in. */
    public static final String FLOAT32 = "float32";

    /** Checks that nothing is absent and the sizes are positive. */
    public DictionaryConfig {
        requireNonNull(architecture, "architecture is null");
        requireNonNull(dtype, "dtype is null");
        requireNonNull(activeLatents, "activeLatents is null");
        requireNonNull(site, "site is null");
        requireNonNull(reconstructs, "reconstructs is null");
        requireNonNull(normalization, "normalization is null");
        requireNonNull(lineage, "lineage is null");
        requireNonNull(imported, "imported is null");
        if (inputDim < 1 || outputDim < 1 || dictionarySize < 1) {
            throw new IllegalArgumentException(
                    "sizes must be positive: inputDim=%d, outputDim=%d, dictionarySize=%d"
                            .formatted(inputDim, outputDim, dictionarySize));
        }
    }

    /** Describes a dictionary that reads one site and reconstructs another, or the same. */
    public static DictionaryConfig of(
            Dictionary dictionary,
            Site site,
            Site reconstructs,
            Optional<Normalization> normalization,
            Optional<Lineage> lineage) {
        return new DictionaryConfig(
                DictionaryFormat.VERSION,
                dictionary.architecture(),
                dictionary.inputDim(),
                dictionary.outputDim(),
                dictionary.dictionarySize(),
                FLOAT32,
                dictionary instanceof AffineDictionary affine && affine.subtractDecoderBias(),
                dictionary.activeLatents(),
                site,
                reconstructs,
                normalization,
                lineage,
                Optional.empty());
    }

    /** Returns the same of a dictionary that came from elsewhere. */
    public DictionaryConfig withImported(Optional<Imported> origin) {
        return with(lineage, origin);
    }

    /** Returns the same with another lineage. */
    public DictionaryConfig withLineage(Optional<Lineage> other) {
        return with(other, imported);
    }

    private DictionaryConfig with(Optional<Lineage> training, Optional<Imported> origin) {
        return new DictionaryConfig(
                formatVersion,
                architecture,
                inputDim,
                outputDim,
                dictionarySize,
                dtype,
                subtractDecoderBias,
                activeLatents,
                site,
                reconstructs,
                normalization,
                training,
                origin);
    }

    /** Returns the sizes and settings with which the weights make the dictionary. */
    public DictionaryShape shape() {
        return new DictionaryShape(
                architecture,
                inputDim,
                outputDim,
                dictionarySize,
                subtractDecoderBias,
                activeLatents);
    }
}
