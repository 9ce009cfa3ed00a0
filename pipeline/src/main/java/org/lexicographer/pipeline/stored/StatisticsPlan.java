package org.lexicographer.pipeline.stored;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;

/**
 * Which statistics are to be made together: those of dictionaries of one run that read the same
 * text in the same language model, so that they share its passes; an object under {@code
 * statistics/plans/}, which is there until they are made. As long as it is, its run is needed.
 *
 * @param run the run
 * @param setting what each dictionary's statistics depend on, beside the dictionary
 * @param dictionaries the checkpoints, by name
 * @param shortfall what is missing of the text that was meant; empty when it is whole
 */
public record StatisticsPlan(
        String run,
        Setting setting,
        List<DictionaryCheckpoint> dictionaries,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> shortfall) {

    private static final int DIGEST_BYTES = 8;

    /** About how many tokens a shard has. */
    private static final int SHARD_TOKENS = 1 << 14;

    /** Counting which latents are active together takes the square of the active ones a token. */
    private static final int CO_ACTIVATION_TOKENS = 1 << 17;

    public StatisticsPlan {
        requireNonNull(run, "run is null");
        requireNonNull(setting, "setting is null");
        requireNonNull(shortfall, "shortfall is null");
        dictionaries = List.copyOf(dictionaries);
    }

    /**
     * What statistics depend on.
     *
     * @param text the text's name
     * @param languageModel the URI of the language model's folder
     * @param contextsKey where the text's contexts lie
     * @param contexts how many there are
     * @param contextLength tokens per context, T
     * @param batchContexts contexts per forward pass, B
     * @param shardContexts contexts per shard, whole batches
     * @param seed what samples depend on
     */
    public record Setting(
            String text,
            String languageModel,
            String contextsKey,
            int contexts,
            int contextLength,
            int batchContexts,
            int shardContexts,
            long seed) {

        public Setting {
            requireNonNull(text, "text is null");
            requireNonNull(languageModel, "languageModel is null");
            requireNonNull(contextsKey, "contextsKey is null");
        }

        /** Returns how many contexts a shard has, a function of the size of a batch alone. */
        public static int shardContexts(int batchContexts, int contextLength) {
            int batchTokens = Math.multiplyExact(batchContexts, contextLength);
            return batchContexts * Math.ceilDiv(SHARD_TOKENS, batchTokens);
        }

        /**
         * Returns a text that is the same for the same setting and definitions only.
         *
         * @param definitions the versions of the definitions of all figures, by name
         */
        public String digest(Map<String, Integer> definitions) {
            return StatisticsPlan.digest(Json.write(List.of(this, definitions)));
        }
    }

    /**
     * Reads the object.
     *
     * @throws org.lexicographer.pipeline.InvalidFieldsException when it is none, naming every wrong
     *     field
     */
    public static StatisticsPlan read(byte[] json) {
        return Json.read(json, StatisticsPlan.class);
    }

    /** Writes the object. */
    public byte[] toJson() {
        return Json.write(this);
    }

    /** Returns a text that is the same for the same plan only. */
    public String digest() {
        return digest(toJson());
    }

    private static String digest(byte[] bytes) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha.digest(bytes), 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Returns how many shards there are. */
    @JsonIgnore
    public int shards() {
        return Math.ceilDiv(setting.contexts(), setting.shardContexts());
    }

    /** Returns the first context of a shard. */
    public int first(int shard) {
        return shard * setting.shardContexts();
    }

    /** Returns one past the last context of a shard. */
    public int end(int shard) {
        return Math.min(setting.contexts(), first(shard) + setting.shardContexts());
    }

    /** Returns on how many of the contexts, the first, co-activation is counted. */
    public int coActivationContexts() {
        return Math.min(
                setting.contexts(), Math.ceilDiv(CO_ACTIVATION_TOKENS, setting.contextLength()));
    }

    /** Returns how many units of work there are. */
    @JsonIgnore
    public int units() {
        return 2 * shards() + dictionaries.size();
    }
}
