package org.lexicographer.activation.service;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.lexicographer.activation.job.ActivationJob;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.runtime.access.Roles;
import org.lexicographer.runtime.problem.ProblemException;

/** Shows which runs this replica extracts activations for. */
@Path("/jobs")
@Tag(name = "jobs")
@Produces(MediaType.APPLICATION_JSON)
public class ActivationResource {

    private final ActivationLifecycle lifecycle;

    ActivationResource(ActivationLifecycle lifecycle) {
        this.lifecycle = requireNonNull(lifecycle, "lifecycle is null");
    }

    /**
     * What this replica does for one run.
     *
     * @param run the run
     * @param languageModel the address of its language model
     * @param sites where it observes the model
     * @param stages the stages of the run that it works at
     */
    public record ActiveJob(
            String run, String languageModel, List<String> sites, List<Integer> stages) {

        static ActiveJob of(List<ActivationJob> jobs) {
            RunSpec spec = jobs.getFirst().spec();
            return new ActiveJob(
                    spec.run(),
                    spec.languageModel().uri(),
                    spec.sites().stream().map(Object::toString).toList(),
                    jobs.stream().map(ActivationJob::stage).sorted().toList());
        }
    }

    @GET
    @RolesAllowed(Roles.READER)
    @Operation(summary = "List the runs that this replica extracts activations for")
    public List<ActiveJob> list() {
        return lifecycle.jobs().active().stream()
                .collect(groupingBy(job -> job.spec().run(), TreeMap::new, toList()))
                .values()
                .stream()
                .map(ActiveJob::of)
                .toList();
    }

    @GET
    @RolesAllowed(Roles.READER)
    @Path("{run}")
    @Operation(summary = "Show what this replica does for a run")
    @APIResponse(responseCode = "200", description = "The job")
    @APIResponse(responseCode = "404", description = "No job of that run at work here")
    public ActiveJob show(@PathParam("run") String run) {
        return list().stream()
                .filter(job -> job.run().equals(run))
                .findFirst()
                .orElseThrow(() -> ProblemException.notFound("no such job: run=" + run));
    }
}
