package org.lexicographer.trainer.service;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.runstore.RunAdmission;
import org.lexicographer.runstore.RunAdmission.Admitted;
import org.lexicographer.runstore.RunAdmission.Refused;
import org.lexicographer.runtime.access.Roles;
import org.lexicographer.runtime.audit.AuditSubject;
import org.lexicographer.runtime.audit.Audited;
import org.lexicographer.runtime.problem.ProblemException;
import org.lexicographer.trainer.job.RunExtender.NotExtendableException;
import org.lexicographer.trainer.service.owner.OwnedRuns;
import org.lexicographer.trainer.storage.RunPurge;

/** Submits, shows, cancels, resumes, extends and removes runs. */
@Path("/runs")
@Tag(name = "runs")
@Produces(MediaType.APPLICATION_JSON)
public class RunResource {

    private final RunRegistry runs;
    private final OwnedRuns owned;
    private final AuditSubject subject;

    RunResource(RunRegistry runs, OwnedRuns owned, AuditSubject subject) {
        this.runs = runs;
        this.owned = owned;
        this.subject = subject;
    }

    /** Submits a run. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.SUBMITTER)
    @Audited("submit")
    @Operation(
            summary = "Submit a run",
            description =
                    "201 with the run's status, in which a language model of the hub has its commit;"
                            + " 400 naming every wrong field, and every site that the language model"
                            + " lacks; 403 when its owner would have more than the quota;"
                            + " 409 when another spec or an import has the name;"
                            + " 413 when it does not fit into a record; 503 with nothing stored"
                            + " when the brokers do not take it in time. With dryRun=true the same"
                            + " is checked but for quotas, nothing is stored, and 200 says what the"
                            + " run would take.")
    public Response submit(
            @Parameter(description = "whether nothing is to be run")
                    @QueryParam("dryRun")
                    @DefaultValue("false")
                    boolean dryRun,
            byte[] json) {
        RunSpec spec = RunSpec.read(json);
        subject.is(spec.run());
        if (dryRun) {
            subject.isTo("try");
            return check(spec);
        }
        return submit(spec);
    }

    private Response check(RunSpec spec) {
        return switch (runs.check(spec)) {
            case Refused refused -> throw ProblemException.conflict(refused.reason());
            case Admitted(RunSpec checked) -> sized(checked);
        };
    }

    private Response submit(RunSpec spec) {
        Supplier<RunAdmission> submission = () -> runs.submit(spec, owned.caller());
        RunAdmission admission =
                runs.starts(spec) ? owned.withinQuota(spec, submission) : submission.get();
        return switch (admission) {
            case Refused refused -> throw ProblemException.conflict(refused.reason());
            case Admitted(RunSpec stored) ->
                    Response.created(URI.create("/runs/" + stored.run()))
                            .entity(Json.write(runs.status(stored)))
                            .build();
        };
    }

    /** Lists all runs. */
    @GET
    @RolesAllowed(Roles.READER)
    @Operation(summary = "List the runs, with their states")
    public byte[] list() {
        List<Map<String, String>> states =
                runs.all().stream().map(spec -> runs.status(spec)).map(RunResource::line).toList();
        return Json.write(states);
    }

    private static Map<String, String> line(RunStatus status) {
        Map<String, String> line = new LinkedHashMap<>();
        line.put("run", status.run());
        line.put("state", status.state().name());
        status.owner().ifPresent(owner -> line.put("owner", owner));
        return line;
    }

    /** Shows one run with its progress. */
    @GET
    @Path("{run}")
    @RolesAllowed(Roles.READER)
    @Operation(summary = "Show a run: spec, state and the progress of every part")
    public Response show(@PathParam("run") String run) {
        return Response.ok(Json.write(runs.status(known(run)))).build();
    }

    /** Shows what a run takes by arithmetic. */
    @GET
    @Path("{run}/sizing")
    @RolesAllowed(Roles.READER)
    @Operation(
            summary = "Say what a run takes of memory, brokers, store and time, by arithmetic",
            description =
                    "409 when the language model's configuration, on which it depends, cannot be"
                            + " read.")
    public Response sizing(@PathParam("run") String run) {
        return sized(known(run));
    }

    private Response sized(RunSpec spec) {
        try {
            return Response.ok(Json.write(runs.sizing(spec))).build();
        } catch (IllegalStateException e) {
            throw ProblemException.conflict(e.getMessage());
        }
    }

    /** Shows what a run takes of the store. */
    @GET
    @Path("{run}/storage")
    @RolesAllowed(Roles.READER)
    @Operation(summary = "Show how many bytes a run has in the store, by what they are for")
    public Response storage(@PathParam("run") String run) {
        if (!runs.isPurged(run)) {
            known(run);
        }
        return Response.ok(Json.write(runs.storage(run))).build();
    }

    /** Cancels a run, or removes one that has ended. */
    @DELETE
    @Path("{run}")
    @RolesAllowed(Roles.SUBMITTER)
    @Audited("cancel")
    @Operation(
            summary = "Cancel a run, or remove one that has ended",
            description =
                    "204: what was trained so far stays, what waits is dropped. With purge=true a"
                            + " run that has ended is removed from the store, its dictionaries and"
                            + " what was made of them included: 200 with what was removed, and what"
                            + " stays, for whom: imported dictionaries, those that other runs start"
                            + " from, and what they are evaluated by. Its name stays taken. 409 when"
                            + " the run has ended already, or with purge=true has not. Asking once"
                            + " more goes on with what is left.")
    public Response cancel(
            @PathParam("run") String run,
            @Parameter(description = "whether a run that has ended is removed")
                    @QueryParam("purge")
                    @DefaultValue("false")
                    boolean purge) {
        if (purge) {
            subject.isTo("purge");
            owned.mustRemove();
            return purge(run);
        }
        RunSpec spec = own(run);
        try {
            if (!runs.cancel(spec)) {
                throw ProblemException.conflict("run has ended already: run=" + run);
            }
        } catch (IllegalStateException e) {
            throw ProblemException.conflict(e.getMessage());
        }
        return Response.noContent().build();
    }

    private Response purge(String run) {
        if (runs.find(run).isEmpty() && runs.isPurged(run)) {
            return Response.ok(Json.write(runs.purgeRest(run))).build();
        }
        try {
            RunPurge.Report report =
                    runs.purge(known(run))
                            .orElseThrow(
                                    () ->
                                            ProblemException.conflict(
                                                    "run is at work, cancel it first: run=" + run));
            return Response.ok(Json.write(report)).build();
        } catch (IllegalStateException e) {
            throw ProblemException.conflict(e.getMessage());
        }
    }

    /** Lets a failed run continue from its last checkpoints. */
    @POST
    @Path("{run}/resume")
    @RolesAllowed(Roles.SUBMITTER)
    @Audited("resume")
    @Operation(
            summary = "Let a failed run continue, once the cause of its failure is gone",
            description =
                    "202 with the run's status; 403 when its owner would have more at work than the"
                            + " quota; 409 when it has not failed, or when a service still holds on"
                            + " to it. Blocks that are lost are made again.")
    public Response resume(@PathParam("run") String run) {
        RunSpec spec = own(run);
        try {
            if (!owned.withinQuota(spec, () -> runs.resume(spec))) {
                throw ProblemException.conflict("run has not failed: run=" + run);
            }
            return Response.accepted(Json.write(runs.status(spec))).build();
        } catch (IllegalStateException e) {
            throw ProblemException.conflict(e.getMessage());
        }
    }

    /** Lets a run that has ended go on with more steps. */
    @POST
    @Path("{run}/extend")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.SUBMITTER)
    @Audited("extend")
    @Operation(
            summary = "Let a run that has ended go on with more steps",
            description =
                    "The dictionaries become those of a run that had so many steps from its start."
                            + " 202 with the run's status; 400 naming every field because of which"
                            + " they would not; 403 when the run's owner would have more at work"
                            + " than the quota; 409 when the run has not ended, keeps nothing to go"
                            + " on from, or when a service still holds on to it.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = Extension.class)))
    public Response extend(@PathParam("run") String run, byte[] json) {
        RunSpec spec = own(run);
        int steps = Extension.read(json).steps();
        try {
            RunSpec longer = owned.withinQuota(spec, () -> runs.extend(spec, steps));
            return Response.accepted(Json.write(runs.status(longer))).build();
        } catch (NotExtendableException | IllegalStateException e) {
            throw ProblemException.conflict(e.getMessage());
        }
    }

    /**
     * What a run is asked to go on with.
     *
     * @param steps the training steps that it has then, those of before included
     */
    public record Extension(@Schema(minimum = "1") int steps) {

        static Extension read(byte[] json) {
            return Json.read(json, Extension.class);
        }
    }

    /** A run that nobody may change is one that is known. */
    private RunSpec own(String run) {
        RunSpec spec = known(run);
        owned.mustBeOwn(run);
        return spec;
    }

    private RunSpec known(String run) {
        return runs.find(run)
                .orElseThrow(() -> ProblemException.notFound("no such run: run=" + run));
    }
}
