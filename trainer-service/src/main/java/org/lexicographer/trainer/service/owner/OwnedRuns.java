package org.lexicographer.trainer.service.owner;

import static java.util.Objects.requireNonNull;

import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.message.RunOwner;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.runstore.RunOwners;
import org.lexicographer.runtime.access.Caller;
import org.lexicographer.runtime.problem.ProblemException;
import org.lexicographer.runtime.quota.OngoingRequests;
import org.lexicographer.runtime.quota.Quotas;
import org.lexicographer.runtime.quota.Quotas.Rule;

/** Whose runs there are, as far as whoever asks at present is concerned. */
@Singleton
public final class OwnedRuns {

    private static final List<Rule> OF_ALL_RUNS = List.of(Rule.RUNS, Rule.LATENTS);

    private final RunOwners owners;
    private final Caller caller;
    private final Quotas quotas;
    private final OngoingRequests<RunSpec> starting = new OngoingRequests<>();

    OwnedRuns(ObjectStore objects, Caller caller, Quotas quotas) {
        this.owners = new RunOwners(objects);
        this.caller = requireNonNull(caller, "caller is null");
        this.quotas = requireNonNull(quotas, "quotas is null");
    }

    /** Returns whose a run would be that the caller submits; empty while access is off. */
    public Optional<RunOwner> caller() {
        return caller.owner().map(RunOwner::new);
    }

    /**
     * Checks that a run is the caller's, or the caller an operator.
     *
     * @throws ProblemException 403 when neither is so
     */
    public void mustBeOwn(String run) {
        if (!caller.isOperator()) {
            caller.mustChange(run, owners.find(run).map(RunOwner::owner));
        }
    }

    /**
     * Checks that the caller may remove runs from the store.
     *
     * @throws ProblemException 403 when not
     */
    public void mustRemove() {
        caller.mustOperate("remove a run from the store");
    }

    /**
     * Puts a run to work, if it is within its owner's quota with what the owner has at work. A run
     * that is at work already asks for no more. Of two that are asked for at the same time, at two
     * replicas, each may be taken for the last one that fits.
     *
     * @param start puts the run to work; it returns once the store says that it is
     * @throws ProblemException 403 with rule, limit and present use when it is not within it
     */
    public <T> T withinQuota(RunSpec spec, Supplier<T> start) {
        Optional<String> limited =
                caller.isOperator()
                        ? Optional.empty()
                        : owners.find(spec.run()).map(RunOwner::owner).or(caller::owner);
        return limited.isEmpty() ? start.get() : withinQuota(limited.get(), spec, start);
    }

    private <T> T withinQuota(String owner, RunSpec spec, Supplier<T> start) {
        quotas.check(Rule.SITES, owner, 0, spec.sites().size());
        if (!quotas.isLimited(owner, OF_ALL_RUNS)) {
            return start.get();
        }
        return starting.take(owner, spec, earlier -> mustHaveRoom(owner, spec, earlier), start);
    }

    private void mustHaveRoom(String owner, RunSpec spec, List<RunSpec> earlier) {
        Map<String, RunSpec> others = new HashMap<>();
        owners.atWork(owner).forEach(run -> others.put(run.run(), run));
        if (others.containsKey(spec.run())) {
            return;
        }
        earlier.forEach(run -> others.put(run.run(), run));
        others.remove(spec.run());
        quotas.check(Rule.RUNS, owner, others.size(), 1);
        quotas.check(
                Rule.LATENTS,
                owner,
                others.values().stream().mapToLong(OwnedRuns::latents).sum(),
                latents(spec));
    }

    /** Returns the latents of all dictionaries of a run. */
    static long latents(RunSpec spec) {
        return spec.sites().stream()
                .flatMap(site -> spec.recipesAt(site).stream())
                .mapToLong(RecipeSpec::dictionarySize)
                .sum();
    }
}
