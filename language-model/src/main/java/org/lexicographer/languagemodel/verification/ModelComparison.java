package org.lexicographer.languagemodel.verification;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.languagemodel.NextTokenLoss;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.pipeline.Site;

/** Runs a model on a reference's input, context by context, and compares what comes out. */
final class ModelComparison {

    private static final String LOGITS = "logits";
    private static final String ORIGINAL = "original";

    /** What the reference does to a site before it takes the loss. */
    private static final Map<String, UnaryOperator<NDArray>> CHANGES =
            Map.of(
                    ".zero",
                    NDArray::zerosLike, // (B, T, D)
                    ".perturbed",
                    x -> x.mul(0.5).addi(0.1)); // (B, T, D)

    private final LanguageModel model;
    private final ReferenceFolder reference;
    private final int contexts;
    private final int contextLength;
    private final Map<Site, ReferenceFolder.Values> sites = new TreeMap<>();
    private final Optional<ReferenceFolder.Values> logits;

    ModelComparison(LanguageModel model, ReferenceFolder reference) {
        this.model = model;
        this.reference = reference;
        this.contexts = Math.toIntExact(reference.inputShape().get(0));
        this.contextLength = Math.toIntExact(reference.inputShape().get(1));
        for (String name : reference.names()) {
            if (!name.equals(LOGITS)) {
                sites.put(Site.parse(name), reference.values(name));
            }
        }
        this.logits =
                Optional.of(LOGITS).filter(reference.names()::contains).map(reference::values);
    }

    /** Returns the largest difference per kind of site, and {@code logits}, in the pass's order. */
    Map<String, LargestDifference> activations() {
        Map<String, LargestDifference> differences = new LinkedHashMap<>();
        for (Site.Kind kind : Site.Kind.values()) {
            if (sites.keySet().stream().anyMatch(site -> site.kind() == kind)) {
                differences.put(kind.text(), LargestDifference.NONE);
            }
        }
        logits.ifPresent(expected -> differences.put(LOGITS, LargestDifference.NONE));
        for (int context = 0; context < contexts; context++) {
            compareContext(context, differences);
        }
        return differences;
    }

    private void compareContext(int context, Map<String, LargestDifference> differences) {
        try (NDManager scope = model.newScope()) {
            NDArray tokens = tokens(context, scope); // (1, T)
            Set<Site> known =
                    sites.keySet().stream()
                            .filter(site -> sites.get(site).contexts() > context)
                            .collect(Collectors.toSet());
            model.observe(tokens, known)
                    .forEach(
                            (site, found) ->
                                    differences.computeIfPresent(
                                            site.kind().text(),
                                            (kind, before) ->
                                                    compare(
                                                            sites.get(site),
                                                            context,
                                                            found,
                                                            before)));
            logits.filter(expected -> expected.contexts() > context)
                    .ifPresent(
                            expected ->
                                    differences.computeIfPresent(
                                            LOGITS,
                                            (kind, before) ->
                                                    compare(
                                                            expected,
                                                            context,
                                                            model.logits(tokens),
                                                            before)));
        }
    }

    private static LargestDifference compare(
            ReferenceFolder.Values expected, int context, NDArray found, LargestDifference before) {
        if (found.getShape().get(2) != expected.width()) {
            throw new InvalidModelException(
                    "reference tensor has the wrong width: expected=%d, found=%d, tensor=%s"
                            .formatted(found.getShape().get(2), expected.width(), expected.name()));
        }
        float[] values = found.toFloatArray();
        int count = expected.positions() * expected.width();
        double unit = expected.unit();
        LargestDifference largest = before;
        for (int i = 0; i < count; i++) {
            double reference = expected.elements()[context * count + i];
            largest = largest.and(reference / unit, values[i] / unit, expected.name());
        }
        return largest;
    }

    /** Returns the largest difference among the losses. */
    LargestDifference losses() {
        LargestDifference largest = LargestDifference.NONE;
        for (Map.Entry<String, Double> loss : reference.losses().entrySet()) {
            largest = largest.and(loss.getValue(), loss(loss.getKey()), loss.getKey());
        }
        return largest;
    }

    private double loss(String name) {
        Map<Site, UnaryOperator<NDArray>> replacements = replacements(name);
        NextTokenLoss loss = NextTokenLoss.NONE;
        for (int context = 0; context < contexts; context++) {
            try (NDManager scope = model.newScope()) {
                loss = loss.plus(model.nextTokenLoss(tokens(context, scope), replacements));
            }
        }
        return loss.mean();
    }

    private static Map<Site, UnaryOperator<NDArray>> replacements(String name) {
        if (name.equals(ORIGINAL)) {
            return Map.of();
        }
        for (Map.Entry<String, UnaryOperator<NDArray>> change : CHANGES.entrySet()) {
            if (name.endsWith(change.getKey())) {
                String site = name.substring(0, name.length() - change.getKey().length());
                return Map.of(Site.parse(site), change.getValue());
            }
        }
        throw new InvalidModelException(
                "unknown loss: expected=%s or a site with .zero or .perturbed, found=%s"
                        .formatted(ORIGINAL, name));
    }

    private NDArray tokens(int context, NDManager scope) {
        long[] ids = new long[contextLength];
        System.arraycopy(reference.inputIds(), context * contextLength, ids, 0, contextLength);
        return scope.create(ids, new Shape(1, contextLength)); // (1, T)
    }
}
