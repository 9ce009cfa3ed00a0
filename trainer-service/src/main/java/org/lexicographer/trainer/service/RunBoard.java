package org.lexicographer.trainer.service;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.message.MessageDoor;
import org.lexicographer.pipeline.message.RunProgress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The last message of each part of each run. */
@ApplicationScoped
public class RunBoard {

    private static final Logger LOG = LoggerFactory.getLogger(RunBoard.class);

    private final Map<String, Map<String, RunProgress>> partsByRun = new ConcurrentHashMap<>();

    /** Takes a record of the {@code run-progress} topic; returns what it says, if readable. */
    public Optional<RunProgress> accept(String key, byte[] value) {
        if (value == null) {
            forget(key);
            return Optional.empty();
        }
        try {
            RunProgress progress = MessageDoor.progress(MessageDoor.key(key), value);
            partsByRun
                    .computeIfAbsent(progress.run(), run -> new ConcurrentSkipListMap<>())
                    .put(progress.part().part(), progress);
            return Optional.of(progress);
        } catch (InvalidFieldsException e) {
            LOG.warn("progress not readable: key={}, reason={}", key, e.getMessage());
            return Optional.empty();
        }
    }

    private void forget(String key) {
        int slash = key == null ? -1 : key.indexOf('/');
        if (slash > 0) {
            partsByRun
                    .getOrDefault(key.substring(0, slash), new ConcurrentHashMap<>())
                    .remove(key.substring(slash + 1));
        }
    }

    /** Returns the parts of a run in the order of their names. */
    public List<RunProgress> parts(String run) {
        return List.copyOf(partsByRun.getOrDefault(run, Map.of()).values());
    }
}
