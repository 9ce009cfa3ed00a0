package org.lexicographer.languagemodel.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.pipeline.Json;
import org.lexicographer.testing.attack.Attack;
import org.lexicographer.testing.attack.JsonMutations;
import org.lexicographer.testing.attack.Mutations;

/**
 * Tokenizers that are almost right encode a text and say the text of tokens, or are refused; the
 * native library under them ends no process.
 */
class MutatedTokenizersTest {

    private static final long ALLOCATED = 16L << 20;
    private static final String TEXT = "Hello, the [MASK] lo world! \uD83D\uDE00 \u00e9\u4e16";

    private static final String BYTE_PAIRS =
            """
            {"version":"1.0","truncation":{"direction":"Right","max_length":4,
            "strategy":"LongestFirst","stride":0},"padding":null,
            "added_tokens":[{"id":9,"content":"<|endoftext|>","single_word":false,"lstrip":false,
            "rstrip":false,"normalized":false,"special":true}],"normalizer":{"type":"NFC"},
            "pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,
            "use_regex":true},"post_processor":{"type":"ByteLevel","add_prefix_space":true,
            "trim_offsets":false,"use_regex":true},"decoder":{"type":"ByteLevel",
            "add_prefix_space":true,"trim_offsets":true,"use_regex":true},
            "model":{"type":"BPE","dropout":null,"unk_token":null,
            "continuing_subword_prefix":null,"end_of_word_suffix":null,"fuse_unk":false,
            "byte_fallback":false,"ignore_merges":false,
            "vocab":{"H":0,"e":1,"l":2,"o":3,"ll":4,"lo":5,"llo":6,"\\u0120":7,"he":8},
            "merges":["l l","l o",["ll","o"]]}}""";
    private static final String UNIGRAMS =
            """
            {"version":"1.0","added_tokens":[{"id":0,"content":"<unk>","single_word":false,
            "lstrip":false,"rstrip":false,"normalized":false,"special":true}],
            "normalizer":{"type":"Sequence","normalizers":[{"type":"Replace",
            "pattern":{"Regex":" {2,}"},"content":" "},{"type":"Prepend","prepend":"\u2581"}]},
            "pre_tokenizer":{"type":"Metaspace","replacement":"\u2581","prepend_scheme":"always",
            "split":true},"post_processor":null,"decoder":{"type":"Sequence","decoders":[
            {"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,
            "stop":0}]},"model":{"type":"Unigram","unk_id":0,"byte_fallback":true,
            "vocab":[["<unk>",0.0],["\u2581",-2.0],["H",-3.5],["ello",-4.0],["l",-1e-3],
            ["o",-2.25],["<0xE9>",-9.0]]}}""";
    private static final String WORD_PIECES =
            """
            {"version":"1.0","added_tokens":[{"id":3,"content":"[MASK]","single_word":true,
            "lstrip":true,"rstrip":true,"normalized":false,"special":true}],
            "normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,
            "strip_accents":null,"lowercase":true},"pre_tokenizer":{"type":"Sequence",
            "pretokenizers":[{"type":"BertPreTokenizer"},{"type":"Split","pattern":
            {"Regex":"\\\\p{L}+|\\\\d{1,3}(?!\\\\d)"},"behavior":"Isolated","invert":false}]},
            "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[CLS]",
            "type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"pair":[],"special_tokens":
            {"[CLS]":{"id":"[CLS]","ids":[1],"tokens":["[CLS]"]}}},
            "decoder":{"type":"WordPiece","prefix":"##","cleanup":true},
            "model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##",
            "max_input_chars_per_word":100,"vocab":{"[UNK]":0,"[CLS]":1,"hello":2,"[MASK]":3,
            "wor":4,"##ld":5,"the":6}}}""";

    private static final List<byte[]> FILES = bytes(BYTE_PAIRS, UNIGRAMS, WORD_PIECES);

    @Test
    void everyFileIsUsedOrRefused() {
        assertUsedOrRefused(
                new Mutations(
                        1,
                        FILES,
                        bytes("1e309", "-1", "null", "[[[[", "\"\"", "\"Unigram\"", "\"BPE\"")));
    }

    @Test
    void everyDocumentIsUsedOrRefused() {
        assertUsedOrRefused(
                new JsonMutations(
                        2,
                        FILES,
                        bytes(
                                "null",
                                "true",
                                "-1",
                                "0",
                                "3",
                                "4294967296",
                                "1e300",
                                "\"\"",
                                "\"l\"",
                                "\"Hello\"",
                                "\"[CLS]\"",
                                "\"B\"",
                                "\"\u00e9\"",
                                "\"(a*)*$\"",
                                "[]",
                                "{}",
                                "{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"AAAA\"}")));
    }

    private static void assertUsedOrRefused(Supplier<byte[]> mutations) {
        Attack.Outcome outcome =
                new Attack("tokenizer.json", Set.of(InvalidModelException.class), ALLOCATED)
                        .on(MutatedTokenizersTest::use, mutations);

        assertThat(outcome.read()).isPositive();
        assertThat(outcome.refused()).isPositive();
    }

    private static void use(byte[] json) {
        try (HuggingFaceTextTokenizer tokenizer =
                HuggingFaceTextTokenizer.load(
                        name ->
                                name.equals("tokenizer.json")
                                        ? Optional.of(json)
                                        : Optional.empty())) {
            for (int id : tokenizer.encode(TEXT)) {
                tokenizer.text(id);
            }
            tokenizer.text(Integer.MAX_VALUE);
            tokenizer.addedInFront();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"type\":\"Fuse\"|not readable as JSON",
                "{\"type\":\"Fuse\",\"n\":1e999}|number too large",
                "{\"type\":\"Fuse\",\"type\":\"Fuse\"}|not readable as JSON: Duplicate",
                "{\"type\":\"Fuse\",\"n\":\"\\ud800\"}|text is half a character",
                "{\"type\":\"Strip\",\"stop\":1}|decoder strips the end of tokens",
            })
    void aDecoderThatWouldEndTheProcessIsRefusedByName(String decoder, String reason) {
        assertRefused(
                UNIGRAMS.replaceFirst(
                        "\"decoder\":.*\\R.*\\R.*\"model\"",
                        "\"decoder\":" + Matcher.quoteReplacement(decoder) + ",\"model\""),
                reason);
    }

    @Test
    void whatIsNamedTwiceIsRefused() {
        assertRefused(
                WORD_PIECES.replace("{\"version\"", "{\"normalizer\":null,\"version\""),
                "named twice: found=normalizer");
    }

    @Test
    void aTemplateThatNamesATokenThatIsNotThereIsRefused() {
        assertRefused(
                WORD_PIECES.replace("{\"[CLS]\":{", "{\"[SEP]\":{"),
                "template names a token that is not among its special_tokens: found=[CLS]");
    }

    @Test
    void aCharacterMapIsFollowedToItsReplacements() {
        // The byte of an A is replaced by a b.
        int[] units = new int[256];
        units[0] = 1 << 10;
        units[1 ^ 'A'] = 'A' | 1 << 8 | 2 << 10;
        int leaf = 1 ^ 'A' ^ 2;
        use(withMap(units, "b\0"));

        // A replacement that is not there
        units[leaf] = 1 << 31 | 7;
        assertRefused(
                withMap(units, "b\0"), "precompiled_charsmap not usable: expected=where a repl");

        // A way out of the trie
        units[1 ^ 'A'] = 'A' | 1000 << 10;
        assertRefused(
                withMap(units, "b\0"), "precompiled_charsmap not usable: expected=units 0 to 255");
    }

    @Test
    void aNormalizerWithoutItsCharacterMapIsRefused() {
        ObjectNode json = (ObjectNode) Json.tree(WORD_PIECES.getBytes(UTF_8));
        json.putObject("normalizer").put("type", "Precompiled");
        assertRefused(json.toString(), "precompiled_charsmap not usable: expected=a text");
    }

    private static byte[] withMap(int[] units, String replacements) {
        ByteBuffer map =
                ByteBuffer.allocate(Integer.BYTES * (1 + units.length) + replacements.length())
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(Integer.BYTES * units.length);
        IntStream.of(units).forEach(map::putInt);
        map.put(replacements.getBytes(UTF_8));
        ObjectNode json = (ObjectNode) Json.tree(WORD_PIECES.getBytes(UTF_8));
        json.putObject("normalizer")
                .put("type", "Precompiled")
                .put("precompiled_charsmap", map.array());
        return json.toString().getBytes(UTF_8);
    }

    private static void assertRefused(String json, String reason) {
        assertRefused(json.getBytes(UTF_8), reason);
    }

    private static void assertRefused(byte[] json, String reason) {
        assertThatThrownBy(() -> use(json))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageStartingWith("tokenizer.json not usable: reason=" + reason);
    }

    private static List<byte[]> bytes(String... texts) {
        return Stream.of(texts).map(text -> text.getBytes(UTF_8)).toList();
    }
}
