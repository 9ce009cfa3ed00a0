package org.lexicographer.eval.stage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.eval.evaluator.Contexts;
import org.lexicographer.eval.evaluator.UnusableInputException;
import org.lexicographer.eval.service.StoredRun;
import org.lexicographer.eval.statistics.kept.KeptLatents;
import org.lexicographer.eval.statistics.kept.LatentKeeper;
import org.lexicographer.eval.store.DictionaryStore;
import org.lexicographer.eval.store.EvaluationStore;
import org.lexicographer.eval.store.RunStore;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.languagemodel.LanguageModels;
import org.lexicographer.languagemodel.TinyLanguageModel;
import org.lexicographer.languagemodel.folder.ModelContents;
import org.lexicographer.languagemodel.folder.ModelFolders;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.Evaluation;
import org.lexicographer.runstore.RunModels;

/** A model folder that was replaced in place is another model, with another baseline. */
class ReplacedModelTest {

    private static final TinyLanguageModel ONE = TinyLanguageModel.standard();
    private static final TinyLanguageModel OTHER = new TinyLanguageModel(2, 16, 2, 50, 32, 2);

    @TempDir Path cache;
    @TempDir Path folder;

    private final InMemoryObjectStore store = new InMemoryObjectStore("lexicographer");
    private final StoredRun run = new StoredRun(store, "demo").storeSpec();
    private final Contexts contexts = StoredRun.contexts(4);
    private LanguageModels<LanguageModel> models;

    @AfterEach
    void close() {
        models.close();
    }

    private EvaluationStage stage() {
        ModelFolders folders = new ModelFolders(store, cache, true);
        models = StoredRun.models(folders);
        return new EvaluationStage(
                new RunStore(store),
                new DictionaryStore(store),
                new EvaluationStore(store),
                models,
                new LatentKeeper(new KeptLatents(0), folders),
                1 << 20);
    }

    private DictionaryCheckpoint dictionary() {
        try (NDManager manager = NDManager.newBaseManager()) {
            return run.saved("a", StoredRun.random(manager, false));
        }
    }

    private Map<String, Double> figures(EvaluationStage stage, DictionaryCheckpoint checkpoint) {
        Evaluation evaluation =
                stage.evaluate(checkpoint, "text", contexts, EvaluationProgress.NONE);
        return evaluation.metrics().stream()
                .collect(Collectors.toMap(Evaluation.Metric::id, Evaluation.Metric::value));
    }

    /** Same files, same sizes, same times: only the content differs. */
    private void write(TinyLanguageModel model) throws IOException {
        model.writeTo(folder);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.setLastModifiedTime(file, FileTime.fromMillis(0));
            }
        }
    }

    private void store(TinyLanguageModel model) throws IOException {
        write(model);
        Path weights = folder.resolve("model.safetensors");
        store.put("models/tiny/model.safetensors", Files.readAllBytes(weights));
    }

    private void useTheLocalFolder() {
        String spec = new String(store.bytes(ObjectKeys.runSpec("demo")), UTF_8);
        String stored = run.spec().languageModel().uri();
        String local = spec.replace(stored, folder.toUri().toString());
        store.put(ObjectKeys.runSpec("demo"), local.getBytes(UTF_8));
    }

    @Test
    void inTheObjectStore() throws IOException {
        assertJudgedAnew(this::store);
    }

    @Test
    void onThisMachine() throws IOException {
        useTheLocalFolder();
        assertJudgedAnew(this::write);
    }

    /** Puts a model in the place of the one before. */
    private interface Placing {
        void place(TinyLanguageModel model) throws IOException;
    }

    /** The figures after the change must be those of a service that never saw the first model. */
    private void assertJudgedAnew(Placing placing) throws IOException {
        // Given
        DictionaryCheckpoint checkpoint = dictionary();
        placing.place(ONE);
        EvaluationStage stage = stage();
        Map<String, Double> before = figures(stage, checkpoint);

        // When
        placing.place(OTHER);
        Map<String, Double> after = figures(stage, checkpoint);

        // Then
        models.close();
        assertThat(after).isEqualTo(figures(stage(), checkpoint));
        assertThat(after.get("loss_original")).isNotEqualTo(before.get("loss_original"));
        assertThat(after.get("loss_zero")).isNotEqualTo(before.get("loss_zero"));
    }

    @Test
    void andTheFirstOneAgainIsTheFirstAgain() throws IOException {
        // Given
        DictionaryCheckpoint checkpoint = dictionary();
        store(ONE);
        EvaluationStage stage = stage();
        Map<String, Double> before = figures(stage, checkpoint);
        store(OTHER);
        figures(stage, checkpoint);

        // When
        store(ONE);

        // Then
        assertThat(figures(stage, checkpoint)).isEqualTo(before);
        assertThat(models.loaded()).isEqualTo(2);
    }

    @Test
    void whatTheRunWasNotTrainedOnJudgesNoneOfItsDictionaries() throws IOException {
        // Given
        DictionaryCheckpoint checkpoint = dictionary();
        store(ONE);
        EvaluationStage stage = stage();
        RunModels runModels = new RunModels(store);
        String content = new ModelContents(store, false).of(run.spec().languageModel().uri());
        runModels.use(run.spec(), content);
        figures(stage, checkpoint);

        // When
        store(OTHER);

        // Then
        assertThatExceptionOfType(UnusableInputException.class)
                .isThrownBy(() -> figures(stage, checkpoint))
                .withMessageContaining("expected content=%s, found=".formatted(content))
                .withMessageContaining("run=demo");
    }
}
