package org.lexicographer.eval.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lexicographer.dictionary.architecture.IdentityDictionary;
import org.lexicographer.dictionary.exchange.FolderFormat;
import org.lexicographer.dictionary.exchange.folder.FolderFiles;
import org.lexicographer.dictionary.exchange.saelens.SaeLensSparsity;
import org.lexicographer.eval.evaluator.UnusableInputException;
import org.lexicographer.eval.exchange.DictionaryMemoryLock;
import org.lexicographer.eval.exchange.ExportedZip;
import org.lexicographer.eval.service.StoredRun;
import org.lexicographer.eval.store.DictionaryStore;
import org.lexicographer.eval.store.EvaluationStore;
import org.lexicographer.eval.store.RunStore;
import org.lexicographer.eval.store.SampleStatistics;
import org.lexicographer.eval.store.StatisticsStore;
import org.lexicographer.objectstore.InMemoryObjectStore;

class RunPublicationsTest {

    private final NDManager manager = NDManager.newBaseManager();
    private final InMemoryObjectStore objects = new InMemoryObjectStore("lexicographer");
    private final StoredRun run = new StoredRun(objects, "demo").storeSpec();
    private final DictionaryStore dictionaries = new DictionaryStore(objects);
    private final RunPublications publications =
            new RunPublications(
                    new RunStore(objects),
                    dictionaries,
                    new EvaluationStore(objects),
                    new DictionaryExports(
                            dictionaries,
                            new StatisticsStore(objects),
                            new DictionaryMemoryLock()));

    @AfterEach
    void release() {
        manager.close();
    }

    private Map<String, byte[]> published(FolderFormat format) throws IOException {
        return published("demo", format);
    }

    private Map<String, byte[]> published(String name, FolderFormat format) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ExportedZip zip = publications.zip(name, format)) {
            zip.writeTo(bytes);
        }
        Map<String, byte[]> files = new TreeMap<>();
        try (ZipInputStream in =
                new ZipInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                files.put(entry.getName(), in.readAllBytes());
            }
        }
        return files;
    }

    @Test
    void eachDictionaryLiesWhereSaeLensLooksForIt() throws IOException {
        run.saved("first", StoredRun.random(manager, false));
        run.saved("second", StoredRun.random(manager, false));

        Map<String, byte[]> files = published(FolderFormat.SAE_LENS);

        assertThat(files)
                .containsOnlyKeys(
                        "README.md",
                        "run.json",
                        "layers.0.mlp.out/first/cfg.json",
                        "layers.0.mlp.out/first/sae_weights.safetensors",
                        "layers.0.mlp.out/second/cfg.json",
                        "layers.0.mlp.out/second/sae_weights.safetensors");
        String folder = "layers.0.mlp.out/first";
        FolderFiles one =
                new FolderFiles(
                        folder,
                        Map.of(
                                "cfg.json",
                                ByteBuffer.wrap(files.get(folder + "/cfg.json")),
                                "sae_weights.safetensors",
                                ByteBuffer.wrap(files.get(folder + "/sae_weights.safetensors"))));
        assertThat(FolderFormat.SAE_LENS.read(manager, one).dictionary().dictionarySize())
                .isEqualTo(2 * StoredRun.ACTIVATION_DIM);
    }

    @Test
    void howOftenLatentsAreActiveTravelsAlongWhereItIsKnown() throws IOException {
        SampleStatistics.store(new StatisticsStore(objects), "digest");
        StoredRun measured = new StoredRun(objects, "run").storeSpec();
        measured.saved("relu", StoredRun.random(manager, false));
        measured.saved("unknown", StoredRun.random(manager, false));

        Map<String, byte[]> files = published("run", FolderFormat.SAE_LENS);

        double[] densities =
                SaeLensSparsity.read(files.get("layers.0.mlp.out/relu/sparsity.safetensors"));
        assertThat(densities).containsExactly(new double[] {3.0 / 6, 1.0 / 6, 0}, within(1e-6));
        assertThat(files).doesNotContainKey("layers.0.mlp.out/unknown/sparsity.safetensors");
    }

    @Test
    void dictionaryLearningsFoldersAreNumberedAtEachSite() throws IOException {
        run.saved("first", StoredRun.random(manager, true));
        run.saved("second", StoredRun.random(manager, true));

        assertThat(published(FolderFormat.DICTIONARY_LEARNING))
                .containsKeys(
                        "demo/mlp_out_layer_0/trainer_0/ae.pt",
                        "demo/mlp_out_layer_0/trainer_0/config.json",
                        "demo/mlp_out_layer_0/trainer_1/ae.pt");
    }

    @Test
    void theCardNamesWhatIsThereAndWhatWasLeftOut() throws IOException {
        run.saved("first", StoredRun.random(manager, false));
        run.saved("identity", new IdentityDictionary(StoredRun.ACTIVATION_DIM));

        String card =
                new String(
                        published(FolderFormat.SAE_LENS).get("README.md"), StandardCharsets.UTF_8);

        assertThat(card)
                .startsWith("---\nlibrary_name: saelens\n")
                .contains("| `layers.0.mlp.out/first` | layers.0.mlp.out | first |")
                .contains("SAE.load_from_disk(\"layers.0.mlp.out/first\")")
                .contains("Left out:\n\n- `demo/layers.0.mlp.out/identity`: not exportable: ");
    }

    @Test
    void aRunOfWhichNothingCanBeExpressedIsNotPublished() {
        run.saved("identity", new IdentityDictionary(StoredRun.ACTIVATION_DIM));

        assertThatExceptionOfType(UnusableInputException.class)
                .isThrownBy(() -> publications.zip("demo", FolderFormat.SAE_LENS))
                .withMessageStartingWith("nothing to publish: run=demo, format=saelens, leftOut=");
    }
}
