package org.lexicographer.languagemodel.config;

import java.util.List;
import java.util.Optional;
import org.lexicographer.languagemodel.attention.RotaryEmbedding;
import org.lexicographer.languagemodel.attention.RotaryScaling;

/**
 * Reads how queries and keys are rotated. New folders say it in {@code rope_parameters}, older ones
 * in {@code rope_scaling} and keys of their own; what the object says counts.
 *
 * @param config where what the object does not say is looked up
 * @param object of some or all layers; empty when a folder has none
 * @param contextLimit the longest context in tokens
 */
public record RotarySettings(ModelConfig config, Optional<ModelConfig> object, int contextLimit) {

    private static final double DEFAULT_BASE = 10_000;
    private static final double DEFAULT_FAST = 32;
    private static final double DEFAULT_SLOW = 1;
    private static final String ORIGINAL_CONTEXT = "original_max_position_embeddings";

    /** All that an object may say; what belongs to another type than its own has no effect. */
    private static final List<String> KEYS =
            List.of(
                    "rope_type",
                    "type",
                    "rope_theta",
                    "partial_rotary_factor",
                    "factor",
                    ORIGINAL_CONTEXT,
                    "low_freq_factor",
                    "high_freq_factor",
                    "attention_factor",
                    "beta_fast",
                    "beta_slow",
                    "mscale",
                    "mscale_all_dim",
                    "truncate",
                    "finetuned");

    /** Reads what a configuration says of all its layers. */
    public static RotarySettings of(ModelConfig config, int contextLimit) {
        Optional<ModelConfig> parameters = object(config, "rope_parameters");
        Optional<ModelConfig> scaling = object(config, "rope_scaling");
        return new RotarySettings(config, scaling.or(() -> parameters), contextLimit);
    }

    /** Finds an object that says how to rotate; an empty one says nothing. */
    public static Optional<ModelConfig> object(ModelConfig config, String key) {
        Optional<ModelConfig> object = config.object(key).filter(o -> !o.isEmpty());
        object.ifPresent(o -> KEYS.forEach(o::says));
        return object;
    }

    /** Rotates all of a head's dimensions. */
    public RotaryEmbedding whole(int headDim) {
        return whole(headDim, "rope_theta", DEFAULT_BASE);
    }

    /**
     * Rotates all of a head's dimensions.
     *
     * @param baseKey what says the base outside of the object
     * @param defaultBase where nothing does
     */
    public RotaryEmbedding whole(int headDim, String baseKey, double defaultBase) {
        double fraction = fraction().orElse(1.0);
        if (fraction != 1) {
            throw config.invalid("partial_rotary_factor", "1", fraction);
        }
        if (headDim % 2 != 0) {
            throw config.invalid("head_dim", "an even number", headDim);
        }
        return new RotaryEmbedding(headDim, base(baseKey).orElse(defaultBase), scaling());
    }

    /**
     * Rotates GPT-NeoX's part of a head's dimensions; empty when that is none.
     *
     * @param defaultFraction where nothing is said
     */
    public Optional<RotaryEmbedding> part(int headDim, double defaultFraction) {
        Optional<Double> older = config.number("rotary_pct");
        double fraction = fraction().or(() -> older).orElse(defaultFraction);
        if (older.isPresent() && older.get() != fraction) {
            throw config.invalid(
                    "rotary_pct", "the same as partial_rotary_factor=" + fraction, older.get());
        }
        if (!(fraction >= 0 && fraction <= 1)) {
            throw config.invalid("rotary_pct", "a number from 0 to 1", fraction);
        }
        int dimensions = (int) (headDim * fraction);
        if (dimensions == headDim && headDim % 2 != 0) {
            throw config.invalid("rotary_pct", "less than 1 for heads of odd size", fraction);
        }
        // The last versions that wrote the older keys wrote the newer ones beside them.
        Optional<Double> newer = base("rope_theta");
        double base = base("rotary_emb_base").or(() -> newer).orElse(DEFAULT_BASE);
        RotaryScaling scaling = scaling();
        return dimensions == 0
                ? Optional.empty()
                : Optional.of(new RotaryEmbedding(dimensions, base, scaling));
    }

    private Optional<Double> fraction() {
        Optional<Double> outside = config.number("partial_rotary_factor");
        return object.flatMap(o -> o.number("partial_rotary_factor")).or(() -> outside);
    }

    private Optional<Double> base(String key) {
        Optional<Double> outside = config.positive(key);
        return object.flatMap(o -> o.positive("rope_theta")).or(() -> outside);
    }

    private RotaryScaling scaling() {
        int outside = config.optionalSize(ORIGINAL_CONTEXT).orElse(0);
        return object.map(o -> scaling(o, outside)).orElseGet(RotaryScaling.None::new);
    }

    private RotaryScaling scaling(ModelConfig rope, int originalOutside) {
        String type = rope.text("rope_type").or(() -> rope.text("type")).orElse("default");
        int original =
                originalOutside > 0
                        ? originalOutside
                        : rope.optionalSize(ORIGINAL_CONTEXT).orElse(contextLimit);
        return switch (type) {
            case "default" -> new RotaryScaling.None();
            case "linear" -> new RotaryScaling.Linear(required(rope, "factor"));
            case "llama3" -> llama3(rope, original);
            case "yarn" -> yarn(rope, original);
            default -> throw rope.invalid("rope_type", "default, linear, llama3 or yarn", type);
        };
    }

    private static RotaryScaling llama3(ModelConfig rope, int original) {
        double low = required(rope, "low_freq_factor");
        double high = required(rope, "high_freq_factor");
        if (!(high > low)) {
            throw rope.invalid("high_freq_factor", "more than low_freq_factor=" + low, high);
        }
        return new RotaryScaling.Llama3(required(rope, "factor"), low, high, original);
    }

    private RotaryScaling yarn(ModelConfig rope, int original) {
        double factor = rope.positive("factor").orElse((double) contextLimit / original);
        RotaryScaling.Yarn.Ramp ramp =
                new RotaryScaling.Yarn.Ramp(
                        rope.positive("beta_fast").orElse(DEFAULT_FAST),
                        rope.positive("beta_slow").orElse(DEFAULT_SLOW),
                        rope.flag("truncate").orElse(true));
        return new RotaryScaling.Yarn(factor, original, ramp, amplitude(rope, factor));
    }

    private static double amplitude(ModelConfig rope, double factor) {
        Optional<Double> said = rope.number("attention_factor");
        double numerator = rope.number("mscale").orElse(0.0);
        double denominator = rope.number("mscale_all_dim").orElse(0.0);
        if (said.isPresent()) {
            return said.get();
        }
        return numerator != 0 && denominator != 0
                ? sharpness(factor, numerator) / sharpness(factor, denominator)
                : sharpness(factor, 1);
    }

    /** YaRN's square root of 1/t (section 3.4, equation 22), with a weight for the logarithm. */
    private static double sharpness(double factor, double weight) {
        return factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1;
    }

    private static double required(ModelConfig rope, String key) {
        return rope.positive(key)
                .orElseThrow(() -> rope.invalid(key, "a positive number", "nothing"));
    }
}
