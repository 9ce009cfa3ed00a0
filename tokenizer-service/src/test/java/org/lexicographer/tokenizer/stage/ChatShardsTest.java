package org.lexicographer.tokenizer.stage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.message.DatasetShard.Split;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.tokenizer.RunSpecs;

/** Contexts have eight tokens, one for each byte; the template puts a semicolon after messages. */
class ChatShardsTest {

    private static final String ONE_FROM_STREAM = "{\"contexts\": 1, \"source\": \"stream\"}";

    private static RunSpec chats() {
        ObjectNode json = (ObjectNode) Json.toTree(RunSpecs.small("run", ONE_FROM_STREAM, 1000));
        json.putObject("documents").put("chat", "messages");
        return RunSpec.read(json);
    }

    @Test
    void chatsArePackedAsTheTextsThatTheTemplateMakesOfThem() {
        StoredRun run = new StoredRun(chats());
        run.shard(
                "a.jsonl",
                Split.TRAINING,
                """
                {"messages": [{"role": "user", "content": "abc"}, {"role": "assistant", "content": "de"}]}
                {"messages": "none"}
                {"messages": [{"role": "user", "content": ["a part"]}]}
                {"text": "no chat"}
                {"messages": [{"role": "user", "content": "0123456789ABC"}]}
                """
                        .getBytes(UTF_8));
        run.end();

        run.tokenize();

        assertThat(run.heldOut()).containsExactly("abc;de;|");
        assertThat(run.trained()).containsExactly("01234567");
        assertThat(run.account().text()).isEqualTo("3 of 5 documents");
        assertThat(run.rejections.toString())
                .contains("field of messages is not a chat")
                .contains("chat template uses what is not known here: value that is printed=a list")
                .contains("field of messages missing");
    }
}
