package org.lexicographer.languagemodel.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.languagemodel.folder.ModelFiles;
import org.lexicographer.languagemodel.hub.HubSources;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.chat.ChatTemplate;

class ChatTemplateFileTest {

    private static final JsonNode HELLO =
            Json.tree("[{\"role\": \"user\", \"content\": \"Hello\"}]".getBytes(UTF_8));

    private final Map<String, byte[]> files = new HashMap<>();
    private final ModelFiles folder = name -> Optional.ofNullable(files.get(name));

    private void file(String name, String content) {
        files.put(name, content.getBytes(UTF_8));
    }

    @Test
    void aFileOfItsOwnComesBeforeTheTokenizersConfig() {
        file("tokenizer_config.json", "{\"chat_template\": \"from the config\"}");
        assertThat(ChatTemplateFile.text(folder)).isEqualTo("from the config");

        file("chat_template.jinja", "from the file");
        assertThat(ChatTemplateFile.text(folder)).isEqualTo("from the file");
    }

    @Test
    void ofSeveralTheDefaultIsMeant() {
        file(
                "tokenizer_config.json",
                """
                {"chat_template": [{"name": "tool_use", "template": "a"},
                                   {"name": "default", "template": "b"}]}""");

        assertThat(ChatTemplateFile.text(folder)).isEqualTo("b");
    }

    @Test
    void aFolderWithoutOneIsRefused() {
        file(
                "tokenizer_config.json",
                "{\"chat_template\": [{\"name\": \"rag\", \"template\": \"a\"}]}");

        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> ChatTemplateFile.text(folder))
                .withMessage(
                        "no template of chats: expected=chat_template.jinja, or chat_template in tokenizer_config.json");
    }

    @Test
    void aTemplateKnowsTheTokensThatTheFolderNames() {
        file(
                "tokenizer_config.json",
                "{\"bos_token\": {\"content\": \"<s>\"}, \"eos_token\": null, \"add_bos_token\": true}");
        file("special_tokens_map.json", "{\"eos_token\": \"</s>\"}");

        ChatTemplate template =
                ChatTemplateFile.read(
                        "{{ bos_token }}{{ messages[0].content }}{{ eos_token }}{{ pad_token is defined }}",
                        folder);

        assertThat(template.render(HELLO)).isEqualTo("<s>Hello</s>False");
    }

    static Stream<JsonNode> folders() throws IOException {
        try (InputStream in =
                ChatTemplateFileTest.class.getResourceAsStream("/template-tokens.json")) {
            return Json.tree(in.readAllBytes()).valueStream();
        }
    }

    /** transformers found the tokens, by src/test/python/make_template_tokens.py. */
    @ParameterizedTest
    @MethodSource("folders")
    void specialTokensAreThoseOfTransformers(JsonNode given) {
        file("config.json", "{\"model_type\": \"" + given.path("model").asText() + "\"}");
        file("tokenizer_config.json", given.path("config").toString());
        if (!given.path("map").isNull()) {
            file("special_tokens_map.json", given.path("map").toString());
        }
        Map<String, String> expected = new TreeMap<>();
        given.path("tokens")
                .properties()
                .forEach(token -> expected.put(token.getKey(), token.getValue().asText()));

        assertThat(TemplateTokens.of(folder)).isEqualTo(expected);
    }

    @Test
    void aRunKeepsTheTemplateThatItBeganWith() {
        RunChatTemplates templates =
                new RunChatTemplates(new InMemoryObjectStore("bucket"), HubSources.none());
        file("chat_template.jinja", "first");
        templates.keep("chats", "s3://a/m/", folder);
        file("chat_template.jinja", "second");

        assertThat(templates.keep("chats", "s3://a/m/", folder).render(HELLO)).isEqualTo("first");
        assertThat(templates.find("chats", folder).render(HELLO)).isEqualTo("first");
        assertThat(templates.find("texts", folder).render(HELLO)).isEqualTo("second");
    }

    @Test
    void aTemplateBeyondWhatIsKnownIsThatOfNoUsableModel() {
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> ChatTemplateFile.read("{% include 'a' %}", folder))
                .withMessageContaining("statement=include 'a'");
    }

    /** The text of a special token is that token, wherever in a text it stands. */
    @Test
    void specialTokensOfATemplateBecomeTheirIds() throws IOException {
        for (String name :
                new String[] {"tokenizer.json", "tokenizer_config.json", "config.json"}) {
            try (InputStream in =
                    ChatTemplateFileTest.class.getResourceAsStream("/demo-model/" + name)) {
                files.put(name, in.readAllBytes());
            }
        }
        String text =
                ChatTemplateFile.read(
                                "{{ bos_token }}{{ messages[0].content }}{{ eos_token }}", folder)
                        .render(HELLO);

        try (HuggingFaceTextTokenizer tokenizer = HuggingFaceTextTokenizer.load(folder)) {
            int[] ids = tokenizer.encode(text);

            assertThat(ids).startsWith(0).endsWith(0);
            assertThat(ids).hasSize(2 + tokenizer.encode("Hello").length);
        }
    }
}
