package org.lexicographer.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lexicographer.pipeline.account.DatasetAccount;
import org.lexicographer.pipeline.account.LeftOutReason;
import org.lexicographer.pipeline.message.DatasetEnd;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.message.DatasetShard;
import org.lexicographer.pipeline.message.DatasetShard.Split;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.Evaluation;
import org.lexicographer.pipeline.message.RunOwner;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.EvaluationProgress;
import org.lexicographer.pipeline.message.progress.ExtractionProgress;
import org.lexicographer.pipeline.message.progress.PartProgress;
import org.lexicographer.pipeline.message.progress.RecipeProgress;
import org.lexicographer.pipeline.message.progress.StreamProgress;
import org.lexicographer.pipeline.message.progress.TokenizerProgress;
import org.lexicographer.pipeline.message.progress.TrainingProgress;
import org.lexicographer.pipeline.message.progress.WholeRun;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.AuditEntry;
import org.lexicographer.pipeline.stored.ContextOrigins;
import org.lexicographer.pipeline.stored.CurvePoint;
import org.lexicographer.pipeline.stored.DocumentSpan;
import org.lexicographer.pipeline.stored.HeldOutSet;
import org.lexicographer.pipeline.stored.LostBlocks;
import org.lexicographer.pipeline.stored.Removal;
import org.lexicographer.pipeline.stored.RunEnd;
import org.lexicographer.pipeline.stored.RunExtension;
import org.lexicographer.pipeline.stored.StatisticsPlan;
import org.lexicographer.pipeline.stored.StoredDatasetEnd;
import org.lexicographer.pipeline.stored.TrainingCurve;
import org.lexicographer.pipeline.stored.TrainingCurves;

/** Every record that is sent or stored as JSON is written as, and read from, its golden file. */
class GoldenTest {

    private static final DictionaryId DICTIONARY =
            DictionaryId.parse("demo/layers.3.mlp.out/standard");

    /** Whatever reads a record's bytes. */
    private interface Reader extends Function<byte[], Object> {}

    static Stream<Arguments> golden() {
        return Stream.of(messages(), progress(), stored()).flatMap(all -> all);
    }

    private static Stream<Arguments> messages() {
        return Stream.of(
                golden(
                        new DatasetShard("demo", "s3://datasets/a.jsonl.zst", Split.TRAINING),
                        DatasetMessage::read),
                golden(new DatasetEnd("demo"), DatasetMessage::read),
                golden(
                        new DictionaryCheckpoint(DICTIONARY, 950, 972_800, true, "dictionaries/d/"),
                        DictionaryCheckpoint::read),
                golden(
                        new Evaluation(
                                DICTIONARY,
                                950,
                                false,
                                "held-out",
                                128,
                                32_768,
                                List.of(new Evaluation.Metric("l0", 1, 36.5))),
                        Evaluation::read));
    }

    private static Stream<Arguments> progress() {
        RecipeProgress recipe =
                new RecipeProgress(
                        Optional.of(new RecipeProgress.Report(0.25, 31.5, 7)),
                        OptionalLong.of(90),
                        OptionalLong.empty());
        return Stream.of(
                        new WholeRun(),
                        new TokenizerProgress(
                                12,
                                96,
                                24_576,
                                8,
                                51.5,
                                new DatasetAccount(1, 2, 3, 4, 5, 6, List.of())),
                        new ExtractionProgress("replica-1", 1, 2048, 51.5, 3),
                        new TrainingProgress(
                                Site.parse("layers.3.mlp.out"),
                                100,
                                950,
                                102_400,
                                51.5,
                                new StreamProgress(
                                        50, OptionalLong.of(2), OptionalLong.of(4096), 6, 7),
                                Map.of("standard", recipe)),
                        new EvaluationProgress(DICTIONARY, 16, 128))
                .map(
                        part ->
                                arguments(
                                        "RunProgress." + part.getClass().getSimpleName(),
                                        new RunProgress(
                                                "demo",
                                                part,
                                                State.FAILED,
                                                Optional.of("block lost"),
                                                OptionalLong.of(5)),
                                        (Reader) RunProgress::read));
    }

    private static Stream<Arguments> stored() {
        return Stream.of(
                golden(RunSpec.read(Golden.text("RunSpec").getBytes(UTF_8)), RunSpec::read),
                golden(
                        new RunEnd(
                                State.FAILED,
                                Optional.of("block lost"),
                                Optional.of(LostBlocks.ACTIVATION_BLOCKS)),
                        RunEnd::read),
                golden(new HeldOutSet(128), HeldOutSet::read),
                golden(
                        new ContextOrigins(
                                List.of(
                                        List.of(span(0, "s3://datasets/a.jsonl", 7, 512)),
                                        List.of(),
                                        List.of(
                                                span(0, "s3://datasets/a.jsonl", 7, 640),
                                                span(96, "s3://datasets/b.txt", 0, 0)),
                                        List.of(new DocumentSpan(0, Optional.empty(), 0, 1, 0)))),
                        ContextOrigins::read),
                golden(new StoredDatasetEnd(7), StoredDatasetEnd::read),
                golden(new RunExtension(20, 40, 13), RunExtension::read),
                golden(new RunOwner("ada"), RunOwner::read),
                golden(
                        new AuditEntry(
                                "2026-01-31T12:00:00Z",
                                "trainer-service",
                                Optional.of("ada"),
                                Optional.of("nightly"),
                                "submit",
                                Optional.of("demo"),
                                AuditEntry.Outcome.REFUSED,
                                409,
                                Optional.of("another run has this name: run=demo")),
                        AuditEntry::read),
                golden(new Removal("statistics", "2026-01-31T12:00:00Z", 3, 4096), Removal::read),
                golden(
                        new StatisticsPlan(
                                "demo",
                                new StatisticsPlan.Setting(
                                        "held-out",
                                        "s3://models/demo/",
                                        "contexts.i32",
                                        8,
                                        128,
                                        2,
                                        4,
                                        7),
                                List.of(
                                        new DictionaryCheckpoint(
                                                DICTIONARY, 950, 972_800, true, "dictionaries/d/")),
                                Optional.of("4 contexts of 8")),
                        StatisticsPlan::read),
                golden(
                        new TrainingCurves(
                                Site.parse("layers.3.mlp.out"),
                                950,
                                Map.of(
                                        "standard",
                                        new TrainingCurve(
                                                2,
                                                List.of(
                                                        point(1, Optional.empty()),
                                                        point(950, Optional.of(0.875)))))),
                        TrainingCurves::read),
                golden(
                        new DatasetAccount(
                                1,
                                2,
                                3,
                                4,
                                5,
                                6,
                                List.of(
                                        new LeftOutReason(
                                                3,
                                                "s3://b/k.jsonl",
                                                Optional.of(7L),
                                                "line is not JSON"))),
                        DatasetAccount::read));
    }

    private static DocumentSpan span(int position, String shard, long document, long token) {
        return new DocumentSpan(position, Optional.of(shard), document, document + 1, token);
    }

    private static CurvePoint point(long step, Optional<Double> varianceExplained) {
        return new CurvePoint(step, 0.125, 0.25, 17.5, 36.5, 7, varianceExplained, 0.002);
    }

    private static Arguments golden(Object value, Reader reader) {
        return arguments(value.getClass().getSimpleName(), value, reader);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("golden")
    void isWrittenAsItsFile(String file, Object value, Reader reader) {
        assertThat(new String(Json.write(value), UTF_8)).isEqualTo(Golden.text(file));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("golden")
    void isReadFromItsFile(String file, Object value, Reader reader) {
        assertThat(reader.apply(Golden.text(file).getBytes(UTF_8))).isEqualTo(value);
    }

    @Test
    void everyRecordHasAFile() {
        // Given
        Stream<String> written =
                new ClassFileImporter()
                                .withImportOption(new ImportOption.DoNotIncludeTests())
                                .importPackages("org.lexicographer.pipeline")
                                .stream()
                                .filter(JavaClass::isRecord)
                                .filter(
                                        record ->
                                                record.tryGetMethod("toJson").isPresent()
                                                        || isMessage(record))
                                .map(JavaClass::getSimpleName)
                                .filter(name -> !name.equals("RunProgress"));
        Stream<String> parts =
                Stream.of(PartProgress.class.getPermittedSubclasses())
                        .map(part -> "RunProgress." + part.getSimpleName());

        // Then
        assertThat(golden().map(arguments -> (String) arguments.get()[0]))
                .containsExactlyInAnyOrderElementsOf(Stream.concat(written, parts).toList());
    }

    private static boolean isMessage(JavaClass record) {
        return record.isAssignableTo("org.lexicographer.pipeline.message.PipelineMessage");
    }
}
