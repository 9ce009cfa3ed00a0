package org.lexicographer.languagemodel.attention;

/**
 * How a model that was trained on short contexts turns queries and keys in longer ones. All
 * arithmetic that the models' own code does in float32 is done in float32 here.
 */
public sealed interface RotaryScaling {

    /**
     * Returns the angles from one position to the next.
     *
     * @param wavelengths base^(2i/R) of each pair of dimensions, the plain angle's inverse
     * @param rotary what is scaled
     */
    float[] frequencies(float[] wavelengths, RotaryEmbedding rotary);

    /** Returns what cosines and sines are multiplied by. */
    default double amplitude() {
        return 1;
    }

    /** None: contexts are as long as in training. */
    record None() implements RotaryScaling {
        @Override
        public float[] frequencies(float[] wavelengths, RotaryEmbedding rotary) {
            float[] frequencies = new float[wavelengths.length];
            for (int i = 0; i < frequencies.length; i++) {
                frequencies[i] = 1 / wavelengths[i];
            }
            return frequencies;
        }
    }

    /**
     * Positions are divided by a factor (<a href="https://arxiv.org/abs/2306.15595">Chen et al.
     * 2023</a>).
     */
    record Linear(double factor) implements RotaryScaling {
        @Override
        public float[] frequencies(float[] wavelengths, RotaryEmbedding rotary) {
            float[] frequencies = new None().frequencies(wavelengths, rotary);
            for (int i = 0; i < frequencies.length; i++) {
                frequencies[i] /= (float) factor;
            }
            return frequencies;
        }
    }

    /**
     * Llama 3.1's: slow dimensions are divided by a factor, fast ones kept, those between
     * interpolated (<a href="https://arxiv.org/abs/2407.21783">Grattafiori et al. 2024</a>).
     *
     * @param factor of the slow dimensions
     * @param lowFrequencyFactor slow is what turns less often than this in the original context
     * @param highFrequencyFactor fast is what turns more often than this in the original context
     * @param originalContext the context of the training, in tokens
     */
    record Llama3(
            double factor,
            double lowFrequencyFactor,
            double highFrequencyFactor,
            int originalContext)
            implements RotaryScaling {

        @Override
        public float[] frequencies(float[] wavelengths, RotaryEmbedding rotary) {
            float[] frequencies = new None().frequencies(wavelengths, rotary);
            for (int i = 0; i < frequencies.length; i++) {
                frequencies[i] = scaled(frequencies[i]);
            }
            return frequencies;
        }

        private float scaled(float frequency) {
            float wavelength = 1 / frequency * (float) (2 * Math.PI);
            if (wavelength > (float) (originalContext / lowFrequencyFactor)) {
                return frequency / (float) factor;
            }
            if (wavelength < (float) (originalContext / highFrequencyFactor)) {
                return frequency;
            }
            float turns = 1 / wavelength * originalContext;
            float smooth =
                    (turns - (float) lowFrequencyFactor)
                            / (float) (highFrequencyFactor - lowFrequencyFactor);
            return (1 - smooth) * frequency / (float) factor + smooth * frequency;
        }
    }

    /**
     * YaRN (<a href="https://arxiv.org/abs/2309.00071">Peng et al. 2023, sections 3.2 to 3.4</a>):
     * fast dimensions are kept, slow ones divided by a factor, with a ramp between, and the scores
     * made sharper by an amplitude.
     *
     * @param factor of the slow dimensions
     * @param originalContext the context of the training, in tokens
     * @param ramp where it is
     * @param amplitude of cosines and sines
     */
    record Yarn(double factor, int originalContext, Ramp ramp, double amplitude)
            implements RotaryScaling {

        /**
         * Where the ramp is.
         *
         * @param fast dimensions that turn more often in the original context are kept
         * @param slow those that turn less often are divided
         * @param whole whether its ends are rounded to whole dimensions
         */
        public record Ramp(double fast, double slow, boolean whole) {}

        @Override
        public float[] frequencies(float[] wavelengths, RotaryEmbedding rotary) {
            double start = dimension(ramp.fast(), rotary);
            double end = dimension(ramp.slow(), rotary);
            start = Math.max(ramp.whole() ? Math.floor(start) : start, 0);
            end = Math.min(ramp.whole() ? Math.ceil(end) : end, rotary.dimensions() - 1);
            // Equal ends would divide by zero.
            end = start == end ? end + 0.001 : end;
            float[] frequencies = new float[wavelengths.length];
            for (int i = 0; i < frequencies.length; i++) {
                float divided = Math.clamp((i - (float) start) / (float) (end - start), 0f, 1f);
                float kept = 1 - divided;
                frequencies[i] =
                        1 / ((float) factor * wavelengths[i]) * (1 - kept)
                                + 1 / wavelengths[i] * kept;
            }
            return frequencies;
        }

        /** The dimension that turns so many times in the original context. */
        private double dimension(double turns, RotaryEmbedding rotary) {
            return rotary.dimensions()
                    * Math.log(originalContext / (turns * 2 * Math.PI))
                    / (2 * Math.log(rotary.base()));
        }
    }
}
