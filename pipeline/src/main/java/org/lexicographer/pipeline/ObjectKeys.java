package org.lexicographer.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.HexFormat;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names of the objects in the store, in the order of the data's path. */
public final class ObjectKeys {

    /** The prefix of every run's objects. */
    public static final String RUNS = "runs/";

    /** The prefix of every dictionary's objects. */
    public static final String DICTIONARIES = "dictionaries/";

    /** The prefix of every evaluation. */
    public static final String EVALUATIONS = "evaluations/";

    /** The prefix of what latent statistics are made from. */
    public static final String STATISTICS = "statistics/";

    /** The prefix of the plans of statistics that are still to be made; each names its run. */
    public static final String STATISTICS_PLANS = STATISTICS + "plans/";

    /** The prefix of what is done of statistics that are being made. */
    public static final String STATISTICS_PARTS = STATISTICS + "parts/";

    /** The prefix of whose turn it is to look for statistics that were kept long enough. */
    public static final String STATISTICS_TURNS = STATISTICS + "retention/";

    /** The prefix of who compares which dictionaries. */
    public static final String PAIR_CLAIMS = STATISTICS + "pairs/claims/";

    /** The prefix of the nearest latents of pairs of dictionaries: run and site come next. */
    public static final String NEAREST_LATENTS = STATISTICS + "nearest/";

    /** The prefix of the records of who asked for what; the day comes next. */
    public static final String AUDIT = "audit/";

    /** The prefix of the records of what was imported by whom. */
    public static final String IMPORT_OWNERS = "owners/imports/";

    private static final String CONTINUATION = "continuation-";
    private static final String CONTEXTS_SUFFIX = ".tokens";

    // Ten digits or more, so that keys sort as steps do.
    private static final String STEP = "step-%010d";
    private static final Pattern STEP_PART = Pattern.compile("step-(\\d{10,18})");

    private ObjectKeys() {}

    /** Returns the key of the claim on a name, which says whether a run or imports own it. */
    public static String nameClaim(String name) {
        return "names/" + name + ".json";
    }

    /** Returns the part of a key that names a number of training steps, without slashes. */
    public static String step(long step) {
        return STEP.formatted(step);
    }

    /** Reads what {@link #step} has written; empty for everything else. */
    public static OptionalLong parseStep(String part) {
        Matcher matcher = STEP_PART.matcher(part);
        return matcher.matches()
                ? OptionalLong.of(Long.parseLong(matcher.group(1)))
                : OptionalLong.empty();
    }

    /** Returns the prefix of everything that belongs to a run while it is trained. */
    public static String run(String run) {
        return RUNS + run + "/";
    }

    /** Returns the key of a run's spec. */
    public static String runSpec(String run) {
        return run(run) + "run.json";
    }

    /** Returns the key of the record of whose a run is; absent where it is nobody's. */
    public static String runOwner(String run) {
        return run(run) + "owner.json";
    }

    /** Returns the key of the record of which language model a run is computed with. */
    public static String runModel(String run) {
        return run(run) + "language-model.json";
    }

    /** Returns the key of the template by which a run makes texts of chats. */
    public static String chatTemplate(String run) {
        return run(run) + "chat-template.jinja";
    }

    /** Returns the key of the record of how a run ended; absent while the run continues. */
    public static String runEnd(String run) {
        return run(run) + "end.json";
    }

    /**
     * Returns the key of the record of how a run went on after it had ended.
     *
     * @param from the steps that it had been given before
     */
    public static String runExtension(String run, int from) {
        return runExtensions(run) + step(from) + ".json";
    }

    /** Returns the prefix of the records of how often a run went on after it had ended. */
    public static String runExtensions(String run) {
        return run(run) + "extensions/";
    }

    /**
     * Returns the key of the last token block before those that a run took when it went on.
     *
     * @param from the steps that it had been given before
     */
    public static String blockBeforeExtension(String run, int from) {
        return "%sbefore-extensions/%s%s".formatted(run(run), step(from), CONTEXTS_SUFFIX);
    }

    /**
     * Returns the key of the record of who has what a run left to go on from when it ended.
     *
     * @param steps the steps that it had been given
     */
    public static String continuation(String run, int steps) {
        return continuations(run) + step(steps) + ".json";
    }

    /** Returns the prefix of the records of who has what a run left to go on from. */
    public static String continuations(String run) {
        return run(run) + "continuations/";
    }

    /** Returns the key of the record of which runs came before a run. */
    public static String placeInLine(String run) {
        return run(run) + "place-in-line.json";
    }

    /** Returns the key of the record of a site's job that was at work where memory was short. */
    public static String shortOfMemory(String run, Site site) {
        return "%sshort-of-memory/%s.json".formatted(run(run), site);
    }

    /** Returns the key of the record of since when a run that has ended rests. */
    public static String atRest(String run) {
        return run(run) + "at-rest.json";
    }

    /** Returns the key of since when the statistics of a run's latents are known to be there. */
    public static String statisticsSeen(String run) {
        return run(run) + "statistics-seen.json";
    }

    /** Returns the prefix of the records of what retention settings removed of a run. */
    public static String removals(String run) {
        return run(run) + "removed/";
    }

    /** Returns the key of the record of what retention settings removed of a part of a run. */
    public static String removal(String run, String part) {
        return removals(run) + part + ".json";
    }

    /**
     * Returns the key of the record that says from which block on a run's activations were
     * extracted again; absent when none were.
     */
    public static String extractedAgain(String run) {
        return run(run) + "extracted-again.json";
    }

    /** Returns the prefix of the shards that a run's dataset has had so far. */
    public static String datasetShards(String run) {
        return run(run) + "dataset-shards/";
    }

    /**
     * Returns the key of the message of one shard, stored when its first token is read.
     *
     * @param shardOffset the shard's offset in its topic partition
     */
    public static String datasetShard(String run, long shardOffset) {
        return datasetShards(run) + "%020d.json".formatted(shardOffset);
    }

    /** Returns the key of the record of where a run's dataset ends; absent while it may grow. */
    public static String datasetEnd(String run) {
        return run(run) + "dataset-end.json";
    }

    /** Returns the key of the record of where one of the datasets that a run mixes ends. */
    public static String datasetEnd(String run, String dataset) {
        return run(run) + "dataset-ends/" + dataset + ".json";
    }

    /** Returns the prefix of a run's held-out contexts, in token block format. */
    public static String heldOut(String run) {
        return run(run) + "held-out/";
    }

    /**
     * Returns the key of the contexts that one shard gave to the held-out set.
     *
     * @param shardOffset the shard's offset in its topic partition
     */
    public static String heldOutContexts(String run, long shardOffset) {
        return heldOutContexts(run, shardOffset, 0);
    }

    /**
     * Returns the key of a part of the contexts that one shard gave, where it gave many; the keys
     * of parts are in their order, and before those of later shards.
     *
     * @param part the number of the part, from 0
     */
    public static String heldOutContexts(String run, long shardOffset, int part) {
        String number = part == 0 ? "" : "_%06d".formatted(part);
        return heldOut(run) + "contexts-%020d%s%s".formatted(shardOffset, number, CONTEXTS_SUFFIX);
    }

    /** Tells whether a key under {@link #heldOut} is that of contexts. */
    public static boolean isHeldOutContexts(String key) {
        return key.endsWith(CONTEXTS_SUFFIX);
    }

    /**
     * Returns the key of what says where held-out contexts come from; absent where nobody knows. It
     * does not lie under {@link #heldOut}, where services of version 0.2 take everything for
     * contexts.
     *
     * @param contextsKey the key of the contexts that a shard gave
     */
    public static String heldOutOrigins(String run, String contextsKey) {
        String name = contextsKey.substring(heldOut(run).length());
        return "%sheld-out-origins/%s.json".formatted(run(run), name);
    }

    /** Returns the key whose presence says that a run's held-out set is complete. */
    public static String heldOutComplete(String run) {
        return heldOut(run) + "complete.json";
    }

    /** Returns the prefix of all accounts of a run's dataset. */
    public static String datasetAccounts(String run) {
        return run(run) + "accounts/";
    }

    /**
     * Returns the prefix of the accounts of a part of a run's dataset.
     *
     * @param part the name of the split that the shards are for, or of the dataset of a mix
     */
    public static String datasetAccounts(String run, String part) {
        return datasetAccounts(run) + part + "/";
    }

    /**
     * Returns the key of the account of a run's dataset up to and including one shard.
     *
     * @param part the name of the split that the shard is for, or of the dataset of a mix
     * @param shardOffset the shard's offset in its topic partition
     */
    public static String datasetAccount(String run, String part, long shardOffset) {
        return datasetAccounts(run, part) + "%020d.json".formatted(shardOffset);
    }

    /** Returns the prefix of the checkpoints of one trainer job. */
    public static String checkpoints(String run, Site site) {
        return "%scheckpoints/%s/".formatted(run(run), site);
    }

    /** Returns the key that names the checkpoints of one trainer job. */
    public static String checkpointManifest(String run, Site site) {
        return checkpoints(run, site) + "manifest.json";
    }

    /**
     * Returns what the keys of that begin with from which one trainer job could go on once its run
     * has ended.
     */
    public static String continuationObjects(String run, Site site) {
        return checkpoints(run, site) + CONTINUATION;
    }

    /** Tells whether a key begins with {@link #continuationObjects} of any job. */
    public static boolean isOfContinuation(String key) {
        return key.startsWith(RUNS)
                && key.contains("/checkpoints/")
                && key.contains("/" + CONTINUATION);
    }

    /** Returns the prefix of the training curves of a run. */
    public static String curves(String run) {
        return run(run) + "curves/";
    }

    /** Returns the prefix of the training curves at one site of a run. */
    public static String curves(String run, Site site) {
        return curves(run) + site + "/";
    }

    /** Returns the key of the training curves at one site of a run up to a step. */
    public static String curves(String run, Site site, long step) {
        return curves(run, site) + step(step) + ".json";
    }

    /** Returns the prefix of all dictionaries of a run, or imported under a name. */
    public static String dictionaries(String run) {
        return DICTIONARIES + run + "/";
    }

    /** Returns the prefix of everything that was saved of a dictionary. */
    public static String dictionary(DictionaryId dictionary) {
        return DICTIONARIES + dictionary + "/";
    }

    /** Returns the key of the record that says which of several imports is this dictionary. */
    public static String dictionaryImport(DictionaryId dictionary) {
        return dictionary(dictionary) + "import.json";
    }

    /** Returns the prefix of a dictionary as it was after a step. */
    public static String dictionary(DictionaryId dictionary, long step) {
        return dictionary(dictionary) + step(step) + "/";
    }

    /** Returns the prefix of the evaluations of a dictionary. */
    public static String evaluations(DictionaryId dictionary) {
        return EVALUATIONS + dictionary + "/";
    }

    /**
     * Returns the key of one evaluation.
     *
     * @param text the name of the text that the dictionary was evaluated on
     */
    public static String evaluation(DictionaryId dictionary, long step, String text) {
        return "%s%s/%s.json".formatted(evaluations(dictionary), step(step), text);
    }

    /**
     * Returns what the keys of statistics of a dictionary's latents begin with, which lie beside
     * it.
     *
     * @param text the name of the text that they are over
     */
    public static String latentStatistics(DictionaryId dictionary, long step, String text) {
        return latentStatistics(dictionary, step) + text + ".";
    }

    /** Returns what the keys of statistics of a dictionary's latents on any text begin with. */
    public static String latentStatistics(DictionaryId dictionary, long step) {
        return dictionary(dictionary, step) + "statistics.";
    }

    /**
     * Returns what the keys of explanations of a dictionary's latents begin with, which lie beside
     * it.
     */
    public static String explanations(DictionaryId dictionary, long step) {
        return dictionary(dictionary, step) + "explanations-";
    }

    /** Returns the prefix of the records of whose latents' statistics are still to be made. */
    public static String wantedStatistics(String run) {
        return STATISTICS + "wanted/" + run + "/";
    }

    /** Returns the prefix of contexts that statistics of a run's latents are over. */
    public static String statisticsContexts(String run) {
        return "%scontexts/%s/".formatted(STATISTICS, run);
    }

    /**
     * Returns the key of contexts that statistics of a run's latents are over.
     *
     * @param digest a text that is the same for the same contexts only
     */
    public static String statisticsContexts(String run, String digest) {
        return statisticsContexts(run) + digest + ".i32";
    }

    /**
     * Returns the key of what says where contexts of statistics come from; absent where nobody
     * knows.
     *
     * @param contextsKey the key of the contexts
     */
    public static String statisticsOrigins(String contextsKey) {
        return contextsKey + ".origins.json";
    }

    /**
     * Returns the key of the record of a request, under its day and in the order of time.
     *
     * @param at when it was answered
     * @param id tells it from others of the same instant
     */
    public static String audit(Instant at, UUID id) {
        String time = at.toString();
        return "%s%s/%s-%s.json".formatted(AUDIT, time.substring(0, 10), time, id);
    }

    /**
     * Returns the prefix of the records of what an owner has imported.
     *
     * @param owner whose name may have any characters
     */
    public static String importsOf(String owner) {
        return IMPORT_OWNERS + HexFormat.of().formatHex(owner.getBytes(UTF_8)) + "/";
    }

    /** Returns the key of the record of a dictionary that an owner has imported. */
    public static String importOf(String owner, DictionaryId dictionary) {
        return importsOf(owner) + dictionary + ".json";
    }
}
