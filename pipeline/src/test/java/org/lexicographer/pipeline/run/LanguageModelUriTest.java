package org.lexicographer.pipeline.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.pipeline.FieldError;
import org.lexicographer.pipeline.InvalidFieldsException;

/** A model's address that no service could read is refused when the run spec is read. */
class LanguageModelUriTest {

    private static RunSpec read(String uri) {
        String json =
                """
                {"run": "a", "languageModel": {"uri": "%s"}, "contextLength": 16,
                 "evaluation": {"contexts": 4},
                 "training": {"steps": 100, "batchSize": 64, "bufferContexts": 64},
                 "sites": ["layers.0.mlp.out"],
                 "recipes": [{"type": "topK", "name": "r", "dictionarySize": 64, "k": 4}]}
                """
                        .formatted(uri);
        return RunSpec.read(json.getBytes(UTF_8));
    }

    private static FieldError error(String uri) {
        List<FieldError> errors =
                catchThrowableOfType(InvalidFieldsException.class, () -> read(uri)).errors();
        assertThat(errors).hasSize(1);
        return errors.getFirst();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:/models/my model/",
                "file:/models/demo#1/",
                "file:/models/demo?a/",
                "file:/models/100%/",
                "file:models/demo/",
                "file:demo",
                "file:",
                "file://host/models/demo/"
            })
    void aMalformedFileAddressIsNamed(String uri) {
        FieldError error = error(uri);

        assertThat(error.field()).isEqualTo("languageModel.uri");
        assertThat(error.rule()).startsWith("not a file address");
        assertThat(error.expected()).contains("file:/path");
        assertThat(error.found()).contains(uri);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hf://owner",
                "hf://owner/name/model.safetensors",
                "hf://datasets/owner/name",
                "hf://owner/name@",
                "hf://owner/../x",
                "hf://../name"
            })
    void anAddressOfTheHubThatIsNoModelIsNamed(String uri) {
        assertThat(error(uri).field()).isEqualTo("languageModel.uri");
    }

    @Test
    void revisionOfTheSpecIsThatOfTheAddress() {
        String json =
                """
                {"run": "a", "languageModel": {"uri": "hf://owner/name", "revision": "step3000"},
                 "contextLength": 16, "evaluation": {"contexts": 4},
                 "training": {"steps": 100, "batchSize": 64, "bufferContexts": 64},
                 "sites": ["layers.0.mlp.out"],
                 "recipes": [{"type": "topK", "name": "r", "dictionarySize": 64, "k": 4}]}
                """;

        List<FieldError> errors =
                catchThrowableOfType(
                                InvalidFieldsException.class,
                                () -> RunSpec.read(json.getBytes(UTF_8)))
                        .errors();

        assertThat(errors).extracting(FieldError::field).containsExactly("languageModel.revision");
    }

    @Test
    void aModelOfTheHubIsPinnedToACommit() {
        String commit = "0123456789abcdef0123456789abcdef01234567";
        RunSpec spec = read("hf://owner/name@refs/pr/3");

        RunSpec pinned = spec.withLanguageModel(spec.languageModel().at(commit));

        assertThat(pinned.languageModel().uri()).isEqualTo("hf://owner/name@" + commit);
        assertThat(pinned.languageModel().revision()).contains("refs/pr/3");
        assertThat(RunSpec.read(pinned.toJson())).isEqualTo(pinned);
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3://bucket", "s3://bucket/", "s3:///prefix/"})
    void anObjectAddressWithoutBucketOrPrefixIsNamed(String uri) {
        FieldError error = error(uri);

        assertThat(error.rule()).isEqualTo("not an object address");
        assertThat(error.found()).contains(uri);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://bucket/../models/demo/",
                "s3://bucket/models/../../demo/",
                "s3://../demo/",
                "s3://user@127.0.0.1/demo/",
                "hf://owner/name@..",
                "http://169.254.169.254/latest/meta-data/"
            })
    void anAddressThatLeadsElsewhereIsNamed(String uri) {
        assertThat(error(uri).field()).isEqualTo("languageModel.uri");
    }

    @Test
    void anEscapedFileAddressIsTaken() {
        String uri = "file:/models/my%20model%231/";

        assertThat(read(uri).languageModel().uri()).isEqualTo(uri);
    }
}
