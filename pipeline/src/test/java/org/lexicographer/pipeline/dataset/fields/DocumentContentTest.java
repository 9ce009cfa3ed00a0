package org.lexicographer.pipeline.dataset.fields;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lexicographer.pipeline.dataset.fields.DocumentContent.TemplateText;
import org.lexicographer.pipeline.dataset.fields.DocumentContent.Text;
import org.lexicographer.pipeline.dataset.fields.DocumentContent.TextField;
import org.lexicographer.pipeline.dataset.fields.DocumentContent.TokenIds;

class DocumentContentTest {

    private static String text(Text content, String json) {
        return content.of(new JsonRecords(content, 1000).of(json));
    }

    private static int[] tokens(String json) {
        TokenIds content = new TokenIds(new FieldPath("input_ids"), 100);
        return content.of(new JsonRecords(content, 1000).of(json));
    }

    private static TemplateText template(String text) {
        return new TemplateText(new TextTemplate(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "meta.title; {\"meta\": {\"title\": \"a\", \"n\": 1}}; a",
                "meta.title; {\"meta\": {\"title\": \"a\"}, \"meta.title\": \"b\"}; b",
                "turns.content; {\"turns\": [{\"content\": \"a\"}, {\"content\": \"b\"}]}; `a\nb`",
                "turns.content; {\"turns\": []}; ``",
                "a..b; {\"a..b\": \"c\"}; c"
            })
    void aPathLeadsThroughFieldsAndLists(String path, String json, String text) {
        assertThat(text(new TextField(path), json)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "meta.title; {\"meta\": {}, \"id\": 1}; text field missing: expected=meta.title",
                "meta.title; {\"meta\": null}; text field missing",
                "turns.content; {\"turns\": [{\"content\": \"a\"}, {}]}; text field missing",
                "turns.content; {\"turns\": [{\"content\": null}]}; text field is not a text",
                "text; {\"text\": [\"a\"]}; found=START_ARRAY",
                "text; {\"messages\": [{\"role\": \"user\", \"content\": \"a\"}]}; `messages of a chat, which are no text by themselves: expected=a text; documents.chat=messages takes the model's template, found=messages`",
                "messages; {\"messages\": [{\"role\": \"user\", \"content\": \"a\"}]}; messages of a chat",
                "text; {\"conversations\": [{\"from\": \"human\", \"value\": \"a\"}]}; documents.chat=conversations"
            })
    void aRecordThatLacksTheTextIsRefused(String path, String json, String rule) {
        TextField content = new TextField(path);

        assertThatThrownBy(() -> text(content, json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(rule);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{question}|{answer}; {\"answer\": \"b\", \"question\": \"a\"}; a|b",
                "{{{q.a}}}; {\"q\": {\"a\": \"x\"}}; {x}",
                "{a} is {b}; {\"a\": 1.5, \"b\": true}; 1.5 is true"
            })
    void aTemplateIsFilledWithFields(String template, String json, String text) {
        assertThat(text(template(template), json)).isEqualTo(text);
    }

    @Test
    void aTemplateWithoutItsFieldsIsRefused() {
        TemplateText content = template("{question}\n{answer}");

        assertThatThrownBy(() -> text(content, "{\"question\": \"a\"}"))
                .hasMessageContaining("template's field missing: expected=answer");
        assertThatThrownBy(() -> text(content, "{\"question\": null, \"answer\": \"b\"}"))
                .hasMessageContaining("template's field is not a text");
        assertThatThrownBy(() -> text(content, "{\"question\": [], \"answer\": \"b\"}"))
                .hasMessageContaining("template's field is not a text");
    }

    @ParameterizedTest
    @CsvSource({"text, without a field", "{a, brace", "a}, brace", "{}, brace", "{{a}}, without"})
    void whatIsNoTemplateIsNamed(String template, String rule) {
        assertThatThrownBy(() -> new TextTemplate(template))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(rule);
    }

    @Test
    void tokenIdsAreTakenAsTheyAre() {
        assertThat(tokens("{\"input_ids\": [0, 99, 7], \"text\": \"a\"}"))
                .containsExactly(0, 99, 7);
        assertThat(tokens("{\"input_ids\": []}")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "[1, 100]; expected=0 to 99, found=100 at index 1",
                "[-1]; found=-1 at index 0",
                "[1.5]; found=1.5 at index 0",
                "[null]; found=null at index 0",
                "[4294967296]; found=4294967296 at index 0",
                "7; token field is not a list",
                "null; token field is not a list"
            })
    void anIdThatTheModelDoesNotKnowIsNamed(String ids, String rule) {
        assertThatThrownBy(() -> tokens("{\"input_ids\": %s}".formatted(ids)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(rule);
    }
}
