package org.lexicographer.pipeline.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.pipeline.source.SourceUri.HubPath;
import org.lexicographer.pipeline.source.SourceUri.LocalFile;
import org.lexicographer.pipeline.source.SourceUri.StoredObject;

class SourceUriTest {

    @Test
    void readsObjectAddressesAsTheyAre() {
        assertThat(SourceUri.parse("s3://bucket/a b/c#d%20?.txt"))
                .isEqualTo(new StoredObject("bucket", "a b/c#d%20?.txt"))
                .hasToString("s3://bucket/a b/c#d%20?.txt");
        assertThat(SourceUri.parse("s3://bucket/models/demo/"))
                .isEqualTo(new StoredObject("bucket", "models/demo/"));
    }

    @ParameterizedTest
    @CsvSource({
        "file:/a/b.txt, /a/b.txt",
        "file:///a/b.txt, /a/b.txt",
        "file:/a%20b%23c.txt, /a b#c.txt",
        "file:/folder/, /folder"
    })
    void readsFileAddresses(String uri, String path) {
        assertThat(SourceUri.parse(uri)).isEqualTo(new LocalFile(Path.of(path)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "file:/a b.txt        | Illegal character in path at index 7",
                "file:/a.txt#part     | # or ? in the path",
                "file:/a#b.txt        | # or ? in the path",
                "file:/a.txt?x=1      | # or ? in the path",
                "file:a.txt           | relative path",
                "file:./a.txt         | relative path",
                "file:../a.txt        | relative path",
                "file://host/a.txt    | host host",
                "file://localhost/a   | host localhost",
                "file://a.txt         | host a.txt",
                "file:                | Expected scheme-specific part at index 5",
                "file://              | Expected authority at index 7",
                "file:/a%2.txt        | Malformed escape pair at index 7",
                "file:/a%00.txt       | Nul",
                "file:/a\\b.txt       | Illegal character",
                "file:#               | Expected scheme-specific part",
                "s3://bucket          | not an object address",
                "s3://bucket/         | not an object address",
                "s3:///key            | not an object address",
                "s3:/bucket/key       | not an address",
                "http://host/a.txt    | not an address",
                "FILE:/a.txt          | not an address",
                "/a.txt               | not an address",
                "a.txt                | not an address"
            })
    void namesWhatIsWrongWithAnAddress(String uri, String reason) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SourceUri.parse(uri))
                .withMessageContaining(reason)
                .withMessageContaining("expected=")
                .withMessageContaining("found=" + uri);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://bucket/../other/key",
                "s3://bucket/a/../../../etc/passwd",
                "s3://bucket/a/..",
                "s3://bucket/./a",
                "s3://bucket//etc/passwd",
                "s3://../key",
                "s3://a..b/key",
                "s3://user@host/key",
                "s3://127.0.0.1:9000/key",
                "s3://[::1]/key",
                "s3://bucket?x/key",
                "s3://bucket%2F..%2Fother/key",
                "s3://bucket/a\nb",
                "s3://bucket/a\0b"
            })
    void refusesObjectsThatLeadOutOfTheirBucket(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SourceUri.parse(text))
                .withMessageContaining("not an object address, ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://bucket/%2e%2e/a",
                "s3://bucket/..%2fa",
                "s3://bucket/...",
                "s3://bucket/a..b",
                "s3://My.Bucket_1/a//b"
            })
    void takesKeysThatOnlyLookLikeIt(String text) {
        assertThat(SourceUri.parse(text)).isInstanceOf(StoredObject.class).hasToString(text);
    }

    /** No service asks an address of a request over HTTP: there is no scheme for it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://169.254.169.254/latest/meta-data/",
                "https://127.0.0.1/a",
                "HTTP://localhost/a",
                "ftp://host/a",
                "gopher://127.0.0.1:9092/_a",
                "jar:file:/a.jar!/b",
                "s3:http://host/a",
                "hf:http://127.0.0.1/a/b",
                "//169.254.169.254/a",
                "\\\\host\\share"
            })
    void refusesOtherSchemes(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SourceUri.parse(text))
                .withMessageContaining("not an address");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hf://127.0.0.1:9000/a/b",
                "hf://user:password@127.0.0.1/a",
                "hf://[::1]/a",
                "hf://owner/name@../../api",
                "hf://owner/name@..",
                "hf://owner/name@a%2F..%2F..%2Fapi",
                "hf://owner/name?x=1",
                "hf://owner/name#x",
                "hf://owner/name@main/a/../../../api",
                "hf://owner/name%2F..%2Fother"
            })
    void refusesAddressesOfTheHubThatWouldLeadElsewhere(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SourceUri.parse(text))
                .withMessageContaining("not a hub address");
    }

    @Test
    void boundsWhatItQuotes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SourceUri.parse("file:" + "x".repeat(100_000)))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1000));
    }

    @ParameterizedTest
    @CsvSource({
        "hf://owner/name, hf://owner/name@main",
        "hf://owner/name@v1.0/, hf://owner/name@v1.0",
        "hf://owner/name@refs/pr/1/a/b.jsonl, hf://owner/name@refs/pr/1/a/b.jsonl",
        "hf://owner/name@a%2Fb/c, hf://owner/name@a%2Fb/c",
        "hf://datasets/owner/name@main/data/*.jsonl, hf://datasets/owner/name@main/data/*.jsonl",
        "hf://datasets/owner/name/a@b.txt, hf://datasets/owner/name@main/a@b.txt"
    })
    void readsAddressesOfTheHub(String text, String whole) {
        SourceUri uri = SourceUri.parse(text);

        assertThat(uri).isInstanceOf(HubPath.class).hasToString(whole);
        assertThat(SourceUri.parse(whole)).isEqualTo(uri);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hf://",
                "hf://owner",
                "hf://datasets/owner",
                "hf://owner/name@",
                "hf://owner/name/../other",
                "hf://owner/name/a//b",
                "hf://owner/name/./a",
                "hf://own er/name",
                "hf://.owner/name"
            })
    void refusesWhatIsNoAddressOfTheHub(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SourceUri.parse(text))
                .withMessageContaining("not a hub address");
    }
}
