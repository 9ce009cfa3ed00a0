package org.lexicographer.eval.evaluator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.lexicographer.languagemodel.ReplacedLoss;
import org.lexicographer.languagemodel.SharedPass;
import org.lexicographer.languagemodel.forward.BranchingPass;
import org.lexicographer.pipeline.Site;

/**
 * One batch of a text that several dictionaries share: one pass goes down the layers and stops at
 * their sites. What was tried goes with it to the end, a stream (B, T, D) for each dictionary and
 * each site.
 */
final class SharedBatch {

    private final int number;
    private final int firstContext;
    private final Contexts contexts;
    private final TextBaselines baselines;
    private final List<Measurement> measurements;

    /** What transcoders read, kept until the pass is at their targets. */
    private final Map<Site, NDArray> inputs = new HashMap<>();

    /** What becomes of activations of 0 at a site. */
    private final Map<Site, BranchingPass.Branch> zeroed = new LinkedHashMap<>();

    /** What becomes of reconstructions. */
    private final Map<Measurement, BranchingPass.Branch> reconstructed = new LinkedHashMap<>();

    /**
     * Prepares a batch.
     *
     * @param number of the batch in its text, from 0
     * @param firstContext the number of its first context
     * @param measurements each of a dictionary that fits the model
     */
    SharedBatch(
            int number,
            int firstContext,
            Contexts contexts,
            TextBaselines baselines,
            List<Measurement> measurements) {
        this.number = number;
        this.firstContext = firstContext;
        this.contexts = contexts;
        this.baselines = baselines;
        this.measurements = measurements;
    }

    /** Returns the sites that a pass stops at, in its order. */
    static SortedSet<Site> stops(List<Measurement> measurements) {
        SortedSet<Site> stops = new TreeSet<>(keptInputs(measurements));
        stops.removeAll(inputsThatComeTooLate(measurements));
        measurements.forEach(measurement -> stops.add(measurement.spliced().target()));
        return stops;
    }

    /** Returns what transcoders read, and a pass reaches after the target of one of them. */
    static SortedSet<Site> inputsThatComeTooLate(List<Measurement> measurements) {
        return measurements.stream()
                .map(Measurement::spliced)
                .filter(spliced -> spliced.input().compareTo(spliced.target()) > 0)
                .map(SplicedDictionary::input)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns what transcoders read. */
    static Set<Site> keptInputs(List<Measurement> measurements) {
        return measurements.stream()
                .map(Measurement::spliced)
                .filter(spliced -> !spliced.input().equals(spliced.target()))
                .map(SplicedDictionary::input)
                .collect(Collectors.toSet());
    }

    /** Returns the token ids (B, T), the scope's. */
    NDArray tokens(NDManager scope) {
        return scope.create(
                contexts.tokens(), new Shape(contexts.count(), contexts.contextLength())); // (B, T)
    }

    /** Returns the number of the context after the last one. */
    int end() {
        return firstContext + contexts.count();
    }

    /** Keeps what transcoders read at a site in the scope. */
    void keep(SharedPass pass, Site site, NDManager scope) {
        NDArray kept = pass.value(site).duplicate(); // (B, T, width of the site)
        kept.attach(scope);
        inputs.put(site, kept);
    }

    /**
     * Does what is to be done at a site.
     *
     * @param scope of what is kept
     */
    void stop(SharedPass pass, Site site, NDManager scope) {
        NDArray value = pass.value(site); // (B, T, width of the site)
        if (keptInputs(measurements).contains(site) && !inputs.containsKey(site)) {
            keep(pass, site, scope);
        }
        List<Measurement> here =
                measurements.stream().filter(it -> it.spliced().target().equals(site)).toList();
        if (!here.isEmpty() && !baselines.zeroed(site).has(number)) {
            zero(pass, site, value);
        }
        here.forEach(measurement -> measurement.attempt(() -> measure(pass, measurement, value)));
    }

    private void measure(SharedPass pass, Measurement measurement, NDArray target) {
        SplicedDictionary spliced = measurement.spliced();
        NDArray input =
                spliced.input().equals(spliced.target())
                        ? target
                        : inputs.get(spliced.input()); // (B, T, D)
        reconstructed.put(measurement, measurement.measure(pass, firstContext, input, target));
    }

    private void zero(SharedPass pass, Site site, NDArray value) {
        try (NDArray zeros = value.zerosLike()) { // (B, T, width of the site)
            zeroed.put(site, pass.branch(site, zeros));
        }
    }

    /** Returns all that was tried and whose dictionaries are sound, for {@link #end}. */
    List<BranchingPass.Branch> branches() {
        reconstructed.keySet().removeIf(measurement -> !measurement.isSound());
        List<BranchingPass.Branch> branches = new ArrayList<>(zeroed.values());
        branches.addAll(reconstructed.values());
        return branches;
    }

    /** Ends the batch; the model's own logits are shared by all that was tried. */
    void end(SharedPass.Comparison found) {
        Iterator<ReplacedLoss> replaced = found.replaced().iterator();
        for (Site site : zeroed.keySet()) {
            baselines.zeroed(site).put(number, replaced.next());
        }
        for (Measurement measurement : reconstructed.keySet()) {
            ReplacedLoss loss = replaced.next();
            ReplacedLoss zero = baselines.zeroed(measurement.spliced().target()).of(number);
            measurement.attempt(
                    () ->
                            measurement.endBatch(
                                    found.original().checkedFinite(),
                                    loss.checkedFinite(),
                                    zero.checkedFinite()));
        }
    }
}
