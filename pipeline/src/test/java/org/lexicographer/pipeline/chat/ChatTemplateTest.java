package org.lexicographer.pipeline.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.lexicographer.pipeline.Json;

class ChatTemplateTest {

    private static final String HELLO = "[{\"role\": \"user\", \"content\": \"Hello\"}]";

    private static JsonNode file() throws IOException {
        try (InputStream in = ChatTemplateTest.class.getResourceAsStream("/chat/cases.json")) {
            return Json.tree(in.readAllBytes());
        }
    }

    static Stream<JsonNode> cases() throws IOException {
        return file().path("cases").valueStream();
    }

    private static JsonNode json(String text) {
        // Json.tree reads objects and lists alike.
        return Json.tree(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String render(String template, String messages) {
        return ChatTemplate.of(template, Map.of("bos_token", "<s>")).render(json(messages));
    }

    /** transformers made the cases, by src/test/python/make_chat_cases.py; it refuses some. */
    @ParameterizedTest
    @MethodSource("cases")
    void textIsThatOfTransformers(JsonNode given) throws IOException {
        Map<String, String> tokens = new HashMap<>();
        file().path("tokens")
                .properties()
                .forEach(it -> tokens.put(it.getKey(), it.getValue().asText()));
        ChatTemplate template = ChatTemplate.of(given.path("template").asText(), tokens);

        if (given.has("expected") && !given.path("refusedHere").asBoolean()) {
            assertThat(template.render(given.path("messages")))
                    .isEqualTo(given.path("expected").asText());
        } else {
            assertThatThrownBy(() -> template.render(given.path("messages")))
                    .isInstanceOf(TemplateException.class);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "{% macro a() %}{% endmacro %}~statement=macro a()",
                "{% for a, b in messages %}{% endfor %}~statement=for a, b in messages",
                "{% for m in messages if m.role %}{% endfor %}~statement=for m in messages if m.role",
                "{% generation %}~statement=generation",
                "{% set a %}b{% endset %}~statement=set a",
                "{{ {'a': 1} }}~expression={'a': 1}",
                "{{ 1 == 1 == 1 }}~expression=1 == 1 == 1",
                "{{ 'a' 'b' }}~expression='a' 'b'",
                "{{ 0.5 }}~expression=0.5",
                "{{ '\\x41' }}~text='\\x41'",
                "{{ a, b }}~expression=a, b",
                "{% if a %}~not closed: expected=else",
                "{{ a~not closed: expected=}}",
                "{% endfor %}~statement=endfor"
            })
    void templateThatIsNotKnownIsRefusedWhenItIsRead(String template, String reason) {
        assertThatThrownBy(() -> ChatTemplate.of(template, Map.of()))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "{{ strftime_now('%d') }}~function=strftime_now",
                "{{ messages | tojson }}~filter=tojson",
                "{{ 'a' | replace('a', 'b') }}~filter=replace(...)",
                "{{ 'a' | indent(first=true) }}~filter=indent(...)",
                "{{ 'a'.title() }}~method of a text=title()",
                "{{ messages[0].items() }}~method of a map=items",
                "{{ messages[0].values }}~method=values",
                "{{ messages[0] }}~value that is printed=a map",
                "{{ 'abc'[0] }}~member of a text=0",
                "{{ 'abc'[1:] }}~slice=of what is no list",
                "{{ messages[::2] }}~step of a slice=2",
                "{{ missing.role }}~member of undefined=role",
                "{{ 'a' + none }}~cannot add: left=a text, right=none",
                "{{ 'a' + 1 }}~cannot add: left=a text, right=a number",
                "{{ 1 % 0 }}~divides by zero",
                "{{ 'a' < 'b' }}~number=a text",
                "{{ messages is odd }}~test=odd",
                "{% for c in 'abc' %}{% endfor %}~loop=over what is no list",
                "{% for m in messages %}{{ loop.depth }}{% endfor %}~field=loop.depth",
                "{% set messages.a = 1 %}~sets a field of no namespace: messages",
                "{{ additional_special_tokens }}~variable=additional_special_tokens",
                "{{ raise_exception('No ' + messages[0].role) }}~refuses the messages: No user"
            })
    void whatIsNotKnownIsRefusedWhereItIsMet(String template, String reason) {
        assertThatThrownBy(() -> render(template, HELLO))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void whatIsNotKnownIsNoMatterWhereItIsNotMet() {
        assertThat(
                        render(
                                "{% if tools %}{{ tools | tojson(indent=4) }}{% endif %}"
                                        + "{{ strftime_now is defined }}{{ messages[0].content }}",
                                HELLO))
                .isEqualTo("TrueHello");
    }

    @Test
    void whatIsSetInATurnIsGoneInTheNextUnlessANamespaceHoldsIt() {
        String two = "[{\"role\": \"a\"}, {\"role\": \"b\"}]";

        assertThat(
                        render(
                                "{% set x = 0 %}{% set ns = namespace(x=0) %}"
                                        + "{% for m in messages %}{{ x }}{% set x = x + 1 %}"
                                        + "{% set ns.x = ns.x + 1 %}{{ x }}{% endfor %}{{ x }}{{ ns.x }}",
                                two))
                .isEqualTo("010102");
    }
}
