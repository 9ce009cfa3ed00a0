package org.lexicographer.tokenizer.service;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.lexicographer.languagemodel.hub.HubSources;
import org.lexicographer.languagemodel.text.SourceFiles;
import org.lexicographer.objectstore.RefusedObjectStoreException;
import org.lexicographer.pipeline.BrokenRuleException;
import org.lexicographer.pipeline.FieldError;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.dataset.DocumentReader;
import org.lexicographer.pipeline.message.DatasetEnd;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.message.DatasetShard;
import org.lexicographer.pipeline.source.SourceUri;
import org.lexicographer.pipeline.source.SourceUri.HubPath;

/**
 * Reads requests about a run's dataset: one message or a list, in which the run may be left out. A
 * request is stricter than a message: what no job could read is refused at once. It says more in
 * one word, too: a pattern of files of a hub stands for a message about each of them, at the commit
 * that the revision means now.
 */
final class DatasetRequests {

    private static final String RUN = "run";

    private final boolean localFilesAllowed;
    private final HubSources hub;

    DatasetRequests(boolean localFilesAllowed, HubSources hub) {
        this.localFilesAllowed = localFilesAllowed;
        this.hub = requireNonNull(hub, "hub is null");
    }

    /**
     * Returns the messages in order.
     *
     * @throws InvalidFieldsException naming every wrong field of every message
     * @throws org.lexicographer.objectstore.RetryableObjectStoreException when a hub is away
     */
    List<DatasetMessage> read(String run, JsonNode json) {
        List<DatasetMessage> messages = new ArrayList<>();
        List<FieldError> errors = new ArrayList<>();
        if (json.isArray()) {
            readAll(run, json, messages, errors);
        } else {
            read(run, json, "", messages, errors);
        }
        if (errors.isEmpty() && messages.isEmpty()) {
            errors.add(FieldError.of(FieldError.WHOLE, "empty list", "at least one message", 0));
        }
        if (!errors.isEmpty()) {
            throw new InvalidFieldsException(errors);
        }
        return messages;
    }

    private void readAll(
            String run, JsonNode list, List<DatasetMessage> messages, List<FieldError> errors) {
        OptionalInt end = OptionalInt.empty();
        for (int i = 0; i < list.size(); i++) {
            read(run, list.get(i), "[" + i + "].", messages, errors);
            boolean ends = !messages.isEmpty() && messages.getLast() instanceof DatasetEnd;
            if (end.isEmpty() && ends && i + 1 < list.size()) {
                end = OptionalInt.of(i);
            }
        }
        if (end.isPresent() && errors.isEmpty()) {
            errors.add(
                    FieldError.of(
                            "[%d].end".formatted(end.getAsInt()),
                            "not the last message of the list",
                            "nothing after it",
                            list.size() - 1 - end.getAsInt() + " more"));
        }
    }

    private void read(
            String run,
            JsonNode json,
            String path,
            List<DatasetMessage> messages,
            List<FieldError> errors) {
        try {
            messages.addAll(checked(DatasetMessage.read(Json.write(withRun(run, json)))));
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

    private List<? extends DatasetMessage> checked(DatasetMessage message) {
        return switch (message) {
            case DatasetEnd end -> List.of(end);
            case DatasetShard shard -> checked(shard);
        };
    }

    private List<DatasetShard> checked(DatasetShard shard) {
        try {
            return files(shard.uri()).stream()
                    .map(uri -> new DatasetShard(shard.run(), uri, shard.split()))
                    .toList();
        } catch (IllegalArgumentException e) {
            throw new InvalidFieldsException(BrokenRuleException.in("uri", e));
        } catch (RefusedObjectStoreException e) {
            throw new InvalidFieldsException(FieldError.of("uri", e.getMessage()));
        }
    }

    private List<String> files(String uri) {
        SourceUri source = SourceFiles.check(SourceUri.parse(uri), localFilesAllowed);
        List<String> files =
                source instanceof HubPath pattern
                        ? hub.files(pattern).stream().map(HubPath::toString).toList()
                        : List.of(uri);
        files.forEach(DocumentReader::address);
        return files;
    }
}
