package org.lexicographer.eval.service.openapi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lexicographer.eval.definition.Definition;
import org.lexicographer.eval.explanation.Explanation;
import org.lexicographer.eval.explanation.ExplanationRequest;
import org.lexicographer.eval.inspection.LatentAblation;
import org.lexicographer.eval.latent.result.DensityHistogram;
import org.lexicographer.eval.latent.result.Example;
import org.lexicographer.eval.latent.result.LatentDetails;
import org.lexicographer.eval.latent.result.LatentPage;
import org.lexicographer.eval.nearest.OtherDictionaries;
import org.lexicographer.eval.statistics.StatisticsProgress;
import org.lexicographer.eval.text.ActivationRequest;
import org.lexicographer.eval.text.TextRequest;
import org.lexicographer.eval.view.CurveTable;
import org.lexicographer.eval.view.DictionaryDetails;
import org.lexicographer.eval.view.DictionarySummary;
import org.lexicographer.eval.view.LossRecovered;
import org.lexicographer.eval.view.PlainTable;
import org.lexicographer.eval.view.TableRow;
import org.lexicographer.eval.view.TextActivations;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.message.Evaluation;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.schema.JsonSchema;
import org.lexicographer.pipeline.stored.TrainingCurves;

class ExamplesTest {

    private static final Map<String, Class<?>> TYPES =
            Map.ofEntries(
                    Map.entry(DictionaryExamples.ALL, DictionarySummary[].class),
                    Map.entry(DictionaryExamples.ONE, DictionaryDetails.class),
                    Map.entry(DictionaryExamples.EVALUATION, Evaluation.class),
                    Map.entry(DictionaryExamples.LOSS_RECOVERED, LossRecovered.class),
                    Map.entry(DictionaryExamples.TEXT, TextRequest.class),
                    Map.entry(DictionaryExamples.TEXT_FILE, TextRequest.class),
                    Map.entry(DictionaryExamples.ACTIVATIONS_OF, ActivationRequest.class),
                    Map.entry(DictionaryExamples.ACTIVATIONS, TextActivations.class),
                    Map.entry(RunExamples.TABLE, TableRow[].class),
                    Map.entry(RunExamples.PROGRESS, RunProgress[].class),
                    Map.entry(RunExamples.CURVES, TrainingCurves[].class),
                    Map.entry(RunExamples.METRICS, Definition[].class),
                    Map.entry(LatentExamples.MEANING, Definition[].class),
                    Map.entry(LatentExamples.EXPLANATION, Explanation.class),
                    Map.entry(LatentExamples.EXPLAINED, ExplanationRequest.class),
                    Map.entry(LatentExamples.PAGE, LatentPage.class),
                    Map.entry(LatentExamples.PROGRESS, StatisticsProgress.class),
                    Map.entry(LatentExamples.DENSITY, DensityHistogram.class),
                    Map.entry(LatentExamples.ONE, LatentDetails.class),
                    Map.entry(LatentExamples.EXAMPLES, Example[].class),
                    Map.entry(LatentExamples.NEAREST, OtherDictionaries.class),
                    Map.entry(LatentExamples.ABLATION, LatentAblation.class));

    private static <T> T read(String example, Class<T> type) {
        return Json.read(example.getBytes(UTF_8), type);
    }

    @Test
    void eachExampleIsOfItsType() {
        TYPES.forEach(
                (example, type) ->
                        assertThatCode(() -> read(example, type))
                                .as(type.getSimpleName())
                                .doesNotThrowAnyException());
    }

    @Test
    void tablesAreThoseOfTheirData() {
        assertThat(PlainTable.of(List.of(read(RunExamples.TABLE, TableRow[].class))))
                .isEqualTo(RunExamples.PLAIN_TABLE);
        assertThat(CurveTable.of(List.of(read(RunExamples.CURVES, TrainingCurves[].class))))
                .isEqualTo(RunExamples.CURVE_TABLE);
    }

    @Test
    void anUploadIsAsNeuronpediaWantsIt() {
        JsonSchema schema = JsonSchema.load("/neuronpedia/upload.json");

        assertThatCode(
                        () ->
                                schema.bind(
                                        Json.tree(LatentExamples.UPLOAD.getBytes(UTF_8)),
                                        Object.class))
                .doesNotThrowAnyException();
    }
}
