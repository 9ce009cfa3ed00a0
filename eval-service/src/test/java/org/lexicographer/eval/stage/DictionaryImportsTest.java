package org.lexicographer.eval.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.ndarray.NDManager;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.dictionary.config.DictionaryFormat;
import org.lexicographer.eval.exchange.DictionaryMemoryLock;
import org.lexicographer.eval.exchange.DictionarySources;
import org.lexicographer.eval.exchange.ImportRequest;
import org.lexicographer.eval.exchange.ModelFit;
import org.lexicographer.eval.exchange.ZippedFolder;
import org.lexicographer.eval.service.StoredRun;
import org.lexicographer.eval.store.DictionaryStore;
import org.lexicographer.eval.store.EvaluationStore;
import org.lexicographer.eval.store.NameTakenException;
import org.lexicographer.eval.store.RunStore;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.languagemodel.LanguageModels;
import org.lexicographer.languagemodel.folder.ModelFolders;
import org.lexicographer.languagemodel.hub.HubSources;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.Evaluation;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.runstore.NameClaims;

class DictionaryImportsTest {

    private static final DictionaryId MINE = new DictionaryId("demo", StoredRun.MLP_OUT, "mine");

    private static final ImportRequest REQUEST =
            ImportRequest.read(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());

    private final InMemoryObjectStore objects = new InMemoryObjectStore("lexicographer");
    private final List<DictionaryCheckpoint> announced = new ArrayList<>();
    private Optional<RuntimeException> failure = Optional.empty();

    private final EvaluationOutput output =
            new EvaluationOutput() {

                @Override
                public void dictionary(DictionaryCheckpoint checkpoint) {
                    failure.ifPresent(
                            e -> {
                                throw e;
                            });
                    announced.add(checkpoint);
                }

                @Override
                public void evaluation(Evaluation evaluation) {
                    throw new IllegalStateException("imports announce no evaluations");
                }

                @Override
                public void progress(RunProgress message) {
                    throw new IllegalStateException("imports say nothing of progress");
                }
            };

    private byte[] zip(StoredRun run) {
        try (NDManager manager = NDManager.newBaseManager()) {
            String prefix = run.saved("other", StoredRun.random(manager, false)).prefix();
            return new ZippedFolder(
                            Map.of(
                                    DictionaryFormat.CONFIG_FILE,
                                    objects.bytes(prefix + DictionaryFormat.CONFIG_FILE),
                                    DictionaryFormat.WEIGHTS_FILE,
                                    objects.bytes(prefix + DictionaryFormat.WEIGHTS_FILE)))
                    .zip();
        }
    }

    private DictionaryImports imports(LanguageModels<LanguageModel> models) {
        return new DictionaryImports(
                new RunStore(objects),
                new DictionaryStore(objects),
                new ModelFit(models),
                output,
                new DictionaryMemoryLock(),
                new DictionarySources(HubSources.none(), objects),
                new EvaluationStore(objects),
                1 << 20);
    }

    /** Whoever stored it may have died before the announcement. */
    @Test
    void oneThatIsThereAndWasNeverEvaluatedIsAnnouncedWhenItComesAgain(@TempDir Path cache) {
        byte[] zip = zip(new StoredRun(objects, "demo").storeSpec());
        try (LanguageModels<LanguageModel> models =
                StoredRun.models(new ModelFolders(objects, cache, true))) {
            DictionaryImports imports = imports(models);
            DictionaryCheckpoint stored =
                    imports.store(MINE, REQUEST, new ByteArrayInputStream(zip));
            announced.clear();

            assertThatExceptionOfType(NameTakenException.class)
                    .isThrownBy(() -> imports.store(MINE, REQUEST, new ByteArrayInputStream(zip)));
            assertThat(announced).containsExactly(stored);

            new EvaluationStore(objects)
                    .put(
                            new Evaluation(
                                    MINE,
                                    stored.step(),
                                    true,
                                    Evaluation.HELD_OUT,
                                    1,
                                    4,
                                    List.of()));
            assertThatExceptionOfType(NameTakenException.class)
                    .isThrownBy(() -> imports.store(MINE, REQUEST, new ByteArrayInputStream(zip)));
            assertThat(announced).containsExactly(stored);
        }
    }

    @Test
    void nothingIsImportedIntoARunThatIsRemovedMeanwhile(@TempDir Path cache) {
        byte[] zip = zip(new StoredRun(objects, "demo").storeSpec());
        try (LanguageModels<LanguageModel> models =
                StoredRun.models(new ModelFolders(objects, cache, true))) {
            DictionaryImports imports = imports(models);
            InputStream removing =
                    new FilterInputStream(new ByteArrayInputStream(zip)) {
                        @Override
                        public int read(byte[] into, int from, int length) throws IOException {
                            new NameClaims(objects).purge("demo");
                            return super.read(into, from, length);
                        }
                    };

            assertThatExceptionOfType(NameTakenException.class)
                    .isThrownBy(() -> imports.store(MINE, REQUEST, removing))
                    .withMessageContaining("run was removed");
            assertThatExceptionOfType(NameTakenException.class)
                    .isThrownBy(() -> imports.store(MINE, REQUEST, InputStream.nullInputStream()))
                    .withMessageContaining("run was removed");
            assertThat(new DictionaryStore(objects).find(MINE)).isEmpty();
            assertThat(announced).isEmpty();
        }
    }

    @Test
    void whatTheBrokersRefuseToAnnounceLeavesItsNameFree(@TempDir Path cache) {
        byte[] zip = zip(new StoredRun(objects, "demo").storeSpec());
        try (LanguageModels<LanguageModel> models =
                StoredRun.models(new ModelFolders(objects, cache, true))) {
            DictionaryImports imports = imports(models);

            // When: they refuse, and have been told to accept since
            failure = Optional.of(new TopicAuthorizationException("dictionaries"));
            assertThatExceptionOfType(TopicAuthorizationException.class)
                    .isThrownBy(() -> imports.store(MINE, REQUEST, new ByteArrayInputStream(zip)));
            boolean leftBehind = new DictionaryStore(objects).find(MINE).isPresent();
            failure = Optional.empty();
            imports.store(MINE, REQUEST, new ByteArrayInputStream(zip));

            // Then
            assertThat(leftBehind).isFalse();
            assertThat(announced)
                    .singleElement()
                    .extracting(DictionaryCheckpoint::dictionary)
                    .isEqualTo(MINE);
        }
    }
}
