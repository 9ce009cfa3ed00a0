package org.lexicographer.eval.service.page;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.lexicographer.eval.page.SubmitPage;
import org.lexicographer.eval.service.DictionaryPath;
import org.lexicographer.eval.service.page.session.SentForm;
import org.lexicographer.eval.store.RunStore;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.runtime.access.Caller;
import org.lexicographer.runtime.access.Roles;
import org.lexicographer.runtime.problem.Problem;

/** The page that submits a run. */
@Path("/pages/submit")
@Produces(Pages.HTML)
public class SubmitPageResource {

    /** A small run to begin with; the schema's defaults are the rest. */
    static final String EXAMPLE =
            """
            {
              "run": "my-run",
              "languageModel": {"uri": "s3://lexicographer/models/demo/"},
              "contextLength": 128,
              "tokenBlock": {"contexts": 8, "partitions": 2},
              "evaluation": {"contexts": 64, "source": "stream"},
              "training": {"steps": 200, "batchSize": 512, "bufferContexts": 256},
              "sites": ["layers.0.mlp.out"],
              "recipes": [
                {
                  "name": "standard",
                  "type": "standard",
                  "dictionarySize": 512,
                  "learningRate": 0.002,
                  "schedule": {"warmupSteps": 20, "decayStart": 160},
                  "sparsityPenalty": 0.1
                }
              ]
            }
            """;

    private static final int BAD_REQUEST = 400;

    private final RunStore runs;
    private final TrainerApi trainer;
    private final Caller caller;

    SubmitPageResource(RunStore runs, TrainerApi trainer, Caller caller) {
        this.runs = runs;
        this.trainer = trainer;
        this.caller = caller;
    }

    /**
     * Shows the form.
     *
     * @param from a run whose spec is to begin with
     */
    @GET
    @RolesAllowed(Roles.SUBMITTER)
    @Operation(hidden = true)
    public String form(@QueryParam("from") Optional<String> from) {
        String spec =
                from.map(DictionaryPath::run)
                        .flatMap(runs::spec)
                        .map(known -> new String(Json.writePretty(known), StandardCharsets.UTF_8))
                        .orElse(EXAMPLE);
        return Pages.submit(SubmitPage.of(spec)).render();
    }

    /** Submits a run, and shows its page or what is wrong with it. */
    @POST
    @SentForm
    @RolesAllowed(Roles.SUBMITTER)
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response submit(
            @FormParam("spec") @DefaultValue("") String spec,
            @HeaderParam(HttpHeaders.AUTHORIZATION) Optional<String> authorization) {
        try {
            String run = RunSpec.read(spec.getBytes(StandardCharsets.UTF_8)).run();
            return trainer.submit(spec, caller.authorization().or(() -> authorization))
                    .map(problem -> refused(spec, problem))
                    .orElseGet(() -> Response.seeOther(URI.create("/pages/runs/" + run)).build());
        } catch (InvalidFieldsException e) {
            return refused(spec, Problem.of(BAD_REQUEST, e.errors()));
        }
    }

    private static Response refused(String spec, Problem problem) {
        SubmitPage page = new SubmitPage(spec, problem.errors(), Optional.of(problem.detail()));
        return Response.status(problem.status()).entity(Pages.submit(page).render()).build();
    }
}
