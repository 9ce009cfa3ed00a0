package org.lexicographer.trainer.service;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.lexicographer.kernel.Workers;
import org.lexicographer.languagemodel.ModelSites;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.languagemodel.hub.HubSources;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.RefusedObjectStoreException;
import org.lexicographer.objectstore.hub.Hub;
import org.lexicographer.objectstore.hub.HubStore;
import org.lexicographer.objectstore.service.LocalFilesConfig;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.message.RunOwner;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.LostBlocks;
import org.lexicographer.pipeline.stored.RunEnd;
import org.lexicographer.runstore.NameClaims;
import org.lexicographer.runstore.NameClaims.Kind;
import org.lexicographer.runstore.RunAdmission;
import org.lexicographer.runstore.RunAdmission.Admitted;
import org.lexicographer.runstore.RunAdmission.Refused;
import org.lexicographer.runstore.RunExtensions;
import org.lexicographer.runstore.RunOwners;
import org.lexicographer.runstore.StoredRuns;
import org.lexicographer.runtime.BrokerReceipt;
import org.lexicographer.trainer.initial.InitialDictionaries;
import org.lexicographer.trainer.job.RunAccounts;
import org.lexicographer.trainer.job.RunEnds;
import org.lexicographer.trainer.job.RunExtender;
import org.lexicographer.trainer.job.RunExtender.NotExtendableException;
import org.lexicographer.trainer.memory.MemoryAmount;
import org.lexicographer.trainer.sizing.ProductSpeed;
import org.lexicographer.trainer.sizing.RunSizing;
import org.lexicographer.trainer.sizing.SizingFormulas;
import org.lexicographer.trainer.storage.RunPurge;
import org.lexicographer.trainer.storage.RunStorage;

/** The runs there are; the object store holds them, the {@code runs} topic tells the services. */
@ApplicationScoped
public class RunRegistry {

    /** The most that a record's key, headers and frame add to its value. */
    private static final int FRAME = 1024;

    private static final Duration STORED_WITHIN = Duration.ofSeconds(30);

    private final ObjectStore objects;
    private final SiteCheck sites;
    private final StartCheck starts;
    private final ModelRevision revision;
    private final StoredRuns stored;
    private final RunExtensions extensions;
    private final RunOwners owners;
    private final NameClaims names;
    private final int mostBytes;
    private final Supplier<RunEnds> ends;
    private final Supplier<MemoryAmount> budget;
    private final TrainerListener listener;
    private final RunBoard board;
    private final ProductSpeed speed = new ProductSpeed();

    @Inject
    RunRegistry(
            ObjectStore objects,
            TrainerLifecycle lifecycle,
            TrainerListener listener,
            RunBoard board,
            LocalFilesConfig localFiles,
            TrainerConfig config,
            Hub hub,
            @ConfigProperty(
                            name = "mp.messaging.outgoing.runs-out.max.request.size",
                            defaultValue = "1048576")
                    int mostRequestBytes) {
        this(
                objects,
                new SiteCheck(
                        objects, localFiles.allowed(), new HubSources(new HubStore(objects, hub))),
                new StartCheck(new InitialDictionaries(objects, config.workFolder())),
                () -> lifecycle.replica().ends(),
                lifecycle::budget,
                listener,
                board,
                mostRequestBytes - FRAME);
    }

    /**
     * Takes the ends of runs from elsewhere, what this replica promises to jobs, and the most bytes
     * that a spec may have.
     */
    RunRegistry(
            ObjectStore objects,
            SiteCheck sites,
            StartCheck starts,
            Supplier<RunEnds> ends,
            Supplier<MemoryAmount> budget,
            TrainerListener listener,
            RunBoard board,
            int mostBytes) {
        this.objects = objects;
        this.sites = sites;
        this.starts = starts;
        this.revision = new ModelRevision(sites.hub());
        this.stored = new StoredRuns(objects);
        this.extensions = new RunExtensions(objects);
        this.owners = new RunOwners(objects);
        this.names = new NameClaims(objects);
        this.mostBytes = mostBytes;
        this.ends = ends;
        this.budget = budget;
        this.listener = listener;
        this.board = board;
    }

    private RunEnds ends() {
        return ends.get();
    }

    /**
     * Publishes a run and stores it. The record comes first: a service that reads it stores the run
     * if this process no longer can, and without the record nothing is stored. Submitting the same
     * spec again publishes it again.
     *
     * <p>What is published and stored names the commit that the language model's revision means
     * now, where it comes from a hub.
     *
     * <p>Whoever submits a run first owns it; submitting it again changes no owner, and gives a run
     * that is nobody's to nobody.
     *
     * @param submitter whose a new run is to be
     * @return whether the run of that name now has this spec
     * @throws InvalidFieldsException when the language model lacks sites, the hub does not have it,
     *     or there is no dictionary to start from
     * @throws RecordTooLargeException when the spec does not fit into a record
     * @throws KafkaException when the brokers did not take the record in time
     */
    public RunAdmission submit(RunSpec submitted, Optional<RunOwner> submitter) {
        return switch (check(submitted)) {
            case Refused refused -> refused;
            case Admitted(RunSpec run) -> {
                boolean isNew = stored.find(run.run()).isEmpty();
                Optional<RunOwner> owner = isNew ? submitter : owners.find(run.run());
                publish(run, owner);
                RunAdmission admission = stored.admit(run);
                if (admission instanceof Admitted) {
                    owner.ifPresent(it -> owners.record(run.run(), it));
                }
                yield admission;
            }
        };
    }

    /**
     * Tells whether submitting a spec puts a run to work: a new one, or one whose extension to the
     * steps of the spec has begun.
     */
    public boolean starts(RunSpec submitted) {
        return find(submitted.run())
                .map(extensions::beginningAt)
                .map(begun -> begun.filter(it -> it.to() == submitted.training().steps()))
                .map(Optional::isPresent)
                .orElse(true);
    }

    /**
     * Does all of submitting but publishing and storing.
     *
     * @return whether the run of that name would have this spec
     * @throws InvalidFieldsException as {@link #submit} does
     * @throws RecordTooLargeException as {@link #submit} does
     */
    public RunAdmission check(RunSpec submitted) {
        RunSpec spec = starts.pinned(revision.pinned(submitted, stored::find));
        byte[] json = spec.toJson();
        if (json.length > mostBytes) {
            throw new RecordTooLargeException(
                    "run spec too large: expected at most=%d bytes, found=%d"
                            .formatted(mostBytes, json.length));
        }
        RunAdmission admission = stored.check(spec);
        if (admission instanceof Admitted(RunSpec run)) {
            sites.check(run);
        }
        return admission;
    }

    /**
     * Works out what a run takes.
     *
     * @throws IllegalStateException when the language model's configuration cannot be read
     */
    public RunSizing sizing(RunSpec spec) {
        try {
            ModelSites model = sites.read(spec.languageModel());
            return new SizingFormulas(spec, model, Workers.shared().threads(), budget.get())
                    .sizing(speed.gigaflops());
        } catch (InvalidModelException | RefusedObjectStoreException e) {
            throw new IllegalStateException(
                    "sizes depend on the language model, which cannot be read: uri=%s, reason=%s"
                            .formatted(spec.languageModel().uri(), e.getMessage()),
                    e);
        }
    }

    /**
     * Lets a run that has ended go on with more steps. As with a new run the record comes first,
     * and whoever reads it makes the run longer. Asking for the same once more changes nothing.
     *
     * @return the run with these steps
     * @throws InvalidFieldsException naming every field because of which the longer run would have
     *     been another from its start
     * @throws NotExtendableException when the run cannot go on
     * @throws IllegalStateException when a service still works on the shorter run, or the run was
     *     removed
     * @throws KafkaException when the brokers did not take the record in time: the run has ended as
     *     before
     */
    public synchronized RunSpec extend(RunSpec spec, int steps) {
        checkNotRemoved(spec.run());
        try {
            return extendOnce(spec, steps);
        } catch (NotExtendableException | IllegalStateException | InvalidFieldsException e) {
            // Somebody else may have been asked for the same, and was first.
            return stored.find(spec.run())
                    .filter(now -> now.training().steps() == steps)
                    .filter(now -> extensions.leadingTo(now).isPresent())
                    .orElseThrow(() -> e);
        }
    }

    private RunSpec extendOnce(RunSpec spec, int steps) {
        RunSpec longer = new RunExtender(objects, ends()).prepare(spec, steps);
        checkNotRemoved(spec.run());
        publish(longer);
        return switch (stored.admit(longer)) {
            case Refused refused -> throw new NotExtendableException(refused.reason());
            case Admitted(RunSpec run) -> {
                ends().continues(run.run());
                yield run;
            }
        };
    }

    private void publish(RunSpec spec) {
        publish(spec, owners.find(spec.run()));
    }

    private void publish(RunSpec spec, Optional<RunOwner> owner) {
        BrokerReceipt.await(() -> listener.publish(spec, spec.toJson(), owner), STORED_WITHIN);
    }

    /** Returns the run of a name. */
    public Optional<RunSpec> find(String run) {
        return stored.find(run);
    }

    /** Returns all runs by name. */
    public List<RunSpec> all() {
        return stored.all();
    }

    /** Returns a run as its users see it. */
    public RunStatus status(RunSpec spec) {
        Optional<RunEnd> end = ends().find(spec.run());
        return RunStatus.of(
                spec,
                owners.find(spec.run()).map(RunOwner::owner),
                end,
                new RunAccounts(objects).of(spec),
                board.parts(spec.run()));
    }

    /**
     * Cancels a run; false when it has ended already.
     *
     * @throws IllegalStateException when the run was removed
     */
    public boolean cancel(RunSpec spec) {
        checkNotRemoved(spec.run());
        if (ends().find(spec.run()).map(RunEnd::state).filter(s -> s != State.FAILED).isPresent()) {
            return false;
        }
        BrokerReceipt.await(() -> listener.withdraw(spec.run()), STORED_WITHIN);
        ends().cancel(spec);
        return true;
    }

    /**
     * Removes a run that has ended, but what others need of it. From the first write on nobody can
     * take it up; broken off, it goes on where it is asked for again.
     *
     * @return what was removed; empty where the run is at work
     * @throws IllegalStateException when a service still works on the run
     * @throws KafkaException when the brokers do not answer in time
     */
    public Optional<RunPurge.Report> purge(RunSpec spec) {
        String run = spec.run();
        boolean begun = isPurged(run);
        if (!begun && ends().find(run).isEmpty()) {
            return Optional.empty();
        }
        if (!begun && new RunPurge(objects).isWantedByStatistics(run)) {
            throw new IllegalStateException(
                    "statistics of the run's latents are still to be made: run=" + run);
        }
        names.purge(run);
        BrokerReceipt.await(() -> listener.withdraw(run), STORED_WITHIN);
        endIfReopened(spec);
        ends().clear(spec);
        return Optional.of(purgeRest(run));
    }

    /**
     * A run that was resumed while it was removed ends again. Whoever resumes looks at its name
     * afterwards, whoever removes it takes the name first: the later of both comes here.
     */
    private void endIfReopened(RunSpec spec) {
        if (ends().find(spec.run()).isEmpty()) {
            ends().restore(spec, new RunEnd(State.CANCELLED, Optional.of("removed by request")));
        }
    }

    private void leaveRemoved(RunSpec spec) {
        if (stored.find(spec.run()).isEmpty()) {
            purgeRest(spec.run());
        } else {
            endIfReopened(spec);
        }
    }

    /**
     * Removes what was stored under the name of a run that was removed, its spec included: services
     * that were at work for it then may have been late.
     */
    public RunPurge.Report purgeRest(String run) {
        RunPurge.Report report = new RunPurge(objects).purge(run);
        board.parts(run).forEach(listener::forget);
        return report;
    }

    /** Tells whether a run of that name was removed, be it that some of it stays. */
    public boolean isPurged(String run) {
        return names.holder(run).equals(Optional.of(Kind.PURGED));
    }

    /** Returns what is in the store under a run's name. */
    public RunStorage storage(String run) {
        return RunStorage.of(objects, run);
    }

    /**
     * Lets a failed run continue; false when it has not failed. Where blocks are lost, every
     * service releases the run first, and makes them again when it takes the run up.
     *
     * @throws IllegalStateException when a service does not release the run in time, or the run was
     *     removed
     * @throws KafkaException when the brokers did not take the record in time: the run has failed
     *     as before
     */
    public boolean resume(RunSpec spec) {
        checkNotRemoved(spec.run());
        Optional<RunEnd> failed = ends().find(spec.run()).filter(e -> e.state() == State.FAILED);
        if (failed.isEmpty()) {
            return false;
        }
        failed.get().lost().ifPresent(lost -> makeAgain(spec, lost));
        // It may have been removed while services released it.
        checkNotRemoved(spec.run());
        ends().reopen(spec);
        try {
            publish(spec);
        } catch (KafkaException e) {
            ends().restore(spec, failed.get());
            throw e;
        }
        if (isPurged(spec.run())) {
            // What was published came after what the removal had said.
            BrokerReceipt.await(() -> listener.withdraw(spec.run()), STORED_WITHIN);
            leaveRemoved(spec);
            throw new IllegalStateException("run was removed: run=" + spec.run());
        }
        return true;
    }

    /** Of a run that was removed a spec may still be there, and how it ended. */
    private void checkNotRemoved(String run) {
        if (isPurged(run)) {
            throw new IllegalStateException("run was removed: run=" + run);
        }
    }

    private void makeAgain(RunSpec spec, LostBlocks lost) {
        BrokerReceipt.await(() -> listener.withdraw(spec.run()), STORED_WITHIN);
        ends().makeAgain(spec, lost);
    }
}
