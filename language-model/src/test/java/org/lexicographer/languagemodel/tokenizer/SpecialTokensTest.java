package org.lexicographer.languagemodel.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.languagemodel.folder.ModelFiles;

class SpecialTokensTest {

    @TempDir Path folder;

    private void file(String name, String content) throws IOException {
        Files.writeString(folder.resolve(name), content);
    }

    @Test
    void theTokenizersNamesAreLookedUpAmongItsTokens() throws IOException {
        file(
                "tokenizer_config.json",
                """
                {"bos_token": "<s>", "eos_token": {"content": "</s>"}, "pad_token": null,
                 "unk_token": "<unk>"}""");
        file(
                "tokenizer.json",
                """
                {"added_tokens": [{"id": 0, "content": "<s>"}, {"id": 9, "content": "<unk>"}],
                 "model": {"vocab": {"a": 1, "</s>": 2}}}""");

        assertThat(SpecialTokens.of(new ModelFiles.Local(folder))).containsExactly(0, 2);
    }

    @Test
    void theSpecialTokensMapNamesWhatTheTokenizersConfigDoesNot() throws IOException {
        file("tokenizer_config.json", "{\"eos_token\": \"b\"}");
        file("special_tokens_map.json", "{\"eos_token\": \"a\", \"pad_token\": \"c\"}");
        file("tokenizer.json", "{\"model\": {\"vocab\": {\"a\": 1, \"b\": 2, \"c\": 3}}}");

        assertThat(SpecialTokens.of(new ModelFiles.Local(folder))).containsExactly(2, 3);
    }

    @Test
    void theModelsIdsCountWhereNoFileNamesAToken() throws IOException {
        file("tokenizer_config.json", "{\"bos_token\": \"a\"}");
        file("tokenizer.json", "{\"model\": {\"vocab\": {\"a\": 7}}}");
        file("config.json", "{\"bos_token_id\": 1, \"eos_token_id\": [0, 5], \"pad_token_id\": 3}");

        assertThat(SpecialTokens.of(new ModelFiles.Local(folder))).containsExactly(0, 3, 5, 7);
    }

    @Test
    void aFolderThatNamesNoneHasNone() throws IOException {
        file("config.json", "{\"pad_token_id\": null}");

        assertThat(SpecialTokens.of(new ModelFiles.Local(folder))).isEmpty();
    }

    @Test
    void aNamedTokenThatDoesNotExistIsAnError() throws IOException {
        file("tokenizer_config.json", "{\"eos_token\": \"<end>\"}");
        file("tokenizer.json", "{\"model\": {\"vocab\": {\"a\": 1}}}");

        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> SpecialTokens.of(new ModelFiles.Local(folder)))
                .withMessageStartingWith(
                        "special token not in the tokenizer: eos_token=<end>, file=");
    }

    @Test
    void aFileThatIsNotJsonIsAnError() throws IOException {
        file("tokenizer_config.json", "eos");

        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> SpecialTokens.of(new ModelFiles.Local(folder)))
                .withMessageStartingWith("model file is not valid JSON: reason=");
    }
}
