package org.lexicographer.eval.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.eval.evaluator.Contexts;
import org.lexicographer.eval.evaluator.TracedContexts;
import org.lexicographer.eval.evaluator.UnusableInputException;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.block.CorruptBlockException;
import org.lexicographer.pipeline.block.TokenBlock;
import org.lexicographer.pipeline.block.TokenBlockFormat;
import org.lexicographer.pipeline.message.RunOwner;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.ContextOrigins;
import org.lexicographer.pipeline.stored.DocumentSpan;
import org.lexicographer.pipeline.stored.HeldOutSet;
import org.lexicographer.pipeline.stored.RunEnd;
import org.lexicographer.pipeline.stored.TrainingCurves;
import org.lexicographer.runstore.NameClaims;
import org.lexicographer.runstore.NameClaims.Kind;
import org.lexicographer.runstore.ReplacedModelException;
import org.lexicographer.runstore.RunModels;
import org.lexicographer.runstore.RunOwners;
import org.lexicographer.runstore.StoredEnds;

/** Reads what the other services have stored of a run: its spec, its end, its held-out contexts. */
public final class RunStore {

    private final ObjectStore store;
    private final NameClaims names;
    private final RunModels models;
    private final RunOwners owners;

    public RunStore(ObjectStore store) {
        this.store = store;
        this.owners = new RunOwners(store);
        this.names = new NameClaims(store);
        this.models = new RunModels(store);
    }

    /**
     * Returns a run's spec, or empty when there is no such run.
     *
     * @throws UnusableInputException when it is not a valid spec
     */
    public Optional<RunSpec> spec(String run) {
        String key = ObjectKeys.runSpec(run);
        try {
            return read(key).map(RunSpec::read);
        } catch (InvalidFieldsException e) {
            throw new UnusableInputException(
                    "run spec not valid: %s, key=%s".formatted(e.getMessage(), key), e);
        }
    }

    /** Returns whose a run is; empty where it is nobody's. */
    public Optional<String> owner(String run) {
        return owners.find(run).map(RunOwner::owner);
    }

    /**
     * Gives a name to imports for good, unless a run has it.
     *
     * @return whether imports have it now
     */
    public boolean leaveToImports(String name) {
        return names.claim(name, Kind.IMPORT) == Kind.IMPORT;
    }

    /** Tells whether a run of a name was removed, be it that some of it stays. */
    public boolean isRemoved(String name) {
        return names.holder(name).equals(Optional.of(Kind.PURGED));
    }

    /**
     * Returns what an evaluation of a run's dictionary must know.
     *
     * @throws UnusableInputException when the dictionary is not imported and there is no such run
     */
    public EvaluationSetting setting(String run, DictionaryConfig dictionary) {
        Optional<RunSpec> spec = spec(run);
        return dictionary
                .imported()
                .map(imported -> EvaluationSetting.of(imported, spec))
                .or(() -> spec.map(EvaluationSetting::of))
                .orElseThrow(() -> new UnusableInputException("run spec missing: run=" + run));
    }

    /**
     * Checks that a language model is the one that the run was computed with, as far as that is on
     * record, and the dictionary is evaluated on it.
     *
     * @param languageModel the address of the model that the dictionary is evaluated on
     * @param content a digest of the model that was found at its address
     * @throws UnusableInputException when it is another
     */
    public void checkModel(String run, String languageModel, String content) {
        try {
            spec(run)
                    .filter(spec -> spec.languageModel().uri().equals(languageModel))
                    .ifPresent(spec -> models.check(spec, content));
        } catch (ReplacedModelException e) {
            throw new UnusableInputException(e.getMessage(), e);
        }
    }

    /** Returns how a run ended; empty while it continues. */
    public Optional<RunEnd> end(String run) {
        return new StoredEnds(store).find(run);
    }

    /** Tells whether a run was given up; one that failed may be resumed. */
    public boolean isCancelled(String run) {
        return end(run).filter(end -> end.state() == State.CANCELLED).isPresent();
    }

    /** Returns how the training at each site of a run has gone, as far as it was saved. */
    public List<TrainingCurves> curves(String run) {
        Map<Site, TrainingCurves> last = new TreeMap<>();
        // Steps are written with as many digits, so the last key of a site is that of the last.
        store.list(ObjectKeys.curves(run))
                .map(ObjectStat::key)
                .sorted()
                .flatMap(key -> read(key).stream())
                .map(TrainingCurves::read)
                .forEach(curves -> last.put(curves.site(), curves));
        return List.copyOf(last.values());
    }

    /** Tells whether all held-out contexts of the run are stored. */
    public boolean isHeldOutComplete(String run) {
        return store.stat(ObjectKeys.heldOutComplete(run)).isPresent();
    }

    /**
     * Returns a run's held-out contexts, which must be complete, in the order of their shards.
     *
     * @throws UnusableInputException when there are none, or fewer than were announced
     */
    public Contexts heldOut(RunSpec spec) {
        return announced(spec, blocks(spec));
    }

    /** Returns the tokens of each shard's held-out contexts by their key, in order. */
    private Map<String, int[]> blocks(RunSpec spec) {
        Map<String, int[]> blocks = new LinkedHashMap<>();
        for (String key : heldOutKeys(spec.run())) {
            blocks.put(key, tokens(key, spec.contextLength()));
        }
        return blocks;
    }

    private Contexts announced(RunSpec spec, Map<String, int[]> blocks) {
        int announced = announcedContexts(spec.run());
        Contexts all = joined(spec, blocks);
        if (announced < 1 || all.count() < announced) {
            throw new UnusableInputException(
                    "held-out contexts missing: expected=%d, found=%d, run=%s"
                            .formatted(Math.max(1, announced), all.count(), spec.run()));
        }
        return all.first(announced);
    }

    private static Contexts joined(RunSpec spec, Map<String, int[]> blocks) {
        return Contexts.join(spec.contextLength(), List.copyOf(blocks.values()));
    }

    /**
     * What was held out of a run to which nothing is added any more.
     *
     * @param traced at least one context, in the order of their shards; where those come from that
     *     earlier versions stored is not known
     * @param shortfall what is missing of the contexts that are wanted, where the set is not
     *     complete
     */
    public record HeldOut(TracedContexts traced, Optional<String> shortfall) {}

    /**
     * As {@link #lastHeldOut(RunSpec, int)}, where what the run's statistics are over is wanted.
     */
    public Optional<HeldOut> lastHeldOut(RunSpec spec) {
        return lastHeldOut(spec, spec.statisticsContexts());
    }

    /**
     * Returns what was held out of a run: all of it, or, of a run that was given up before, what
     * there is. Empty while more may come.
     *
     * @param wanted how many contexts the caller has a use for
     * @throws UnusableInputException when there is nothing
     */
    public Optional<HeldOut> lastHeldOut(RunSpec spec, int wanted) {
        if (isHeldOutComplete(spec.run())) {
            return Optional.of(complete(spec));
        }
        return isCancelled(spec.run()) ? Optional.of(incomplete(spec, wanted)) : Optional.empty();
    }

    private HeldOut complete(RunSpec spec) {
        Map<String, int[]> blocks = blocks(spec);
        Contexts contexts = announced(spec, blocks);
        ContextOrigins origins = origins(spec, blocks).first(contexts.count());
        return new HeldOut(new TracedContexts(contexts, origins), Optional.empty());
    }

    private HeldOut incomplete(RunSpec spec, int wanted) {
        Map<String, int[]> blocks = blocks(spec);
        Contexts found = joined(spec, blocks);
        if (found.count() == 0) {
            throw new UnusableInputException(
                    "held-out contexts missing: expected=%d, found=0, run=%s"
                            .formatted(spec.heldOutContexts(), spec.run()));
        }
        return new HeldOut(
                new TracedContexts(found, origins(spec, blocks)), shortfall(wanted, found.count()));
    }

    private static Optional<String> shortfall(int wanted, int found) {
        return found >= wanted
                ? Optional.empty()
                : Optional.of(
                        "the run was given up before all was held out: expected=%d contexts,"
                                        .formatted(wanted)
                                + " found=%d".formatted(found));
    }

    private ContextOrigins origins(RunSpec spec, Map<String, int[]> blocks) {
        List<List<DocumentSpan>> origins = new ArrayList<>();
        blocks.forEach(
                (key, tokens) ->
                        origins.addAll(
                                origins(
                                                ObjectKeys.heldOutOrigins(spec.run(), key),
                                                tokens.length / spec.contextLength())
                                        .contexts()));
        return new ContextOrigins(origins);
    }

    private ContextOrigins origins(String key, int contexts) {
        try {
            ContextOrigins origins =
                    read(key)
                            .map(ContextOrigins::read)
                            .orElseGet(() -> ContextOrigins.unknown(contexts));
            if (origins.contexts().size() != contexts) {
                throw new UnusableInputException(
                        "origins of other contexts: expected=%d, found=%d, key=%s"
                                .formatted(contexts, origins.contexts().size(), key));
            }
            return origins;
        } catch (InvalidFieldsException e) {
            throw new UnusableInputException(
                    "origins not valid: %s, key=%s".formatted(e.getMessage(), key), e);
        }
    }

    private int announcedContexts(String run) {
        String key = ObjectKeys.heldOutComplete(run);
        return read(key)
                .map(HeldOutSet::read)
                .map(HeldOutSet::contexts)
                .orElseThrow(() -> new UnusableInputException("object missing: key=" + key));
    }

    private List<String> heldOutKeys(String run) {
        return store.list(ObjectKeys.heldOut(run))
                .map(ObjectStat::key)
                .filter(ObjectKeys::isHeldOutContexts)
                .sorted()
                .toList();
    }

    private int[] tokens(String key, int contextLength) {
        try {
            TokenBlock block = TokenBlockFormat.decode(store.bytes(key));
            if (block.contextLength() != contextLength) {
                throw new UnusableInputException(
                        "context length mismatch: expected=%d, found=%d, key=%s"
                                .formatted(contextLength, block.contextLength(), key));
            }
            return block.tokens();
        } catch (CorruptBlockException e) {
            throw new UnusableInputException(e.getMessage() + ", key=" + key, e);
        }
    }

    private Optional<byte[]> read(String key) {
        try {
            return Optional.of(store.bytes(key));
        } catch (ObjectNotFoundException absent) {
            return Optional.empty();
        }
    }
}
