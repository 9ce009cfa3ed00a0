package org.lexicographer.tokenizer.service;

import static java.util.Objects.requireNonNull;

import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.lexicographer.languagemodel.hub.HubSources;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.RetryableObjectStoreException;
import org.lexicographer.objectstore.hub.Hub;
import org.lexicographer.objectstore.hub.HubStore;
import org.lexicographer.objectstore.service.LocalFilesConfig;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.Quotes;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.message.DatasetShard;
import org.lexicographer.pipeline.message.DatasetShard.Split;
import org.lexicographer.pipeline.message.RunOwner;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.runstore.RunOwners;
import org.lexicographer.runstore.StoredRuns;
import org.lexicographer.runtime.access.Caller;
import org.lexicographer.runtime.access.Roles;
import org.lexicographer.runtime.audit.Audited;
import org.lexicographer.runtime.problem.ProblemException;
import org.lexicographer.tokenizer.job.DatasetGate;
import org.lexicographer.tokenizer.job.TokenizerJobs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes messages about a run's dataset for people without a Kafka client. */
@Path("/runs/{run}/shards")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class DatasetShardResource {

    private static final Logger LOG = LoggerFactory.getLogger(DatasetShardResource.class);

    private final TokenizerJobs jobs;
    private final StoredRuns runs;
    private final TokenizerEmitter emitter;
    private final DatasetGate gate;
    private final boolean localFilesAllowed;
    private final HubSources hubSources;
    private final RunOwners owners;
    private final Caller caller;

    public DatasetShardResource(
            TokenizerJobs jobs,
            ObjectStore store,
            TokenizerEmitter emitter,
            LocalFilesConfig localFiles,
            Hub hub,
            Caller caller) {
        this.jobs = requireNonNull(jobs, "jobs is null");
        this.runs = new StoredRuns(requireNonNull(store, "store is null"));
        this.emitter = requireNonNull(emitter, "emitter is null");
        this.gate = new DatasetGate(store, jobs);
        this.localFilesAllowed = localFiles.allowed();
        this.hubSources = new HubSources(new HubStore(store, hub));
        this.owners = new RunOwners(store);
        this.caller = requireNonNull(caller, "caller is null");
    }

    /**
     * Where a message is stored.
     *
     * @param partition the partition of the topic
     * @param offset the offset within the partition
     */
    public record Published(int partition, long offset) {}

    /**
     * Publishes one message or a list of them, in order. None is published when one is wrong or
     * late; where the brokers store some of them only, the answer names the others.
     */
    @POST
    @RolesAllowed(Roles.SUBMITTER)
    @Audited("publish")
    @Blocking
    @Operation(summary = "Publishes dataset shards, or the end of the dataset, of a run")
    @RequestBody(
            description =
                    "One message or a list: {\"uri\": \"s3://bucket/key.jsonl.zst\", \"split\":"
                            + " \"training\"|\"evaluation\"} or {\"end\": true}, both with"
                            + " {\"dataset\": \"name\"} where the run mixes several. Of the hub, a uri"
                            + " may name many files, hf://datasets/owner/name@main/data/*.jsonl: each"
                            + " is a message, at the commit that the revision means now.",
            content = @Content(schema = @Schema(type = SchemaType.OBJECT)))
    @APIResponse(responseCode = "202", description = "Published: partition and offset of each")
    @APIResponse(responseCode = "400", description = "Not published: every wrong field")
    @APIResponse(responseCode = "403", description = "Not published: the run is another's")
    @APIResponse(responseCode = "404", description = "No such run")
    @APIResponse(
            responseCode = "409",
            description = "Not published: the run, or its dataset, has ended")
    public Response publish(@PathParam("run") String run, byte[] body) {
        RunSpec spec =
                spec(run)
                        .orElseThrow(
                                () ->
                                        ProblemException.notFound(
                                                "no such run: run=" + Quotes.shortened(run)));
        mustBeOwn(run);
        List<DatasetMessage> messages =
                new DatasetRequest(localFilesAllowed, hubSources).read(spec, Json.tree(body));
        kinds(messages).stream()
                .flatMap(message -> gate.refusal(message).stream())
                .findFirst()
                .ifPresent(
                        reason -> {
                            throw ProblemException.conflict(reason);
                        });
        return Response.accepted(publish(messages)).build();
    }

    /**
     * Of each split of each dataset the first message: what is known of it holds for the others.
     */
    private static Collection<DatasetMessage> kinds(List<DatasetMessage> messages) {
        Map<Kind, DatasetMessage> kinds = new LinkedHashMap<>();
        messages.forEach(message -> kinds.putIfAbsent(Kind.of(message), message));
        return kinds.values();
    }

    /** What a message is about; the end of a dataset has no split. */
    private record Kind(Optional<String> dataset, Optional<Split> split) {

        static Kind of(DatasetMessage message) {
            return new Kind(
                    message.dataset(),
                    message instanceof DatasetShard shard
                            ? Optional.of(shard.split())
                            : Optional.empty());
        }
    }

    private void mustBeOwn(String run) {
        if (!caller.isOperator()) {
            caller.mustChange(run, owners.find(run).map(RunOwner::owner));
        }
    }

    /** A run may be on record before its message has come. */
    private Optional<RunSpec> spec(String run) {
        return jobs.spec(run).or(() -> runs.find(run));
    }

    private List<Published> publish(List<DatasetMessage> messages) {
        List<RecordMetadata> stored = SentMessages.stored(messages, emitter::publish);
        for (int i = 0; i < stored.size(); i++) {
            note(messages.get(i), stored.get(i));
        }
        return stored.stream()
                .map(record -> new Published(record.partition(), record.offset()))
                .toList();
    }

    private void note(DatasetMessage message, RecordMetadata stored) {
        try {
            gate.lateness(message, stored.offset());
        } catch (RetryableObjectStoreException e) {
            // It is published, which must not be asked for again: whoever listens notes it.
            LOG.warn(
                    "message not noted yet: offset={}, reason={}", stored.offset(), e.getMessage());
        }
    }
}
