package org.lexicographer.tokenizer.service;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
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
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.source.SourceUri;
import org.lexicographer.pipeline.source.SourceUri.HubPath;

/**
 * Reads a request about a run's dataset: one message or a list, in which the run may be left out. A
 * request is stricter than a message: what no job could read is refused at once. It says more in
 * one word, too: a pattern of files of a hub stands for a message about each of them, at the commit
 * that the revision means now.
 */
final class DatasetRequest {

    private static final String RUN = "run";

    private final boolean localFilesAllowed;
    private final HubSources hub;
    private final Map<HubPath, HubPath> pinned = new HashMap<>();

    DatasetRequest(boolean localFilesAllowed, HubSources hub) {
        this.localFilesAllowed = localFilesAllowed;
        this.hub = requireNonNull(hub, "hub is null");
    }

    /**
     * Returns the messages in order.
     *
     * @throws InvalidFieldsException naming every wrong field of every message
     * @throws org.lexicographer.objectstore.RetryableObjectStoreException when a hub is away
     */
    List<DatasetMessage> read(RunSpec spec, JsonNode json) {
        List<DatasetMessage> messages = new ArrayList<>();
        List<FieldError> errors = new ArrayList<>();
        if (json.isArray()) {
            readAll(spec, json, messages, errors);
        } else {
            read(spec, json, "", messages, errors);
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
            RunSpec spec, JsonNode list, List<DatasetMessage> messages, List<FieldError> errors) {
        OptionalInt end = OptionalInt.empty();
        Set<String> ended = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            String path = "[" + i + "].";
            int before = messages.size();
            read(spec, list.get(i), path, messages, errors);
            messages.subList(before, messages.size()).stream()
                    .findFirst()
                    .flatMap(DatasetMessage::dataset)
                    .filter(ended::contains)
                    .ifPresent(name -> errors.add(afterItsEnd(path, name)));
            if (!messages.isEmpty() && messages.getLast() instanceof DatasetEnd named) {
                named.dataset().ifPresent(ended::add);
            }
            boolean ends =
                    !messages.isEmpty()
                            && messages.getLast() instanceof DatasetEnd last
                            && last.dataset().isEmpty();
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

    private static FieldError afterItsEnd(String path, String dataset) {
        return FieldError.of(
                path + "dataset", "ended earlier in the list", "a dataset that goes on", dataset);
    }

    private void read(
            RunSpec spec,
            JsonNode json,
            String path,
            List<DatasetMessage> messages,
            List<FieldError> errors) {
        try {
            DatasetMessage message = DatasetMessage.read(Json.write(withRun(spec.run(), json)));
            Optional<FieldError> fault = message.datasetFault(spec);
            if (fault.isPresent()) {
                throw new InvalidFieldsException(fault.get());
            }
            messages.addAll(checked(message));
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
                    .map(uri -> new DatasetShard(shard.run(), uri, shard.split(), shard.dataset()))
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
                        ? hub.files(pinned(pattern)).stream().map(HubPath::toString).toList()
                        : List.of(uri);
        files.forEach(DocumentReader::address);
        return files;
    }

    /** A revision is asked for once, so that it means the same in the whole request. */
    private HubPath pinned(HubPath pattern) {
        HubPath repository = pattern.withPath("");
        return pinned.computeIfAbsent(repository, hub::pinned).withPath(pattern.path());
    }
}
