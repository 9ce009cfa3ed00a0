package org.lexicographer.trainer.service.owner;

import static java.util.Objects.requireNonNull;

import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.message.RunOwner;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.runstore.RunOwners;
import org.lexicographer.runtime.access.Caller;
import org.lexicographer.runtime.problem.ProblemException;
import org.lexicographer.runtime.quota.Quotas;
import org.lexicographer.runtime.quota.Quotas.Rule;

/** Whose runs there are, as far as whoever asks at present is concerned. */
@Singleton
public final class OwnedRuns {

    private static final List<Rule> OF_ALL_RUNS = List.of(Rule.RUNS, Rule.LATENTS);

    private final RunOwners owners;
    private final Caller caller;
    private final Quotas quotas;

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
     * Checks that a new run is within its owner's quota. Of two that are submitted at the same time
     * each may be taken for the last one that fits.
     *
     * @throws ProblemException 403 with rule, limit and present use when it is not
     */
    public void mustHaveRoom(RunSpec spec) {
        if (!caller.isOperator()) {
            caller.owner().ifPresent(owner -> mustHaveRoom(owner, spec));
        }
    }

    private void mustHaveRoom(String owner, RunSpec spec) {
        quotas.check(Rule.SITES, owner, 0, spec.sites().size());
        if (quotas.isLimited(owner, OF_ALL_RUNS)) {
            List<RunSpec> others =
                    owners.atWork(owner).stream()
                            .filter(run -> !run.run().equals(spec.run()))
                            .toList();
            quotas.check(Rule.RUNS, owner, others.size(), 1);
            quotas.check(
                    Rule.LATENTS,
                    owner,
                    others.stream().mapToLong(OwnedRuns::latents).sum(),
                    latents(spec));
        }
    }

    /** Returns the latents of all dictionaries of a run. */
    static long latents(RunSpec spec) {
        return spec.sites().stream()
                .flatMap(site -> spec.recipesAt(site).stream())
                .mapToLong(RecipeSpec::dictionarySize)
                .sum();
    }
}
