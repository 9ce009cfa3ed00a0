package org.lexicographer.tokenizer.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.lexicographer.languagemodel.text.SourceFiles;
import org.lexicographer.pipeline.BrokenRuleException;
import org.lexicographer.pipeline.FieldError;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.dataset.DocumentReader;
import org.lexicographer.pipeline.message.DatasetEnd;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.message.DatasetShard;

/**
 * Reads requests about a run's dataset: one message or a list, in which the run may be left out. A
 * request is stricter than a message: what no job could read is refused at once.
 */
final class DatasetRequests {

    private static final String RUN = "run";

    private final boolean localFilesAllowed;

    DatasetRequests(boolean localFilesAllowed) {
        this.localFilesAllowed = localFilesAllowed;
    }

    /**
     * Returns the messages in order.
     *
     * @throws InvalidFieldsException naming every wrong field of every message
     */
    List<DatasetMessage> read(String run, JsonNode json) {
        List<DatasetMessage> messages = new ArrayList<>();
        List<FieldError> errors = new ArrayList<>();
        if (json.isArray()) {
            for (int i = 0; i < json.size(); i++) {
                read(run, json.get(i), "[" + i + "].", messages, errors);
            }
        } else {
            read(run, json, "", messages, errors);
        }
        for (int i = 1; i < messages.size() && errors.isEmpty(); i++) {
            if (messages.get(i - 1) instanceof DatasetEnd) {
                errors.add(
                        FieldError.of(
                                "[%d].end".formatted(i - 1),
                                "not the last message of the list",
                                "nothing after it",
                                json.size() - i + " more"));
            }
        }
        if (errors.isEmpty() && messages.isEmpty()) {
            errors.add(FieldError.of(FieldError.WHOLE, "empty list", "at least one message", 0));
        }
        if (!errors.isEmpty()) {
            throw new InvalidFieldsException(errors);
        }
        return messages;
    }

    private void read(
            String run,
            JsonNode json,
            String path,
            List<DatasetMessage> messages,
            List<FieldError> errors) {
        try {
            messages.add(checked(DatasetMessage.read(Json.write(withRun(run, json)))));
        } catch (InvalidFieldsException e) {
            e.errors().stream().map(error -> error.at(path + error.field())).forEach(errors::add);
        }
    }

    private static JsonNode withRun(String run, JsonNode json) {
        if (!(json instanceof ObjectNode object)) {
            return json;
        }
        JsonNode named = object.path(RUN);
        if (!named.isMissingNode() && !named.asText().equals(run)) {
            throw new InvalidFieldsException(
                    FieldError.of(RUN, "not the run of the path", run, named));
        }
        return object.deepCopy().put(RUN, run);
    }

    private DatasetMessage checked(DatasetMessage message) {
        return switch (message) {
            case DatasetEnd end -> end;
            case DatasetShard shard -> checked(shard);
        };
    }

    private DatasetShard checked(DatasetShard shard) {
        try {
            SourceFiles.check(DocumentReader.address(shard.uri()), localFilesAllowed);
            return shard;
        } catch (IllegalArgumentException e) {
            throw new InvalidFieldsException(BrokenRuleException.in("uri", e));
        }
    }
}
