package org.lexicographer.eval.evaluator;

import ai.djl.ndarray.NDArray;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.languagemodel.NextTokenLoss;
import org.lexicographer.languagemodel.SharedPass;
import org.lexicographer.pipeline.Site;

/**
 * One batch of a text that several dictionaries share: one pass goes down the layers and stops at
 * their sites.
 */
final class SharedBatch {

    private final LanguageModel model;
    private final int number;
    private final TextBaselines baselines;
    private final List<Measurement> measurements;

    /** What transcoders read, kept until the pass is at their targets. */
    private final Map<Site, NDArray> inputs = new HashMap<>();

    /**
     * Prepares a batch.
     *
     * @param number of the batch in its text, from 0
     * @param measurements each of a dictionary that fits the model
     */
    SharedBatch(
            LanguageModel model,
            int number,
            TextBaselines baselines,
            List<Measurement> measurements) {
        this.model = model;
        this.number = number;
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
            for (Measurement measurement : measurements) {
                measurement.attempt(
                        () ->
                                measurement.endBatch(
                                        baselines.original().of(number, pass::nextTokenLoss)));
            }
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
        for (Measurement measurement : measurements) {
            if (measurement.spliced().target().equals(site)) {
                measurement.attempt(() -> measure(pass, measurement, value));
            }
        }
    }

    private void measure(SharedPass pass, Measurement measurement, NDArray target) {
        SplicedDictionary spliced = measurement.spliced();
        NDArray input =
                spliced.input().equals(spliced.target())
                        ? target
                        : inputs.get(spliced.input()); // (B, T, D)
        NextTokenLoss zero =
                baselines
                        .zeroed(spliced.target())
                        .of(number, () -> zeroLoss(pass, spliced.target(), target));
        measurement.measure(pass, input, target, zero);
    }

    private static NextTokenLoss zeroLoss(SharedPass pass, Site site, NDArray value) {
        try (NDArray zeros = value.zerosLike()) { // (B, T, width of the site)
            return pass.nextTokenLossWith(site, zeros);
        }
    }
}
