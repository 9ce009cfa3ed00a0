package org.lexicographer.eval.service;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.lexicographer.eval.exchange.RequestBytes;
import org.lexicographer.eval.service.openapi.DictionaryExamples;
import org.lexicographer.eval.service.tag.TaggedAnswer;
import org.lexicographer.eval.stage.LatentsOnText;
import org.lexicographer.eval.stage.RecentEvaluations;
import org.lexicographer.eval.stage.TextEvaluations;
import org.lexicographer.eval.store.DictionaryStore;
import org.lexicographer.eval.store.RunStore;
import org.lexicographer.eval.store.SavedDictionary;
import org.lexicographer.eval.text.ActivationRequest;
import org.lexicographer.eval.text.TextRequest;
import org.lexicographer.eval.view.DictionaryDetails;
import org.lexicographer.eval.view.DictionarySummary;
import org.lexicographer.eval.view.LossRecovered;
import org.lexicographer.eval.view.TextActivations;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.Evaluation;
import org.lexicographer.runtime.access.Roles;
import org.lexicographer.runtime.audit.Audited;
import org.lexicographer.runtime.problem.ProblemException;

/** Shows dictionaries and how good they are, and evaluates them on other text. */
@Path("/dictionaries")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "dictionaries")
public class DictionaryResource {

    private static final String ONE = "{run}/{site}/{recipe}";

    private final DictionaryStore dictionaries;
    private final RequestedDictionaries requested;
    private final RecentEvaluations evaluations;
    private final TextEvaluations texts;
    private final LatentsOnText latents;

    public DictionaryResource(
            RunStore runs,
            DictionaryStore dictionaries,
            RecentEvaluations evaluations,
            TextEvaluations texts,
            LatentsOnText latents) {
        this.dictionaries = dictionaries;
        this.requested = new RequestedDictionaries(runs, dictionaries);
        this.evaluations = evaluations;
        this.texts = texts;
        this.latents = latents;
    }

    @GET
    @RolesAllowed(Roles.READER)
    @Operation(summary = "List all dictionaries, or those of one run")
    @APIResponse(
            responseCode = "200",
            content =
                    @Content(
                            schema =
                                    @Schema(
                                            type = SchemaType.ARRAY,
                                            implementation = DictionarySummary.class),
                            examples =
                                    @ExampleObject(name = "one", value = DictionaryExamples.ALL)))
    public List<DictionarySummary> list(@QueryParam("run") Optional<String> run) {
        List<SavedDictionary> found =
                run.map(DictionaryPath::run).map(dictionaries::ofRun).orElseGet(dictionaries::all);
        return found.stream().map(DictionarySummary::of).toList();
    }

    @GET
    @RolesAllowed(Roles.READER)
    @Path(ONE)
    @Operation(summary = "Show one dictionary: config, lineage, checkpoints")
    @APIResponse(
            responseCode = "200",
            content =
                    @Content(
                            schema = @Schema(implementation = DictionaryDetails.class),
                            examples =
                                    @ExampleObject(
                                            name = "trained",
                                            value = DictionaryExamples.ONE)))
    @APIResponse(responseCode = "404", description = "no such dictionary")
    public DictionaryDetails show(@BeanParam DictionaryPath path) {
        DictionaryId id = path.id();
        List<DictionaryCheckpoint> checkpoints = requested.checkpoints(id);
        return DictionaryDetails.of(
                id, dictionaries.config(checkpoints.getLast().prefix()), checkpoints);
    }

    @GET
    @RolesAllowed(Roles.READER)
    @Path(ONE + "/evaluations")
    @Operation(summary = "List a dictionary's evaluations, by step and text")
    @APIResponse(
            responseCode = "200",
            content =
                    @Content(
                            schema =
                                    @Schema(
                                            type = SchemaType.ARRAY,
                                            implementation = Evaluation.class),
                            examples =
                                    @ExampleObject(
                                            name = "one",
                                            value = DictionaryExamples.EVALUATIONS)))
    @APIResponse(responseCode = "304", description = "what If-None-Match names still holds")
    @APIResponse(responseCode = "404", description = "no such dictionary")
    public Response evaluations(@BeanParam DictionaryPath path, @Context Request request) {
        return tagged(request, known(path.id()));
    }

    private List<Evaluation> known(DictionaryId id) {
        return evaluations.of(id).orElseThrow(() -> RequestedDictionaries.unknown(id));
    }

    private static Response tagged(Request request, Object answer) {
        return TaggedAnswer.of(request, Json.write(answer), MediaType.APPLICATION_JSON_TYPE);
    }

    @GET
    @RolesAllowed(Roles.READER)
    @Path(ONE + "/loss-recovered")
    @Operation(summary = "Show how much of the language model's loss a dictionary recovers")
    @APIResponse(
            responseCode = "200",
            content =
                    @Content(
                            schema = @Schema(implementation = LossRecovered.class),
                            examples =
                                    @ExampleObject(
                                            name = "held-out",
                                            value = DictionaryExamples.LOSS_RECOVERED)))
    @APIResponse(responseCode = "304", description = "what If-None-Match names still holds")
    @APIResponse(responseCode = "404", description = "no such dictionary, or not evaluated yet")
    public Response lossRecovered(
            @BeanParam DictionaryPath path,
            @QueryParam("step") @Schema(type = SchemaType.INTEGER) Optional<String> step,
            @QueryParam("text") @DefaultValue(Evaluation.HELD_OUT) String text,
            @Context Request request) {
        Optional<Long> wanted = step.map(DictionaryPath::step);
        DictionaryId id = path.id();
        return known(id).reversed().stream()
                .filter(evaluation -> evaluation.text().equals(text))
                .filter(evaluation -> wanted.isEmpty() || wanted.get() == evaluation.step())
                .findFirst()
                .map(LossRecovered::of)
                .map(answer -> tagged(request, answer))
                .orElseThrow(
                        () ->
                                ProblemException.notFound(
                                        "not evaluated: dictionary=%s, step=%s, text=%s"
                                                .formatted(id, step.orElse("any"), text)));
    }

    @POST
    @RolesAllowed(Roles.SUBMITTER)
    @Audited("evaluate")
    @Path(ONE + "/evaluations")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Evaluate a dictionary on other text",
            description =
                    "The text is tokenized and packed into contexts as in training: each document"
                            + " is followed by the end-of-text token, and what remains after the"
                            + " last full context is left out. Answers when the evaluation is done.")
    @RequestBody(
            content =
                    @Content(
                            schema = @Schema(implementation = TextRequest.class),
                            examples = {
                                @ExampleObject(name = "text", value = DictionaryExamples.TEXT),
                                @ExampleObject(name = "file", value = DictionaryExamples.TEXT_FILE)
                            }))
    @APIResponse(
            responseCode = "201",
            description = "the evaluation",
            content =
                    @Content(
                            schema = @Schema(implementation = Evaluation.class),
                            examples =
                                    @ExampleObject(
                                            name = "held-out",
                                            value = DictionaryExamples.EVALUATION)))
    @APIResponse(responseCode = "400", description = "wrong fields, or too little or too much text")
    @APIResponse(responseCode = "404", description = "no such dictionary or step")
    @APIResponse(responseCode = "422", description = "a dictionary that cannot be evaluated")
    public Response evaluate(@BeanParam DictionaryPath path, InputStream json) {
        TextRequest request = TextRequest.read(RequestBytes.whole(json));
        DictionaryCheckpoint checkpoint = requested.checkpoint(path.id(), request.step());
        return Response.status(Response.Status.CREATED)
                .entity(texts.evaluate(checkpoint, request))
                .build();
    }

    @POST
    @RolesAllowed(Roles.READER)
    @Path(ONE + "/activations")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Show what a dictionary's latents do on a text",
            description =
                    "The text is read from its first token on, with nothing put before it; one that"
                            + " is longer than the run's contexts is read in several. Nothing is"
                            + " stored.")
    @RequestBody(
            content =
                    @Content(
                            schema = @Schema(implementation = ActivationRequest.class),
                            examples =
                                    @ExampleObject(
                                            name = "code",
                                            value = DictionaryExamples.ACTIVATIONS_OF)))
    @APIResponse(
            responseCode = "200",
            description = "the text's tokens with their strongest latents",
            content =
                    @Content(
                            schema = @Schema(implementation = TextActivations.class),
                            examples =
                                    @ExampleObject(
                                            name = "first token",
                                            value = DictionaryExamples.ACTIVATIONS)))
    @APIResponse(responseCode = "400", description = "wrong fields, or too much text")
    @APIResponse(responseCode = "404", description = "no such dictionary or step")
    @APIResponse(responseCode = "422", description = "a dictionary that cannot be used")
    public TextActivations activations(@BeanParam DictionaryPath path, InputStream json) {
        ActivationRequest request = ActivationRequest.read(RequestBytes.whole(json));
        return latents.of(requested.checkpoint(path.id(), request.step()), request);
    }
}
