package org.lexicographer.pipeline.run;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.lexicographer.pipeline.BrokenRuleException;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.Names;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.recipe.setting.ComputeType;
import org.lexicographer.pipeline.schema.JsonSchema;
import org.lexicographer.pipeline.source.SourceUri;
import org.lexicographer.pipeline.source.SourceUri.HubPath;

/**
 * Everything that decides a run's result: one language model, one token stream, the sites and the
 * recipes. The stream, the shuffle, the initialisation and every forward pass are functions of this
 * alone.
 *
 * @param run the run's name, see {@link Names}
 * @param languageModel where the model comes from
 * @param contextLength tokens per context, T
 * @param tokenBlock how contexts are cut into token blocks
 * @param activationType how activations travel
 * @param textField the field of a JSON document that holds its text
 * @param documents what of a record is a document, where it is not the text of that field
 * @param packing how documents are packed into contexts; empty for {@link PackingSpec#DEFAULT}
 * @param datasets the datasets that are mixed; empty where shards are read one after another
 * @param evaluation what is held out
 * @param statistics what statistics of latents are over; empty for the contexts of the evaluation
 * @param training what all recipes of the run share
 * @param sites the sites to train at, each once
 * @param recipes the recipes, with different names
 */
public record RunSpec(
        String run,
        LanguageModelSource languageModel,
        int contextLength,
        TokenBlockSpec tokenBlock,
        ActivationType activationType,
        String textField,
        Optional<DocumentsSpec> documents,
        Optional<PackingSpec> packing,
        Optional<DatasetMix> datasets,
        EvaluationSpec evaluation,
        Optional<StatisticsSpec> statistics,
        TrainingSpec training,
        List<Site> sites,
        List<RecipeSpec> recipes) {

    /** The most rows that a token block may have, N = contexts * T. */
    public static final int MAX_BLOCK_ROWS = 1 << 20;

    public RunSpec {
        requireNonNull(run, "run is null");
        requireNonNull(languageModel, "languageModel is null");
        requireNonNull(tokenBlock, "tokenBlock is null");
        requireNonNull(activationType, "activationType is null");
        requireNonNull(textField, "textField is null");
        requireNonNull(documents, "documents is null");
        requireNonNull(packing, "packing is null");
        requireNonNull(datasets, "datasets is null");
        requireNonNull(evaluation, "evaluation is null");
        requireNonNull(statistics, "statistics is null");
        requireNonNull(training, "training is null");
        sites = List.copyOf(sites);
        recipes = List.copyOf(recipes);
    }

    /** Returns the schema that run specs are read by. */
    public static JsonSchema schema() {
        return RunSpecReader.SCHEMA;
    }

    /**
     * Reads a run spec, submitted or stored.
     *
     * @throws InvalidFieldsException naming every wrong field
     */
    public static RunSpec read(byte[] json) {
        return read(Json.tree(json));
    }

    /**
     * Reads a run spec, submitted or stored.
     *
     * @throws InvalidFieldsException naming every wrong field
     */
    public static RunSpec read(JsonNode json) {
        return RunSpecReader.read(json);
    }

    /**
     * Reads one recipe by itself, without the rules that go across fields.
     *
     * @param steps the training steps, on which some defaults depend
     * @throws InvalidFieldsException naming every wrong field
     */
    public static RecipeSpec recipe(JsonNode json, int steps) {
        return RunSpecReader.recipe(json, steps);
    }

    /** Writes the run spec with its defaults filled in; {@link #read(byte[])} reads it back. */
    public byte[] toJson() {
        return Json.write(this);
    }

    /** Returns every site whose activations some recipe reads or reconstructs, in model order. */
    @JsonIgnore
    public SortedSet<Site> observedSites() {
        SortedSet<Site> observed = new TreeSet<>(sites);
        sites.forEach(site -> recipesAt(site).forEach(r -> observed.add(r.target(site))));
        return observed;
    }

    /** Returns the recipes that are trained at a site. */
    public List<RecipeSpec> recipesAt(Site site) {
        return recipes.stream().filter(recipe -> recipe.appliesTo(site)).toList();
    }

    /** Returns how files of documents become contexts. */
    @JsonIgnore
    public TextRule textRule() {
        return new TextRule(textField, documents, packing.orElse(PackingSpec.DEFAULT));
    }

    /** Returns how many contexts are held out. */
    @JsonIgnore
    public int heldOutContexts() {
        return Math.max(evaluation.contexts, statisticsContexts());
    }

    /** Returns on how many of them, the first, statistics of latents are made; 0 for none. */
    @JsonIgnore
    public int statisticsContexts() {
        return statistics.flatMap(StatisticsSpec::contexts).orElse(evaluation.contexts);
    }

    /** Returns the seed by which examples of latents are sampled. */
    @JsonIgnore
    public long statisticsSeed() {
        return statistics.map(StatisticsSpec::seed).orElse(0L);
    }

    /** Returns the same with its language model elsewhere. */
    public RunSpec withLanguageModel(LanguageModelSource other) {
        return new RunSpec(
                run,
                other,
                contextLength,
                tokenBlock,
                activationType,
                textField,
                documents,
                packing,
                datasets,
                evaluation,
                statistics,
                training,
                sites,
                recipes);
    }

    /** Returns the same with another number of training steps, and without looking at the rules. */
    public RunSpec withSteps(int steps) {
        return new RunSpec(
                run,
                languageModel,
                contextLength,
                tokenBlock,
                activationType,
                textField,
                documents,
                packing,
                datasets,
                evaluation,
                statistics,
                training.withSteps(steps),
                sites,
                recipes);
    }

    /** Returns the number of rows of one token block, N = contexts * T. */
    @JsonIgnore
    public int blockRows() {
        return tokenBlock.contexts * contextLength;
    }

    /** Returns the number of rows of one token block at positions that are trained on. */
    @JsonIgnore
    public int trainedBlockRows() {
        return tokenBlock.contexts * training.tokens.positions().count();
    }

    /** Returns the number of rows that the shuffle buffer has room for. */
    @JsonIgnore
    public long bufferRows() {
        return (long) training.bufferContexts * training.tokens.positions().count();
    }

    /**
     * Returns how many token blocks hold enough rows for every training step. Training takes more
     * where the filter {@linkplain TokenFilter#dependsOnContent depends on content}.
     */
    @JsonIgnore
    public long trainingBlocks() {
        return Math.ceilDiv((long) training.steps * training.batchSize, trainedBlockRows());
    }

    /**
     * Where a language model comes from.
     *
     * @param uri a Hugging Face folder: {@code hf://owner/name@revision} on the hub, {@code
     *     s3://bucket/prefix/} in the object store, or {@code file:} where a service allows local
     *     files
     * @param revision the model's revision, recorded in every dictionary's lineage
     * @param computeType the number format of its weights and of what its layers compute
     * @param stages into how many {@link RunStages} its layers are cut; empty for one
     */
    public record LanguageModelSource(
            String uri,
            Optional<String> revision,
            ComputeType computeType,
            Optional<Integer> stages) {

        public LanguageModelSource {
            requireNonNull(uri, "uri is null");
            requireNonNull(revision, "revision is null");
            requireNonNull(computeType, "computeType is null");
            stages = requireNonNull(stages, "stages is null").filter(n -> n != 1);
        }

        /** Creates the source of a model that is not cut. */
        public LanguageModelSource(String uri, Optional<String> revision, ComputeType type) {
            this(uri, revision, type, Optional.empty());
        }

        /**
         * Reads the address of a model.
         *
         * @throws IllegalArgumentException when it is none, with the rule that it breaks
         */
        public static SourceUri checkUri(String uri) {
            SourceUri source = SourceUri.parse(uri);
            if (source instanceof HubPath path && (path.isDataset() || !path.path().isEmpty())) {
                throw new BrokenRuleException(
                        "not a model's repository", "hf://owner/name@revision", uri);
            }
            return source;
        }

        /** Returns what the address names on the hub; empty when it lies elsewhere. */
        public Optional<HubPath> hub() {
            return checkUri(uri) instanceof HubPath path ? Optional.of(path) : Optional.empty();
        }

        /** Returns a model of the hub at a commit; its revision stays on record. */
        public LanguageModelSource at(String commit) {
            HubPath path = hub().orElseThrow();
            return new LanguageModelSource(
                    path.at(commit).toString(),
                    revision.or(() -> Optional.of(path.revision())),
                    computeType,
                    stages);
        }
    }

    /**
     * How contexts are cut into token blocks.
     *
     * @param contexts contexts per block, B: the size of one forward pass
     * @param partitions partitions of the run's block topics, P: the most activation-services that
     *     can share the run
     */
    public record TokenBlockSpec(int contexts, int partitions) {}

    /**
     * The number format in which activations travel and rest; a value is rounded to nearest even.
     */
    public enum ActivationType {
        /** Four bytes a value. */
        FLOAT32(4, Float.MAX_VALUE, Float.POSITIVE_INFINITY),
        /** Two bytes a value: 10 bits of its mantissa, and magnitudes up to 65504. */
        FLOAT16(2, 65504f, 65520f),
        /** Two bytes a value: 7 bits of its mantissa, and nearly all magnitudes of float32. */
        BFLOAT16(2, Float.intBitsToFloat(0x7f7f0000), Float.intBitsToFloat(0x7f7f8000));

        private final int bytes;
        private final float largest;
        private final float overflow;

        ActivationType(int bytes, float largest, float overflow) {
            this.bytes = bytes;
            this.largest = largest;
            this.overflow = overflow;
        }

        /** Returns the bytes of one value. */
        public int bytes() {
            return bytes;
        }

        /** Returns the largest value. */
        public float largest() {
            return largest;
        }

        /** Tells whether a float32 is finite and stays so when it is rounded to this type. */
        public boolean holds(float value) {
            return Math.abs(value) < overflow;
        }

        /** Returns the bits of a value, rounded to this type, in the low {@link #bytes}. */
        public int bits(float value) {
            return switch (this) {
                case FLOAT32 -> Float.floatToRawIntBits(value);
                case FLOAT16 -> Float.floatToFloat16(value);
                case BFLOAT16 -> upperHalf(value);
            };
        }

        private static int upperHalf(float value) {
            int bits = Float.floatToRawIntBits(value);
            // Rounding up the mantissa of NaN could make it infinity.
            return Float.isNaN(value) ? 0x7fc0 : (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
        }

        /** Returns the value that the low {@link #bytes} are the bits of, exactly. */
        public float value(int bits) {
            return switch (this) {
                case FLOAT32 -> Float.intBitsToFloat(bits);
                case FLOAT16 -> Float.float16ToFloat((short) bits);
                case BFLOAT16 -> Float.intBitsToFloat(bits << 16);
            };
        }

        /** Returns the name as written in a run spec. */
        @JsonValue
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What is held out for evaluation.
     *
     * @param contexts the number of contexts to hold out
     * @param source where they come from
     */
    public record EvaluationSpec(int contexts, Source source) {

        public EvaluationSpec {
            requireNonNull(source, "source is null");
        }

        /** Where held-out contexts come from; shards marked for evaluation are never trained on. */
        public enum Source {
            /** The first contexts of the stream. */
            STREAM,
            /** The first contexts of the shards with {@code split: evaluation}. */
            SHARDS;

            /** Returns the name as written in a run spec. */
            @JsonValue
            public String text() {
                return name().toLowerCase(Locale.ROOT);
            }
        }
    }

    /**
     * What statistics of the latents of final dictionaries are over.
     *
     * @param contexts how many held-out contexts, the first ones; 0 makes none, empty takes those
     *     of the evaluation
     * @param seed the seed by which examples are sampled
     */
    public record StatisticsSpec(Optional<Integer> contexts, long seed) {

        public StatisticsSpec {
            requireNonNull(contexts, "contexts is null");
        }
    }

    /**
     * What all recipes of a run share.
     *
     * @param steps training steps; the run ends earlier when its dataset does
     * @param batchSize rows per step
     * @param bufferContexts contexts in the shuffle buffer
     * @param bufferType how activations rest there
     * @param normalizeActivations whether activations are scaled to unit mean squared norm, which
     *     is folded into the saved weights
     * @param checkpointSteps steps between checkpoints
     * @param keepCheckpoints steps whose checkpoints are kept; of the others the last two are
     * @param maxLagBytes how far extraction may run ahead of the slowest trainer, and a stage of it
     *     ahead of the next one
     * @param seed the seed of the shuffle
     * @param tokens which tokens' activations are trained on
     * @param divergence when a dictionary's loss has exploded
     * @param earlyStop when a dictionary has been trained enough; empty trains all steps
     */
    public record TrainingSpec(
            int steps,
            int batchSize,
            int bufferContexts,
            ActivationType bufferType,
            boolean normalizeActivations,
            int checkpointSteps,
            List<Long> keepCheckpoints,
            long maxLagBytes,
            long seed,
            TokenFilter tokens,
            DivergencePolicy divergence,
            Optional<EarlyStopPolicy> earlyStop) {

        /** Checks that nothing is absent and copies the list. */
        public TrainingSpec {
            requireNonNull(bufferType, "bufferType is null");
            keepCheckpoints = List.copyOf(keepCheckpoints);
            requireNonNull(tokens, "tokens is null");
            requireNonNull(divergence, "divergence is null");
            requireNonNull(earlyStop, "earlyStop is null");
        }

        /** Returns the same with another number of steps. */
        TrainingSpec withSteps(int other) {
            return new TrainingSpec(
                    other,
                    batchSize,
                    bufferContexts,
                    bufferType,
                    normalizeActivations,
                    checkpointSteps,
                    keepCheckpoints,
                    maxLagBytes,
                    seed,
                    tokens,
                    divergence,
                    earlyStop);
        }
    }
}
