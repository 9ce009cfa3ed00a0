package org.lexicographer.eval.service.latent;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.lexicographer.eval.exchange.RequestBytes;
import org.lexicographer.eval.explanation.ExplainedLatent;
import org.lexicographer.eval.explanation.Explanation;
import org.lexicographer.eval.explanation.ExplanationRequest;
import org.lexicographer.eval.explanation.ExplanationStore;
import org.lexicographer.eval.service.LatentNumber;
import org.lexicographer.eval.service.RequestedDictionaries;
import org.lexicographer.eval.service.openapi.LatentExamples;
import org.lexicographer.eval.store.DictionaryStore;
import org.lexicographer.eval.store.RunStore;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.runtime.access.Roles;
import org.lexicographer.runtime.audit.Audited;
import org.lexicographer.runtime.problem.Problem;
import org.lexicographer.runtime.problem.ProblemException;

/**
 * Keeps what people say that a latent stands for. Whoever replaces or removes an explanation says
 * which one, so that nobody undoes what they have not seen.
 */
@Path("/dictionaries/{run}/{site}/{recipe}/latents/{latent}/explanation")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "latents")
public class ExplanationResource {

    private static final int PRECONDITION_REQUIRED = 428;
    private static final String TAG = "\"3f2a9b1c-5d5e-3e3d-9a53-0c2a4a1f7f60\"";

    private final DictionaryStore stored;
    private final RequestedDictionaries dictionaries;
    private final ExplanationStore explanations;
    private final InstantSource clock = InstantSource.system();

    public ExplanationResource(
            RunStore runs, DictionaryStore dictionaries, ExplanationStore explanations) {
        this.stored = dictionaries;
        this.dictionaries = new RequestedDictionaries(runs, dictionaries);
        this.explanations = explanations;
    }

    @GET
    @RolesAllowed(Roles.READER)
    @Operation(summary = "Show what somebody says that a latent stands for")
    @APIResponse(
            responseCode = "200",
            headers = @Header(name = HttpHeaders.ETAG, description = "which explanation this is"),
            content =
                    @Content(
                            schema = @Schema(implementation = Explanation.class),
                            examples =
                                    @ExampleObject(
                                            name = "one",
                                            value = LatentExamples.EXPLANATION)))
    @APIResponse(responseCode = "400", description = "not a number")
    @APIResponse(
            responseCode = "404",
            description = "no such dictionary, step or latent, or no explanation")
    public Response show(@BeanParam LatentPath path) {
        ExplainedLatent latent = latent(path);
        return answer(
                Response.Status.OK,
                explanations.find(latent).orElseThrow(() -> unexplained(latent)));
    }

    @PUT
    @RolesAllowed(Roles.SUBMITTER)
    @Audited("explain")
    @Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
    @Operation(
            summary = "Say what a latent stands for",
            description =
                    "An explanation that is there already is replaced only when If-Match names it"
                            + " by its ETag.")
    @RequestBody(
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ExplanationRequest.class),
                            examples =
                                    @ExampleObject(name = "one", value = LatentExamples.EXPLAINED)))
    @APIResponse(
            responseCode = "200",
            description = "replaced",
            content =
                    @Content(
                            schema = @Schema(implementation = Explanation.class),
                            examples =
                                    @ExampleObject(
                                            name = "one",
                                            value = LatentExamples.EXPLANATION)))
    @APIResponse(
            responseCode = "201",
            description = "the first one",
            content =
                    @Content(
                            schema = @Schema(implementation = Explanation.class),
                            examples =
                                    @ExampleObject(
                                            name = "one",
                                            value = LatentExamples.EXPLANATION)))
    @APIResponse(responseCode = "400", description = "wrong fields, or not a number")
    @APIResponse(responseCode = "404", description = "no such dictionary, step or latent")
    @APIResponse(responseCode = "412", description = "it is another one than If-Match names")
    @APIResponse(responseCode = "428", description = "there is one, and If-Match names none")
    public Response put(
            @BeanParam LatentPath path,
            @HeaderParam(HttpHeaders.IF_MATCH)
                    @Parameter(
                            description = "the ETag of the explanation that is replaced",
                            example = TAG)
                    Optional<String> ifMatch,
            InputStream json) {
        Explanation explanation = ExplanationRequest.read(RequestBytes.whole(json)).written(clock);
        ExplainedLatent latent = latent(path);
        Optional<String> seen = ifMatch.map(ExplanationResource::tag);
        if (seen.isEmpty() && explanations.find(latent).isPresent()) {
            throw unseen(latent);
        }
        explanations.put(latent, seen, explanation);
        return answer(seen.isPresent() ? Response.Status.OK : Response.Status.CREATED, explanation);
    }

    @DELETE
    @RolesAllowed(Roles.SUBMITTER)
    @Audited("remove-explanation")
    @Operation(
            summary = "Remove what somebody said that a latent stands for",
            description = "If-Match names the explanation by its ETag.")
    @APIResponse(responseCode = "204", description = "removed")
    @APIResponse(responseCode = "400", description = "not a number")
    @APIResponse(
            responseCode = "404",
            description = "no such dictionary, step or latent, or no explanation")
    @APIResponse(responseCode = "412", description = "it is another one than If-Match names")
    @APIResponse(responseCode = "428", description = "If-Match names none")
    public void remove(
            @BeanParam LatentPath path,
            @HeaderParam(HttpHeaders.IF_MATCH)
                    @Parameter(
                            description = "the ETag of the explanation that is removed",
                            example = TAG)
                    Optional<String> ifMatch) {
        ExplainedLatent latent = latent(path);
        if (explanations.find(latent).isEmpty()) {
            throw unexplained(latent);
        }
        explanations.remove(
                latent, ifMatch.map(ExplanationResource::tag).orElseThrow(() -> unseen(latent)));
    }

    private ExplainedLatent latent(LatentPath path) {
        DictionaryCheckpoint checkpoint =
                dictionaries.checkpoint(path.dictionary.id(), path.wantedStep());
        int latents = stored.config(checkpoint.prefix()).dictionarySize();
        return new ExplainedLatent(
                checkpoint.dictionary(),
                checkpoint.step(),
                LatentNumber.parse(path.latent, latents));
    }

    /** Reads the name of one explanation, with the quotes that it has in a header. */
    private static String tag(String header) {
        return header.strip().replaceFirst("^\"(.*)\"$", "$1");
    }

    private static Response answer(Response.Status status, Explanation explanation) {
        return Response.status(status)
                .tag(new EntityTag(explanation.tag()))
                .entity(explanation)
                .build();
    }

    private static ProblemException unexplained(ExplainedLatent latent) {
        return ProblemException.notFound(
                "no explanation: dictionary=%s, step=%d, latent=%d"
                        .formatted(latent.dictionary(), latent.step(), latent.latent()));
    }

    private static ProblemException unseen(ExplainedLatent latent) {
        return new ProblemException(
                Problem.of(
                        PRECONDITION_REQUIRED,
                        "latent is explained: expected=If-Match with the ETag of what is replaced,"
                                + " found=none, dictionary=%s, step=%d, latent=%d"
                                        .formatted(
                                                latent.dictionary(),
                                                latent.step(),
                                                latent.latent())));
    }
}
