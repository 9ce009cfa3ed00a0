package org.lexicographer.eval.collection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lexicographer.eval.collection.ImportPlan.Entry;

/** What becomes of the folders of published sets. Weights are not looked at: there are none. */
class ImportPlanTest {

    private static final String TRAINED = "{\"trainer\": {\"dict_class\": \"AutoEncoder\"}}";

    @TempDir private Path folder;

    private void put(String path, String content) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private List<String> plan() throws IOException {
        try (LocalFolders folders = LocalFolders.open(folder)) {
            return ImportPlan.of(folders, "set").entries().stream()
                    .map(ImportPlanTest::text)
                    .toList();
        }
    }

    private static String text(Entry entry) {
        return switch (entry) {
            case Entry.Import wanted -> wanted.id() + " < " + wanted.folder();
            case Entry.Refused refused -> refused.folder() + ": " + refused.reason();
        };
    }

    @Test
    void thePostsSetIsNamedAfterItsFolders() throws IOException {
        for (String module : new String[] {"attn_out_layer0", "mlp_out_layer3", "embed"}) {
            put(module + "/10_32768/ae.pt", "");
            put(module + "/10_32768/config.json", TRAINED);
            put(module + "/10_32768/checkpoints/ae_1000.pt", "");
        }

        assertThat(plan())
                .containsExactly(
                        "set/layers.0.attn.out/10-32768 < attn_out_layer0/10_32768",
                        "set/embed/10-32768 < embed/10_32768",
                        "set/layers.3.mlp.out/10-32768 < mlp_out_layer3/10_32768");
    }

    @Test
    void sparsifysRepositoryIsOneDictionaryForEachModule() throws IOException {
        folder = Files.createDirectory(folder.resolve("sae-pythia-160m-32k"));
        put("layers.0.mlp/sae.safetensors", "");
        put("layers.0.mlp/cfg.json", "{\"k\": 32, \"multi_topk\": true}");
        put("layers.1.mlp/sae.safetensors", "");
        put("layers.1.mlp/cfg.json", "{\"k\": 32, \"skip_connection\": true}");
        put("layers.2/sae.safetensors", "");
        put("layers.2/cfg.json", "{\"k\": 32}");
        put("layers.3.attention.query_key_value/sae.safetensors", "");
        put("layers.3.attention.query_key_value/cfg.json", "{\"k\": 32}");
        put("config.json", "{}");

        assertThat(plan())
                .hasSize(4)
                .startsWith("set/layers.0.mlp.out/sae-pythia-160m-32k < layers.0.mlp")
                .contains("set/layers.2.resid.post/sae-pythia-160m-32k < layers.2")
                .anyMatch(it -> it.startsWith("layers.1.mlp: sparsify setting not supported"))
                .anyMatch(
                        it -> it.startsWith("layers.3.attention.query_key_value: site not known"));
    }

    @Test
    void gemmaScopesRepositorySaysWhereItsLayersBelong() throws IOException {
        folder = Files.createDirectory(folder.resolve("gemma-scope-2b-pt-res"));
        put("layer_20/width_16k/average_l0_71/params.npz", "");
        put("layer_20/width_16k/average_l0_38/params.npz", "");
        put("embedding/width_4k/average_l0_6/params.npz", "");

        assertThat(plan())
                .contains(
                        "set/layers.20.resid.post/width-16k-average-l0-71 < layer_20/width_16k/average_l0_71",
                        "set/layers.20.resid.post/width-16k-average-l0-38 < layer_20/width_16k/average_l0_38")
                .anyMatch(it -> it.startsWith("embedding/width_4k/average_l0_6: site not known"));
    }

    @Test
    void filesOfOtherToolsAreNamedWithTheReason() throws IOException {
        put("layer3.sae.pt", "");
        put("Llama-3.1-8B-Instruct-SAE-l19.pth", "");
        put("clt/W_enc_3.safetensors", "");
        put("notes.md", "");

        ImportPlan plan = ImportPlan.of(LocalFolders.open(folder), "run");

        assertThat(plan.entries())
                .extracting(Entry::folder)
                .containsExactly(
                        "Llama-3.1-8B-Instruct-SAE-l19.pth",
                        "clt/W_enc_3.safetensors",
                        "layer3.sae.pt");
        assertThat(plan.entries())
                .allSatisfy(
                        entry ->
                                assertThat(((Entry.Refused) entry).reason())
                                        .startsWith("not read here: "));
    }

    @Test
    void foldersOfTheSameNameAreToldApart() throws IOException {
        folder = Files.createDirectory(folder.resolve("all"));
        for (String site : new String[] {"first/mlp_out_layer3", "second/mlp_out_layer3"}) {
            put(site + "/ten/ae.pt", "");
        }
        put("mlp_out_layer4/ten_1/ae.pt", "");
        put("mlp_out_layer4/ten-1/ae.pt", "");
        put("unknown/ae.pt", "");

        assertThat(plan())
                .containsExactly(
                        "set/layers.3.mlp.out/first-ten < first/mlp_out_layer3/ten",
                        "set/layers.4.mlp.out/all-mlp-out-layer4-ten-1 < mlp_out_layer4/ten-1",
                        "mlp_out_layer4/ten_1: another folder has the same name: dictionary=set/layers.4.mlp.out/all-mlp-out-layer4-ten-1",
                        "set/layers.3.mlp.out/second-ten < second/mlp_out_layer3/ten",
                        "unknown: site unknown: neither files nor folders name one, found=nothing");
    }

    @ParameterizedTest
    @CsvSource({
        "resid_post_layer_3/trainer_0, trainer-0",
        "Llama3_1-8B-Base-L15R-8x, llama3-1-8b-base-l15r-8x",
        "blocks.8.hook_resid_pre, all",
        "gpt_neox.layers.3.mlp/seed_1, seed-1",
        "resid_post/layer_13_width_16k_l0_medium, resid-post-layer-13-width-16k-l0-medium",
        "'', all"
    })
    void namesLeaveOutWhatTheSiteSays(String path, String name) {
        assertThat(DictionaryNames.shortName(path, "all")).isEqualTo(name);
    }
}
