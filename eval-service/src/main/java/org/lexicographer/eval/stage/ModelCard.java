package org.lexicographer.eval.stage;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.dictionary.exchange.FolderFormat;
import org.lexicographer.eval.metric.MetricDefinition;
import org.lexicographer.pipeline.run.RunSpec;

/**
 * The card of a published folder: front matter that a model hub reads, a table of its dictionaries
 * with their figures, how they are loaded, and what was left out.
 *
 * @param run whose dictionaries they are
 * @param format which tool reads them
 * @param spec of the run, unless they were imported
 * @param published what the folder has
 * @param leftOut why it lacks others, by their names
 */
record ModelCard(
        String run,
        FolderFormat format,
        Optional<RunSpec> spec,
        List<PublishedDictionary> published,
        Map<String, String> leftOut) {

    private static final List<MetricDefinition> FIGURES =
            List.of(
                    MetricDefinition.MSE,
                    MetricDefinition.L1,
                    MetricDefinition.L0,
                    MetricDefinition.FRACTION_ALIVE,
                    MetricDefinition.FRACTION_OF_VARIANCE_UNEXPLAINED,
                    MetricDefinition.LOSS_RECOVERED,
                    MetricDefinition.KL_DIVERGENCE_SCORE);

    private static final String HUB = "hf://";

    byte[] bytes() {
        return (frontMatter() + title() + table() + loading() + gaps())
                .getBytes(StandardCharsets.UTF_8);
    }

    private String frontMatter() {
        StringBuilder text = new StringBuilder("---\n");
        if (format == FolderFormat.SAE_LENS) {
            text.append("library_name: saelens\n");
        }
        text.append("tags:\n- sparse-autoencoder\n- dictionary-learning\n- interpretability\n");
        baseModel().ifPresent(model -> text.append("base_model: ").append(model).append('\n'));
        return text.append("---\n\n").toString();
    }

    /** Returns the name that the hub has for the language model, if it comes from there. */
    private Optional<String> baseModel() {
        return spec.map(it -> it.languageModel().uri())
                .filter(uri -> uri.startsWith(HUB))
                .map(uri -> uri.substring(HUB.length()).replaceFirst("@.*", ""));
    }

    private String title() {
        String about =
                spec.map(
                                it ->
                                        "Sparse dictionaries of the activations of `%s`, contexts of %d tokens. Everything that they were trained with is in `run.json`.\n\n"
                                                .formatted(
                                                        it.languageModel().uri(),
                                                        it.contextLength()))
                        .orElse("");
        return "# Dictionaries of %s\n\n%s".formatted(run, about);
    }

    private String table() {
        StringBuilder text =
                new StringBuilder("| folder | site | recipe | latents | step | tokens |");
        FIGURES.forEach(figure -> text.append(' ').append(figure.id()).append(" |"));
        text.append("\n|").append("---|".repeat(6 + FIGURES.size())).append('\n');
        published.forEach(it -> text.append(row(it)));
        return text.append(
                        "\n"
                                + "Figures are of held-out text; `-` where there are none."
                                + " `eval_results.json` beside each dictionary has all of them.\n\n")
                .toString();
    }

    private static String row(PublishedDictionary it) {
        StringBuilder text =
                new StringBuilder(
                        "| `%s` | %s | %s | %d | %d | %d |"
                                .formatted(
                                        it.folder(),
                                        it.checkpoint().dictionary().site(),
                                        it.checkpoint().dictionary().recipe(),
                                        it.dictionarySize(),
                                        it.checkpoint().step(),
                                        it.checkpoint().tokens()));
        for (MetricDefinition figure : FIGURES) {
            Optional<Double> value = it.evaluation().flatMap(e -> e.metric(figure.id()));
            text.append(' ')
                    .append(value.map(v -> String.format(Locale.ROOT, "%.4g", v)).orElse("-"))
                    .append(" |");
        }
        return text.append('\n').toString();
    }

    private String loading() {
        String folder = published.getFirst().folder();
        String code =
                format == FolderFormat.DICTIONARY_LEARNING
                        ? "from dictionary_learning.utils import load_dictionary\n\n"
                                + "dictionary, config = load_dictionary(\"%s\", device=\"cpu\")"
                        : "from sae_lens import SAE\n\nsae = SAE.load_from_disk(\"%s\")";
        return "```python\n" + code.formatted(folder) + "\n```\n";
    }

    private String gaps() {
        if (leftOut.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder("\nLeft out:\n\n");
        leftOut.forEach(
                (name, reason) ->
                        text.append("- `%s`: %s\n".formatted(name, reason.replace('\n', ' '))));
        return text.toString();
    }
}
