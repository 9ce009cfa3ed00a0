package org.lexicographer.runstore;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.runstore.NameClaims.Kind;
import org.lexicographer.runstore.RunAdmission.Admitted;
import org.lexicographer.runstore.RunAdmission.Refused;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runs there are. The first spec of a name that is admitted is stored and changes in one way
 * only: a run that had ended is {@linkplain RunExtensions given more steps}. That stored spec, and
 * no record of a topic, is what a service works by. Every service that reads the topic {@code runs}
 * admits what it reads, so that none waits for another, and all come to the same answer.
 */
public final class StoredRuns {

    private static final Logger LOG = LoggerFactory.getLogger(StoredRuns.class);
    private static final String SPEC_NAME = "/run.json";

    private final ObjectStore objects;
    private final NameClaims names;
    private final RunExtensions extensions;

    public StoredRuns(ObjectStore objects) {
        this.objects = requireNonNull(objects, "objects is null");
        this.names = new NameClaims(objects);
        this.extensions = new RunExtensions(objects);
    }

    /** Says whether a spec would be admitted, and stores nothing. */
    public RunAdmission check(RunSpec spec) {
        return verdict(spec, names.holder(spec.run())).orElseGet(() -> new Admitted(spec));
    }

    /**
     * Stores a spec as the run of its name, unless the name is taken, and as the spec that the run
     * goes on by, where it was extended to it. Repetitions do nothing.
     */
    public RunAdmission admit(RunSpec spec) {
        Kind holder = names.claim(spec.run(), Kind.RUN);
        if (holder == Kind.RUN) {
            extend(spec);
        }
        Optional<RunAdmission> known = verdict(spec, Optional.of(holder));
        if (known.isPresent()) {
            return known.get();
        }
        objects.putIfAbsent(ObjectKeys.runSpec(spec.run()), spec.toJson());
        return verdict(spec, Optional.of(holder))
                .orElseThrow(
                        () -> new IllegalStateException("run spec removed: run=" + spec.run()));
    }

    /** One conditional write makes a run longer; whoever comes later finds that it is. */
    private void extend(RunSpec spec) {
        String key = ObjectKeys.runSpec(spec.run());
        Optional<ObjectStat> seen = objects.stat(key);
        if (seen.isPresent() && readable(key).filter(it -> becomes(it, spec)).isPresent()) {
            objects.putIfMatch(key, seen.get().etag(), spec.toJson());
        }
    }

    private boolean becomes(RunSpec stored, RunSpec spec) {
        int steps = spec.training().steps();
        return steps > stored.training().steps()
                && stored.withSteps(steps).equals(spec)
                && extensions
                        .beginningAt(stored)
                        .filter(extension -> extension.to() == steps)
                        .isPresent();
    }

    /** Tells whether a run had a spec before it was given more steps. */
    private boolean wasOnce(RunSpec stored, RunSpec spec) {
        return spec.training().steps() < stored.training().steps()
                && stored.withSteps(spec.training().steps()).equals(spec)
                && extensions.beginningAt(spec).isPresent();
    }

    /** Empty while no spec of the name is stored and the name is not an import's. */
    private Optional<RunAdmission> verdict(RunSpec spec, Optional<Kind> holder) {
        String run = spec.run();
        if (spec.languageModel().hub().filter(path -> !path.isPinned()).isPresent()) {
            return refused(
                    Optional.empty(),
                    "language model may be another tomorrow: expected=a commit as revision, which"
                            + " POST /runs puts in, found=%s, run=%s"
                                    .formatted(spec.languageModel().uri(), run));
        }
        if (holder.equals(Optional.of(Kind.IMPORT))) {
            return refused(Optional.empty(), "name is that of an import: run=" + run);
        }
        if (holder.equals(Optional.of(Kind.PURGED))) {
            return refused(
                    Optional.empty(), "run was removed, and its name stays its own: run=" + run);
        }
        try {
            Optional<RunSpec> stored = find(run);
            boolean isOther =
                    stored.filter(it -> !it.equals(spec) && !wasOnce(it, spec)).isPresent();
            return isOther
                    ? refused(stored, "run exists with another spec: run=" + run)
                    : stored.map(Admitted::new);
        } catch (InvalidFieldsException e) {
            return refused(
                    Optional.empty(),
                    "run exists with a spec that is not readable: run=%s, reason=%s"
                            .formatted(run, e.getMessage()));
        }
    }

    private static Optional<RunAdmission> refused(Optional<RunSpec> run, String reason) {
        return Optional.of(new Refused(run, reason));
    }

    /**
     * Returns the run of a name.
     *
     * @throws InvalidFieldsException when what is stored is no valid spec
     */
    public Optional<RunSpec> find(String run) {
        try {
            return Optional.of(RunSpec.read(objects.bytes(ObjectKeys.runSpec(run))));
        } catch (ObjectNotFoundException e) {
            return Optional.empty();
        }
    }

    /** Returns all runs by name; one whose spec is not readable is passed over. */
    public List<RunSpec> all() {
        return keys().stream().flatMap(key -> readable(key).stream()).toList();
    }

    /**
     * Returns all runs by name, as {@link #all} does, for who must not miss one.
     *
     * @throws IllegalStateException naming the key when one's spec is not readable
     */
    public List<RunSpec> eachOne() {
        return keys().stream().flatMap(key -> read(key).stream()).toList();
    }

    private Optional<RunSpec> read(String key) {
        try {
            return Optional.of(RunSpec.read(objects.bytes(key)));
        } catch (ObjectNotFoundException gone) {
            return Optional.empty();
        } catch (InvalidFieldsException e) {
            throw new IllegalStateException(
                    "run spec not readable: key=%s, reason=%s".formatted(key, e.getMessage()), e);
        }
    }

    private List<String> keys() {
        try (Stream<ObjectStat> stats = objects.list(ObjectKeys.RUNS)) {
            return stats.map(ObjectStat::key).filter(key -> key.endsWith(SPEC_NAME)).toList();
        }
    }

    private Optional<RunSpec> readable(String key) {
        try {
            return Optional.of(RunSpec.read(objects.bytes(key)));
        } catch (InvalidFieldsException | ObjectNotFoundException e) {
            LOG.warn("run spec not readable: key={}, reason={}", key, e.getMessage());
            return Optional.empty();
        }
    }
}
