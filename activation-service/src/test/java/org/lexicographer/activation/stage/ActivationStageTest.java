package org.lexicographer.activation.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lexicographer.activation.TestRuns;
import org.lexicographer.activation.model.FakeModel;
import org.lexicographer.activation.model.UnusableRunException;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.block.ActivationBlock;
import org.lexicographer.pipeline.block.ActivationBlockFormat;
import org.lexicographer.pipeline.block.CorruptBlockException;
import org.lexicographer.pipeline.block.DatasetPosition;
import org.lexicographer.pipeline.block.TokenBlock;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.run.RunSpec.ActivationType;

class ActivationStageTest {

    private static final Site IN = Site.parse("layers.0.mlp.in");
    private static final Site OUT = Site.parse("layers.1.mlp.out");

    private final FakeModel model = new FakeModel();

    private static List<ActivationBlock> at(Site site, List<StageRecord> records) {
        return records.stream()
                .filter(record -> record.site().equals(site))
                .map(record -> ActivationBlockFormat.decode(record.bytes()))
                .toList();
    }

    private static List<StageRecord> extract(ActivationStage stage, TokenBlock block) {
        List<StageRecord> records = new ArrayList<>();
        stage.extract(StageInput.Tokens.of(block), records::add);
        return records;
    }

    private static List<String> faults(Site site, List<StageRecord> records) {
        return records.stream()
                .filter(record -> record.site().equals(site))
                .flatMap(record -> record.fault().stream())
                .toList();
    }

    private static float[] values(ActivationBlock block) {
        float[] values = new float[block.rows() * block.activationDim()];
        block.copyTo(values, 0);
        return values;
    }

    @Test
    void oneForwardPassServesAllSites() {
        // Given
        ActivationStage stage = new ActivationStage(TestRuns.spec("demo"), model);
        TokenBlock block = TestRuns.block(7);

        // When
        List<StageRecord> records = extract(stage, block);

        // Then
        assertThat(model.passes()).containsExactly(Set.of(IN, OUT));
        for (Site site : List.of(IN, OUT)) {
            assertThat(at(site, records)).hasSize(1);
            ActivationBlock found = at(site, records).getFirst();
            assertThat(found.sequence()).isEqualTo(7);
            assertThat(found.rows()).isEqualTo(16);
            assertThat(values(found))
                    .isEqualTo(FakeModel.expected(block.tokens(), site, FakeModel.ACTIVATION_DIM));
        }
    }

    @Test
    void theTargetOfATranscoderIsObservedToo() {
        // Given
        RunSpec spec =
                TestRuns.spec(
                        "demo",
                        json -> {
                            json.withArray("sites").removeAll().add("layers.0.mlp.in");
                            json.withArray("recipes")
                                    .addObject()
                                    .put("type", "standard")
                                    .put("name", "stretcher")
                                    .put("reconstructs", "mlp.out")
                                    .put("dictionarySize", 8)
                                    .put("learningRate", 0.001)
                                    .put("sparsityPenalty", 0.1);
                        });

        // When
        List<StageRecord> records = extract(new ActivationStage(spec, model), TestRuns.block(0));

        // Then
        assertThat(records)
                .extracting(StageRecord::site)
                .containsExactly(IN, new Site(IN.layer(), Site.Kind.MLP_OUT));
    }

    @Test
    void float16IsRoundedToNearest() {
        // Given
        RunSpec spec = TestRuns.spec("demo", json -> json.put("activationType", "float16"));
        TokenBlock block = TestRuns.block(3);

        // When
        ActivationBlock found =
                at(OUT, extract(new ActivationStage(spec, model), block)).getFirst();

        // Then
        float[] expected = FakeModel.expected(block.tokens(), OUT, FakeModel.ACTIVATION_DIM);
        for (int i = 0; i < expected.length; i++) {
            expected[i] = Float.float16ToFloat(Float.floatToFloat16(expected[i]));
        }
        assertThat(found.type()).isEqualTo(ActivationType.FLOAT16);
        assertThat(values(found)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "float16, 65520, 'activation beyond the range of its type, float32 holds it: largest=65504.0, '",
        "float16, -70000, 'activation beyond the range of its type, float32 holds it: largest=65504.0, '",
        "float16, NaN, 'activation is not finite: '",
        "float16, -Infinity, 'activation is not finite: '",
        "bfloat16, 3.4e38, 'activation beyond the range of its type, float32 holds it: largest=3.3895314E38, '",
        "bfloat16, NaN, 'activation is not finite: '",
        "float32, NaN, 'activation is not finite: '",
        "float32, Infinity, 'activation is not finite: '"
    })
    void whatIsNotFiniteOnceItIsStoredIsNamedWithItsSite(String type, float value, String rule) {
        // Given
        RunSpec spec = TestRuns.spec("demo", json -> json.put("activationType", type));
        model.withValue(OUT, 11, 2, value);

        // When
        List<StageRecord> records = extract(new ActivationStage(spec, model), TestRuns.block(3));

        // Then
        assertThat(faults(IN, records)).isEmpty();
        assertThat(faults(OUT, records))
                .containsExactly(
                        rule
                                + "site=layers.1.mlp.out, value=%s, activationType=%s, sequence=3,"
                                        .formatted(value, type)
                                + " context=1, position=3");
    }

    @ParameterizedTest
    @CsvSource({
        "float16, 65519.996, 65504",
        "float16, -65504, -65504",
        "bfloat16, -3.3961773e38, -3.3895314e38",
        "float32, 3.4028235e38, 3.4028235e38"
    })
    void theLargestValuesOfATypeAreStored(String type, float value, float rounded) {
        // Given
        RunSpec spec = TestRuns.spec("demo", json -> json.put("activationType", type));
        model.withValue(OUT, 11, 2, value);

        // When
        List<StageRecord> records = extract(new ActivationStage(spec, model), TestRuns.block(3));

        // Then
        assertThat(faults(OUT, records)).isEmpty();
        float stored = values(at(OUT, records).getFirst())[11 * FakeModel.ACTIVATION_DIM + 2];
        assertThat(stored).isEqualTo(rounded);
    }

    @Test
    void aRowThatIsNotTrainedOnMayHoldAnything() {
        // Given
        TokenBlock block = TestRuns.block(3);
        RunSpec spec =
                TestRuns.spec(
                        "demo",
                        json ->
                                json.withObject("/training/tokens")
                                        .put("excludeSpecialTokens", true));
        model.withSpecialTokens(block.tokens()[11]).withValue(OUT, 11, 2, Float.NaN);

        // Then
        assertThat(faults(OUT, extract(new ActivationStage(spec, model), block))).isEmpty();
    }

    @Test
    void aLargeBlockLeavesInPartsOfAboutAMebibyte() {
        // Given: 16 rows of which 10 fill a record
        int activationDim = ActivationBlockFormat.RECORD_BYTES / 10 / Float.BYTES;
        FakeModel wide = new FakeModel(activationDim);
        ActivationStage stage = new ActivationStage(TestRuns.spec("demo"), wide);
        TokenBlock block = TestRuns.block(1);

        // When
        List<ActivationBlock> parts = at(OUT, extract(stage, block));

        // Then
        assertThat(parts).extracting(ActivationBlock::rows).containsExactly(10, 6);
        assertThat(parts).extracting(ActivationBlock::part).containsExactly(0, 1);
        assertThat(stage.recordsPerBlock(OUT)).isEqualTo(2);
        assertThat(stage.blockBytes(OUT)).isEqualTo(16L * activationDim * 4 + 2 * 44);
    }

    @Test
    void theEndOfTheStreamIsPassedOnWithoutAForwardPass() {
        // When
        List<StageRecord> records =
                extract(new ActivationStage(TestRuns.spec("demo"), model), TestRuns.end(4));

        // Then
        assertThat(model.passes()).isEmpty();
        for (Site site : List.of(IN, OUT)) {
            assertThat(at(site, records)).hasSize(1).first().matches(ActivationBlock::endsStream);
            assertThat(at(site, records).getFirst().sequence()).isEqualTo(4);
        }
    }

    @Test
    void aBlockWithFewerContextsIsTakenAsItIs() {
        // Given
        TokenBlock half = new TokenBlock(0, 8, new int[8], DatasetPosition.START);

        // When
        List<StageRecord> records =
                extract(new ActivationStage(TestRuns.spec("demo"), model), half);

        // Then
        assertThat(at(OUT, records).getFirst().rows()).isEqualTo(8);
    }

    @Test
    void refusesASiteThatTheModelLacks() {
        // Given
        RunSpec spec =
                TestRuns.spec("demo", json -> json.withArray("sites").add("layers.2.mlp.out"));

        // Then
        assertThatExceptionOfType(UnusableRunException.class)
                .isThrownBy(() -> new ActivationStage(spec, model))
                .withMessage("no such site in the model: layers=2, site=layers.2.mlp.out");
    }

    @Test
    void refusesContextsLongerThanTheModels() {
        // Given
        RunSpec spec = TestRuns.spec("demo", json -> json.put("contextLength", 32));

        // Then
        assertThatExceptionOfType(UnusableRunException.class)
                .isThrownBy(() -> new ActivationStage(spec, model))
                .withMessage("context too long for the model: limit=16, found=32");
    }

    @Test
    void refusesTokensBeyondTheVocabulary() {
        // Given
        int[] tokens = new int[16];
        tokens[5] = 50;
        TokenBlock block = new TokenBlock(9, 8, tokens, DatasetPosition.START);
        ActivationStage stage = new ActivationStage(TestRuns.spec("demo"), model);

        // Then
        assertThatExceptionOfType(UnusableRunException.class)
                .isThrownBy(() -> extract(stage, block))
                .withMessage(
                        "token block not usable: sequence=9, reason=token id out of range:"
                                + " vocabularySize=50, found=50");
    }

    @Test
    void refusesContextsOfAnotherLengthThanTheRuns() {
        // Given
        TokenBlock block = new TokenBlock(2, 4, new int[16], DatasetPosition.START);
        ActivationStage stage = new ActivationStage(TestRuns.spec("demo"), model);

        // Then
        assertThatExceptionOfType(UnusableRunException.class)
                .isThrownBy(() -> extract(stage, block))
                .withMessage("context length mismatch: expected=8, found=4, sequence=2");
    }

    private static RunSpec filtered(boolean specialTokens, int from, int to) {
        return TestRuns.spec(
                "demo",
                json -> {
                    json.withObject("/training/tokens").put("excludeSpecialTokens", specialTokens);
                    json.withObject("/training/tokens/positions").put("from", from).put("to", to);
                });
    }

    private static TokenBlock tokens(int... tokens) {
        return new TokenBlock(0, 8, tokens, DatasetPosition.START);
    }

    @Test
    void leavesOutPositionsThatAreNotTrainedOn() {
        // Given
        ActivationStage stage = new ActivationStage(filtered(false, 1, 3), model);
        TokenBlock block = tokens(10, 11, 12, 13, 14, 15, 16, 17, 20, 21, 22, 23, 24, 25, 26, 27);

        // When
        List<StageRecord> records = extract(stage, block);

        // Then
        for (Site site : List.of(IN, OUT)) {
            ActivationBlock found = at(site, records).getFirst();
            assertThat(values(found))
                    .isEqualTo(FakeModel.expected(new int[] {11, 12, 21, 22}, site, 4));
            assertThat(found.excluded()).isEqualTo(12);
        }
        assertThat(stage.blockBytes(OUT)).isEqualTo(4 * 4 * 4 + 44);
    }

    @Test
    void leavesOutSpecialTokensWhereverTheyStand() {
        // Given
        model.withSpecialTokens(0, 7);
        ActivationStage stage = new ActivationStage(filtered(true, 0, 4), model);

        // When
        List<StageRecord> records = extract(stage, tokens(0, 7, 1, 2, 3, 3, 3, 0));

        // Then
        ActivationBlock found = at(OUT, records).getFirst();
        assertThat(values(found)).isEqualTo(FakeModel.expected(new int[] {1, 2}, OUT, 4));
        assertThat(found.excluded()).isEqualTo(6);
    }

    @Test
    void aBlockOfSpecialTokensAloneDoesNotEndTheStream() {
        // Given
        model.withSpecialTokens(0);
        ActivationStage stage = new ActivationStage(filtered(true, 0, 8), model);

        // When
        ActivationBlock found = at(IN, extract(stage, tokens(new int[8]))).getFirst();

        // Then
        assertThat(found.rows()).isZero();
        assertThat(found.excluded()).isEqualTo(8);
        assertThat(found.endsStream()).isFalse();
    }

    @Test
    void refusesToExcludeSpecialTokensOfAModelThatNamesNone() {
        assertThatExceptionOfType(UnusableRunException.class)
                .isThrownBy(() -> new ActivationStage(filtered(true, 0, 8), model))
                .withMessageStartingWith("no special tokens to exclude");
    }

    private static RunSpec inTwoStages() {
        return TestRuns.spec("demo", json -> json.withObject("/languageModel").put("stages", 2));
    }

    /** Returns what the first stage hands on, which is not an activation block. */
    private static List<byte[]> handedOn(List<StageRecord> records) {
        return records.stream()
                .filter(record -> record.topic().equals("residual-blocks.demo.1"))
                .map(StageRecord::bytes)
                .toList();
    }

    @Test
    void twoStagesGiveWhatOneDoes() {
        // Given
        TokenBlock block = TestRuns.block(7);
        List<StageRecord> whole = extract(new ActivationStage(TestRuns.spec("demo"), model), block);

        // When
        List<StageRecord> first = extract(new ActivationStage(inTwoStages(), 0, model), block);
        List<StageRecord> second = new ArrayList<>();
        new ActivationStage(inTwoStages(), 1, model)
                .extract(StageInput.Residuals.read(handedOn(first)), second::add);

        // Then
        assertThat(first).hasSize(2);
        assertThat(at(IN, first)).hasSize(1);
        assertThat(at(IN, first).getFirst().values()).isEqualTo(at(IN, whole).getFirst().values());
        assertThat(second).extracting(StageRecord::site).containsExactly(OUT);
        assertThat(at(OUT, second).getFirst().values())
                .isEqualTo(at(OUT, whole).getFirst().values());
    }

    @Test
    void everyStagePassesTheEndOn() {
        // When
        List<StageRecord> first =
                extract(new ActivationStage(inTwoStages(), 0, model), TestRuns.end(4));
        List<StageRecord> second = new ArrayList<>();
        new ActivationStage(inTwoStages(), 1, model)
                .extract(StageInput.Residuals.read(handedOn(first)), second::add);

        // Then
        assertThat(model.passes()).isEmpty();
        assertThat(at(IN, first)).singleElement().matches(ActivationBlock::endsStream);
        assertThat(at(OUT, second)).singleElement().matches(ActivationBlock::endsStream);
    }

    @Test
    void whatIsNotFiniteBetweenStagesIsNamedAndHandedOn() {
        // Given
        Site border = Site.parse("layers.0.resid.post");
        model.withValue(border, 11, 2, Float.POSITIVE_INFINITY);

        // When
        List<StageRecord> records =
                extract(new ActivationStage(inTwoStages(), 0, model), TestRuns.block(3));

        // Then
        assertThat(faults(border, records))
                .containsExactly(
                        "residual stream is not finite: stage=0, site=layers.0.resid.post,"
                                + " value=Infinity, sequence=3, context=1, position=3");
        assertThat(StageInput.Residuals.read(handedOn(records)).stream().get(11 * 4 + 2))
                .isEqualTo(Float.POSITIVE_INFINITY);
    }

    @Test
    void aLaterStageLeavesOutTheSameTokens() {
        // Given
        model.withSpecialTokens(0, 7);
        RunSpec spec =
                TestRuns.spec(
                        "demo",
                        json -> {
                            json.withObject("/languageModel").put("stages", 2);
                            json.withObject("/training/tokens").put("excludeSpecialTokens", true);
                        });
        List<StageRecord> first =
                extract(new ActivationStage(spec, 0, model), tokens(0, 7, 1, 2, 3, 3, 3, 0));

        // When
        List<StageRecord> second = new ArrayList<>();
        new ActivationStage(spec, 1, model)
                .extract(StageInput.Residuals.read(handedOn(first)), second::add);

        // Then
        assertThat(values(at(OUT, second).getFirst()))
                .isEqualTo(FakeModel.expected(new int[] {1, 2, 3, 3, 3}, OUT, 4));
        assertThat(at(OUT, second).getFirst().excluded()).isEqualTo(3);
    }

    @Test
    void partsOfAnotherBlockAreNoResidualBlock() {
        // Given
        ActivationStage stage = new ActivationStage(inTwoStages(), 0, model);
        List<byte[]> parts = new ArrayList<>(handedOn(extract(stage, TestRuns.block(1))));
        parts.addAll(handedOn(extract(stage, TestRuns.block(2))));

        // Then
        assertThatExceptionOfType(CorruptBlockException.class)
                .isThrownBy(() -> StageInput.Residuals.read(parts))
                .withMessageStartingWith("not part 0 of 2 of residual block 1: ");
    }

    @Test
    void aBlockBetweenStagesTakesWhatItsSizeSays() {
        // Given
        ActivationStage stage = new ActivationStage(inTwoStages(), 0, model);

        // When
        List<byte[]> records = handedOn(extract(stage, TestRuns.block(1)));

        // Then
        BlockSize size = stage.blockSizes().get("residual-blocks.demo.1");
        assertThat(size.records()).isEqualTo(records.size()).isEqualTo(1);
        assertThat(size.bytes()).isEqualTo(records.getFirst().length).isEqualTo(16 * 5 * 4 + 40);
        assertThat(stage.blockSizes())
                .containsOnlyKeys(
                        "activation-blocks.demo.layers.0.mlp.in", "residual-blocks.demo.1");
    }
}
