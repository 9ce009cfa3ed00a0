package org.lexicographer.eval.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lexicographer.pipeline.InvalidFieldsException;

class TextRequestTest {

    private static TextRequest read(String json) {
        return TextRequest.read(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void readsTextWithNameAndStep() {
        // Given
        String json = "{\"text\":\"a b\",\"name\":\"mine\",\"step\":5}";

        // When
        TextRequest request = read(json);

        // Then
        assertThat(request.text()).contains("a b");
        assertThat(request.name()).contains("mine");
        assertThat(request.step()).contains(5L);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                    | exactly one of text and uri",
                "{'text':'a','uri':'s3://b/c.txt'}     | exactly one of text and uri",
                "{'text':5}                            | wrong type: expected=text, found=5",
                "{'text':'a','name':'No!'}             | name not allowed",
                "{'text':'a','name':'held-out'}        | name taken by the run's own contexts",
                "{'uri':'s3://b/c.csv'}                | format unknown",
                "{'uri':'http://host/c.txt'}           | not an address",
                "{'uri':'s3://b/../c.txt'}             | key leads out of the bucket",
                "{'uri':'s3://../c.txt'}               | no name of a bucket",
                "{'uri':'hf://a/b@../c.txt'}           | leads out of the repository",
                "{'uri':'file:/a b.txt'}               | not a file address",
                "{'uri':'file:/a.txt#b.txt'}           | not a file address",
                "{'uri':'file:a.txt'}                  | not a file address",
                "{'uri':'file://host/a.txt'}           | not a file address",
                "{'text':'\\ud800'}                     | half a surrogate pair",
                "{'text':'a','step':-1}                | out of range",
                "{'text':'a','txet':'b'}               | unknown field",
                "[]                                    | wrong type: expected=object"
            })
    void saysWhatIsWrong(String json, String message) {
        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(() -> read(json.replace('\'', '"')))
                .withMessageContaining(message);
    }
}
