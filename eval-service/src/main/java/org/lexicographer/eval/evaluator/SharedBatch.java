package org.lexicographer.eval.evaluator;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.languagemodel.ReplacedLoss;
import org.lexicographer.languagemodel.SharedPass;
import org.lexicographer.pipeline.Site;

/**
 * One batch of a text that several dictionaries share: one pass goes down the layers and stops at
 * their sites. The ends of what was tried are kept until it is at its end, (B, T, D) for each
 * dictionary and each site.
 */
final class SharedBatch {

    private final LanguageModel model;
    private final int number;
    private final int firstContext;
    private final TextBaselines baselines;
    private final List<Measurement> measurements;

    /** What transcoders read, kept until the pass is at their targets. */
    private final Map<Site, NDArray> inputs = new HashMap<>();

    /** The ends of passes whose activations at a site are 0. */
    private final Map<Site, NDArray> zeroEnds = new LinkedHashMap<>();

    /**
     * Prepares a batch.
     *
     * @param number of the batch in its text, from 0
     * @param firstContext the number of its first context
     * @param measurements each of a dictionary that fits the model
     */
    SharedBatch(
            LanguageModel model,
            int number,
            int firstContext,
            TextBaselines baselines,
            List<Measurement> measurements) {
        this.model = model;
        this.number = number;
        this.firstContext = firstContext;
        this.baselines = baselines;
        this.measurements = measurements;
    }

    /** Measures all dictionaries on token ids (B, T), to whose manager kept inputs belong. */
    void run(NDArray tokens) {
        observeWhatComesTooLate(tokens);
        try (SharedPass pass = model.share(tokens)) {
            for (Site site : stops()) {
                stop(pass, site, tokens);
            }
            end(pass);
        }
    }

    /** The model's own logits are known last, and shared by all that was tried. */
    private void end(SharedPass pass) {
        List<NDArray> ends = new ArrayList<>(zeroEnds.values()); // (B, T, D) each
        List<Measurement> sound = measurements.stream().filter(Measurement::isSound).toList();
        sound.forEach(measurement -> ends.add(measurement.end()));
        SharedPass.Comparison found = pass.compare(ends);
        Iterator<ReplacedLoss> replaced = found.replaced().iterator();
        for (Site site : zeroEnds.keySet()) {
            baselines.zeroed(site).put(number, replaced.next());
        }
        for (Measurement measurement : sound) {
            ReplacedLoss reconstructed = replaced.next();
            ReplacedLoss zero = baselines.zeroed(measurement.spliced().target()).of(number);
            measurement.attempt(
                    () ->
                            measurement.endBatch(
                                    found.original().checkedFinite(),
                                    reconstructed.checkedFinite(),
                                    zero.checkedFinite()));
        }
    }

    /** A pass reaches some targets before the sites that their dictionaries read. */
    private void observeWhatComesTooLate(NDArray tokens) {
        Set<Site> late =
                measurements.stream()
                        .map(Measurement::spliced)
                        .filter(spliced -> spliced.input().compareTo(spliced.target()) > 0)
                        .map(SplicedDictionary::input)
                        .collect(Collectors.toSet());
        if (!late.isEmpty()) {
            inputs.putAll(model.observe(tokens, late)); // (B, T, D) each
        }
    }

    private TreeSet<Site> stops() {
        TreeSet<Site> stops = new TreeSet<>(transcoderInputs());
        stops.removeAll(inputs.keySet());
        measurements.forEach(measurement -> stops.add(measurement.spliced().target()));
        return stops;
    }

    private Set<Site> transcoderInputs() {
        return measurements.stream()
                .map(Measurement::spliced)
                .filter(spliced -> !spliced.input().equals(spliced.target()))
                .map(SplicedDictionary::input)
                .collect(Collectors.toSet());
    }

    private void stop(SharedPass pass, Site site, NDArray tokens) {
        NDArray value = pass.value(site); // (B, T, width of the site)
        if (transcoderInputs().contains(site) && !inputs.containsKey(site)) {
            NDArray kept = value.duplicate(); // (B, T, D)
            kept.attach(tokens.getManager());
            inputs.put(site, kept);
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
        measurement.measure(pass, firstContext, input, target);
    }

    private void zero(SharedPass pass, Site site, NDArray value) {
        try (NDArray zeros = value.zerosLike()) { // (B, T, width of the site)
            zeroEnds.put(site, pass.endWith(site, zeros)); // (B, T, D)
        }
    }
}
