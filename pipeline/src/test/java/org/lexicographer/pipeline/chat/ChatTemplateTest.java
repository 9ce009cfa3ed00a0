package org.lexicographer.pipeline.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
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
                "{{ 999999999999 * 999999999999 }}~too large a number",
                "{{ -999999999999999 * 999999999999999 }}~too large a number",
                "{{ messages[[messages]] }}~member of a list=a list",
                "{{ messages[0].get(messages) }}~method of a map=get",
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

    static Stream<Arguments> templatesThatTakeTooMuch() {
        String four =
                "{% set m = 'a,a,a,a,a,a,a,a,a,a'.split(',') %}" + "{% for i in m %}".repeat(4);
        String ends = "{% endfor %}".repeat(4);
        return Stream.of(
                Arguments.of(
                        "{% set a = 'aaaaaaaa' %}" + "{% set a = a + a %}".repeat(30),
                        "most characters"),
                Arguments.of(
                        "{% set a = [1] %}" + "{% set a = a + a %}".repeat(30),
                        "most list elements"),
                Arguments.of(four + "{% for i in m %}".repeat(4) + ends + ends, "most steps"),
                Arguments.of(
                        "{% set a = [1] %}" + "{% set a = [a, a] %}".repeat(40) + "{{ a == a }}",
                        "most steps"),
                Arguments.of(
                        "{% set a = 'aa' %}"
                                + "{% set a = a + a %}".repeat(17)
                                + "{{ a in a + a }}",
                        "most characters looked at"),
                Arguments.of(
                        "{% set n = namespace(a=[]) %}"
                                + four
                                + "{% set n.a = [n.a] %}"
                                + ends
                                + "{{ n.a == n.a }}",
                        "too deep"));
    }

    @ParameterizedTest
    @MethodSource("templatesThatTakeTooMuch")
    void templateThatTakesTooMuchIsRefused(String template, String reason) {
        assertThatThrownBy(() -> render(template, HELLO))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void renderingEndsWhenTheThreadIsInterrupted() {
        String loops = "{% for m in messages[0].content.split('-') %}";
        String hyphens = HELLO.replace("Hello", "-".repeat(999));
        String template = loops.repeat(2) + "{% endfor %}".repeat(2);

        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> render(template, hyphens))
                    .isInstanceOf(CancellationException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    static Stream<String> templatesThatAreTooDeep() {
        int some = 500;
        int many = 50_000;
        return Stream.of(
                "{{ " + "(".repeat(some) + "1" + ")".repeat(some) + " }}",
                "{{ " + "not ".repeat(some) + "1 }}",
                "{{ 1" + " + 1".repeat(many) + " }}",
                "{{ messages" + "[0]".repeat(many) + " }}",
                "{% if a %}".repeat(some) + "{% endif %}".repeat(some));
    }

    @ParameterizedTest
    @MethodSource("templatesThatAreTooDeep")
    void templateThatIsTooDeepIsRefusedWhenItIsRead(String template) {
        assertThatThrownBy(() -> ChatTemplate.of(template, Map.of()))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("too deep");
    }

    @Test
    void templateThatIsTooLargeIsRefusedWhenItIsRead() {
        String template = "a".repeat((1 << 20) + 1);

        assertThatThrownBy(() -> ChatTemplate.of(template, Map.of()))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("too large");
    }

    @Test
    void literalMayBeLong() {
        String escapes = "\\n".repeat(50_000);
        String text = "a".repeat(50_000);
        String template = "{{ '%s%s' }}{{ \"%s%s\" }}".formatted(text, escapes, escapes, text);

        assertThat(render(template, HELLO)).isEqualTo(text + "\n".repeat(100_000) + text);
    }

    @Test
    void boundThatIsNoneIsAsOneThatIsNotWritten() {
        assertThat(
                        render(
                                "{% set a = 'a,b,c'.split(',') %}"
                                        + "{% for i in a[:none:-1] %}{{ i }}{% endfor %}"
                                        + "{% for i in a[none:-1:none] %}{{ i }}{% endfor %}",
                                HELLO))
                .isEqualTo("cbaab");
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
