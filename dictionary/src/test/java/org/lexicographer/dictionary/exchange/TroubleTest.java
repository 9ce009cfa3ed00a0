package org.lexicographer.dictionary.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.architecture.StandardDictionary;
import org.lexicographer.dictionary.exchange.folder.FolderFiles;
import org.lexicographer.dictionary.exchange.folder.LoadedDictionary;
import org.lexicographer.dictionary.zip.ZipEntries;
import org.lexicographer.pipeline.Site;

/** Folders that people have had trouble with elsewhere, for activations 32 wide and 128 latents. */
class TroubleTest {

    private static final long MAX_BYTES = 1 << 20;
    private static final Site MLP_OUT = Site.parse("layers.1.mlp.out");

    private NDManager manager;

    @BeforeEach
    void openManager() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    private LoadedDictionary read(String name) throws IOException {
        ZipEntries zip = ZipEntries.of(ByteBuffer.wrap(bytes(name)), MAX_BYTES);
        Map<String, ByteBuffer> files = new HashMap<>();
        for (String file : zip.names()) {
            files.put(file.substring(file.lastIndexOf('/') + 1), zip.bytes(file));
        }
        FolderFormat format = FolderFormat.recognise(files.keySet()).orElseThrow();
        return format.read(manager, new FolderFiles("", files));
    }

    private static byte[] bytes(String name) throws IOException {
        try (InputStream in = TroubleTest.class.getResourceAsStream("/trouble/" + name + ".zip")) {
            return in.readAllBytes();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "saelens/hook-q, hook_name=blocks.1.attn.hook_q",
        "saelens/ln2-normalized, hook_name=blocks.1.ln2.hook_normalized",
        "saelens/head-index, hook_point_head_index=3"
    })
    void refusesAPlaceThatIsNoSiteByItsName(String name, String reason) {
        assertThatThrownBy(() -> read(name))
                .isInstanceOf(DictionaryException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "torch/parameters",
                "torch/expanded-bias",
                "torch/extra-tensor",
                "zip/stored",
                "zip/streamed-stored",
                "zip/windows-backslash"
            })
    void readsWhatIsSound(String name) throws IOException {
        try (LoadedDictionary loaded = read(name)) {
            assertThat(loaded.config().site()).isEqualTo(MLP_OUT);
            assertThat(loaded.config().inputDim()).isEqualTo(32);
            assertThat(loaded.config().dictionarySize()).isEqualTo(128);
            assertThatThrownBy(() -> loaded.config(Site.parse("layers.1.mlp.in"), Optional.empty()))
                    .isInstanceOf(DictionaryException.class)
                    .hasMessage(
                            "site mismatch: expected=layers.1.mlp.in, found=layers.1.mlp.out in the files");
        }
    }

    @Test
    void anMlpsNeuronsAreASiteOfTheirOwn() throws IOException {
        try (LoadedDictionary loaded = read("saelens/mlp-hook-post")) {
            assertThat(loaded.config().site()).isEqualTo(Site.parse("layers.1.mlp.hidden"));
            assertThatThrownBy(() -> loaded.config(MLP_OUT, Optional.empty()))
                    .isInstanceOf(DictionaryException.class)
                    .hasMessage(
                            "site mismatch: expected=layers.1.mlp.out, found=layers.1.mlp.hidden in the files");
        }
    }

    @Test
    void repeatsTheValueOfAnExpandedBias() throws IOException {
        try (LoadedDictionary loaded = read("torch/expanded-bias")) {
            float[] bias = ((StandardDictionary) loaded.dictionary()).encoderBias().toFloatArray();

            assertThat(bias).hasSize(128).containsOnly(bias[0]);
        }
    }

    @Test
    void refusesAZipWhoseDirectoryIsCut() {
        assertThatThrownBy(() -> read("zip/cut-directory"))
                .isInstanceOf(DictionaryException.class)
                .hasMessageStartingWith("zip not readable");
    }
}
