package org.lexicographer.pipeline.run;

import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.Topics;

/**
 * The stages that a run's forward pass is cut into: spans of the layers up to the last one that the
 * run observes, which no layer above matters to. Stage 0 reads token blocks; each of the others
 * reads the residual blocks that the one before it writes. A function of the run spec alone.
 *
 * @param run the run's name
 * @param observed the sites that the run observes
 * @param spans the layers of each stage
 */
public record RunStages(String run, SortedSet<Site> observed, List<LayerSpan> spans) {

    /** Takes the spans in their order. */
    public RunStages {
        observed = new TreeSet<>(observed);
        spans = List.copyOf(spans);
    }

    /** Returns the stages of a run whose spec is sound. */
    public static RunStages of(RunSpec spec) {
        SortedSet<Site> observed = spec.observedSites();
        int stages = spec.languageModel().stages().orElse(1);
        return new RunStages(
                spec.run(), observed, LayerSpan.even(observedLayers(observed), stages));
    }

    /** Returns how many layers a pass runs through, at least one, to observe sites. */
    static int observedLayers(SortedSet<Site> observed) {
        return observed.stream().mapToInt(Site::layer).max().orElse(0) + 1;
    }

    /** Returns the number of stages. */
    public int count() {
        return spans.size();
    }

    /** Returns the sites whose activations a stage writes. */
    public SortedSet<Site> observed(int stage) {
        LayerSpan span = spans.get(stage);
        SortedSet<Site> here = new TreeSet<>(observed);
        here.removeIf(site -> !span.contains(site.layer()));
        return here;
    }

    /** Returns the site whose value a stage hands on to the next one; empty for the last stage. */
    public Optional<Site> handedOn(int stage) {
        return stage == count() - 1
                ? Optional.empty()
                : Optional.of(new Site(spans.get(stage).end() - 1, Site.Kind.RESID_POST));
    }

    /** Returns the topic that a stage reads. */
    public String source(int stage) {
        return stage == 0 ? Topics.tokenBlocks(run) : Topics.residualBlocks(run, stage);
    }

    /** Returns the consumer group of a stage. */
    public String group(int stage) {
        return Topics.activationGroup(run, stage);
    }

    /** Returns the consumer groups of all stages. */
    public List<String> groups() {
        return IntStream.range(0, count()).mapToObj(this::group).toList();
    }

    /** Returns the topics between stages. */
    public List<String> residualTopics() {
        return IntStream.range(1, count()).mapToObj(this::source).toList();
    }
}
