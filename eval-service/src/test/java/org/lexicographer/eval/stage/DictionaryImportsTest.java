package org.lexicographer.eval.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.ndarray.NDManager;
import java.io.ByteArrayInputStream;
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
import org.lexicographer.eval.exchange.HubDictionaries;
import org.lexicographer.eval.exchange.ImportRequest;
import org.lexicographer.eval.exchange.ModelFit;
import org.lexicographer.eval.exchange.ZippedFolder;
import org.lexicographer.eval.service.StoredRun;
import org.lexicographer.eval.store.DictionaryStore;
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

class DictionaryImportsTest {

    private static final DictionaryId MINE = new DictionaryId("demo", StoredRun.MLP_OUT, "mine");

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

    @Test
    void whatTheBrokersRefuseToAnnounceLeavesItsNameFree(@TempDir Path cache) {
        byte[] zip = zip(new StoredRun(objects, "demo").storeSpec());
        try (LanguageModels<LanguageModel> models =
                StoredRun.models(new ModelFolders(objects, cache, true))) {
            DictionaryImports imports =
                    new DictionaryImports(
                            new RunStore(objects),
                            new DictionaryStore(objects),
                            new ModelFit(models),
                            output,
                            new DictionaryMemoryLock(),
                            new HubDictionaries(HubSources.none(), objects),
                            1 << 20);
            ImportRequest request =
                    ImportRequest.read(
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty());

            // When: they refuse, and have been told to accept since
            failure = Optional.of(new TopicAuthorizationException("dictionaries"));
            assertThatExceptionOfType(TopicAuthorizationException.class)
                    .isThrownBy(() -> imports.store(MINE, request, new ByteArrayInputStream(zip)));
            boolean leftBehind = new DictionaryStore(objects).find(MINE).isPresent();
            failure = Optional.empty();
            imports.store(MINE, request, new ByteArrayInputStream(zip));

            // Then
            assertThat(leftBehind).isFalse();
            assertThat(announced)
                    .singleElement()
                    .extracting(DictionaryCheckpoint::dictionary)
                    .isEqualTo(MINE);
        }
    }
}
