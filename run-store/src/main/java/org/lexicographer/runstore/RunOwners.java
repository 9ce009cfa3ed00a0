package org.lexicographer.runstore;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.message.RunOwner;
import org.lexicographer.pipeline.run.RunSpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose the runs are. The first owner of a run stays; a run that was submitted before there were
 * owners, or by somebody who did not have to say who they are, is nobody's.
 */
public final class RunOwners {

    private static final Logger LOG = LoggerFactory.getLogger(RunOwners.class);

    private final ObjectStore objects;

    /** Keeps the owners in this store. */
    public RunOwners(ObjectStore objects) {
        this.objects = requireNonNull(objects, "objects is null");
    }

    /** Records whose a run is, unless it is somebody's already. */
    public void record(String run, RunOwner owner) {
        objects.putIfAbsent(ObjectKeys.runOwner(run), owner.toJson());
    }

    /** Returns whose a run is; empty where it is nobody's, or cannot be read. */
    public Optional<RunOwner> find(String run) {
        try {
            return Optional.of(RunOwner.read(objects.bytes(ObjectKeys.runOwner(run))));
        } catch (ObjectNotFoundException e) {
            return Optional.empty();
        } catch (InvalidFieldsException e) {
            LOG.warn("owner not readable: run={}, reason={}", run, e.getMessage());
            return Optional.empty();
        }
    }

    /** Returns the runs of an owner that have not ended. */
    public List<RunSpec> atWork(String owner) {
        StoredEnds ends = new StoredEnds(objects);
        return new StoredRuns(objects)
                .all().stream()
                        .filter(spec -> isOf(spec.run(), owner))
                        .filter(spec -> ends.find(spec.run()).isEmpty())
                        .toList();
    }

    private boolean isOf(String run, String owner) {
        return find(run).filter(it -> it.owner().equals(owner)).isPresent();
    }
}
