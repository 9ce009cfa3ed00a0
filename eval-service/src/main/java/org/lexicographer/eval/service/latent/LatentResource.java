package org.lexicographer.eval.service.latent;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.net.URI;
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
import org.lexicographer.eval.explanation.ExplainedLatent;
import org.lexicographer.eval.explanation.ExplanationStore;
import org.lexicographer.eval.inspection.LatentAblation;
import org.lexicographer.eval.inspection.LatentAblations;
import org.lexicographer.eval.latent.result.DensityHistogram;
import org.lexicographer.eval.latent.result.Example;
import org.lexicographer.eval.latent.result.ExampleGroup;
import org.lexicographer.eval.latent.result.LatentDetails;
import org.lexicographer.eval.latent.result.LatentPage;
import org.lexicographer.eval.latent.result.LatentQuery;
import org.lexicographer.eval.latent.result.StatisticsSummary;
import org.lexicographer.eval.nearest.DictionaryPair.Member;
import org.lexicographer.eval.nearest.NearestStore;
import org.lexicographer.eval.nearest.OtherDictionaries;
import org.lexicographer.eval.service.DictionaryPath;
import org.lexicographer.eval.service.LatentNumber;
import org.lexicographer.eval.service.RequestedDictionaries;
import org.lexicographer.eval.service.openapi.LatentExamples;
import org.lexicographer.eval.stage.StatisticsRequests;
import org.lexicographer.eval.statistics.StatisticsProgress;
import org.lexicographer.eval.store.DictionaryStore;
import org.lexicographer.eval.store.RunStore;
import org.lexicographer.eval.store.StatisticsStore;
import org.lexicographer.eval.store.StoredStatistics;
import org.lexicographer.eval.text.StatisticsRequest;
import org.lexicographer.pipeline.Checks;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.runtime.access.Roles;
import org.lexicographer.runtime.audit.Audited;

/** Shows what a dictionary's latents do on a text, as far as statistics of them were made. */
@Path("/dictionaries")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "latents")
public class LatentResource {

    private static final String LATENTS = "{run}/{site}/{recipe}/latents";

    private final RequestedDictionaries dictionaries;
    private final RequestedStatistics requested;
    private final StatisticsRequests requests;
    private final LatentAblations ablations;
    private final DictionaryStore stored;
    private final NearestStore nearest;
    private final ExplanationStore explanations;

    public LatentResource(
            RunStore runs,
            DictionaryStore dictionaries,
            StatisticsStore statistics,
            StatisticsRequests requests,
            LatentAblations ablations,
            NearestStore nearest,
            ExplanationStore explanations) {
        this.dictionaries = new RequestedDictionaries(runs, dictionaries);
        this.requested = new RequestedStatistics(this.dictionaries, statistics);
        this.requests = requests;
        this.ablations = ablations;
        this.stored = dictionaries;
        this.nearest = nearest;
        this.explanations = explanations;
    }

    @GET
    @RolesAllowed(Roles.READER)
    @Path(LATENTS)
    @Operation(summary = "List a dictionary's latents, a hundred a page")
    @APIResponse(
            responseCode = "200",
            content =
                    @Content(
                            schema = @Schema(implementation = LatentPage.class),
                            examples =
                                    @ExampleObject(
                                            name = "one found",
                                            value = LatentExamples.PAGE)))
    @APIResponse(responseCode = "400", description = "wrong parameters")
    @APIResponse(responseCode = "404", description = "no such dictionary, or no statistics yet")
    public LatentPage list(@BeanParam StatisticsPath path, @BeanParam LatentParameters parameters) {
        LatentQuery query = parameters.query();
        StoredStatistics statistics = requested.of(path);
        StatisticsSummary summary = statistics.summary();
        return statistics.page(query, explanations.all(summary.dictionary(), summary.step()));
    }

    @POST
    @RolesAllowed(Roles.SUBMITTER)
    @Audited("statistics")
    @Path(LATENTS)
    @Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
    @Operation(
            summary = "Make statistics of a dictionary's latents",
            description =
                    "On the run's held-out contexts when the request names no text; contexts says"
                            + " how many, the first ones. Answers at once; Location is where to ask"
                            + " how far they are.")
    @RequestBody(
            required = false,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = StatisticsRequest.class),
                            examples = {
                                @ExampleObject(name = "held-out", value = "{}"),
                                @ExampleObject(
                                        name = "other text",
                                        value =
                                                "{\"uri\": \"s3://lexicographer/texts/other.jsonl\","
                                                        + " \"name\": \"other\", \"contexts\": 64}")
                            }))
    @APIResponse(
            responseCode = "202",
            description = "they will be made; nothing happens when they are there",
            content =
                    @Content(
                            schema = @Schema(implementation = StatisticsProgress.class),
                            examples =
                                    @ExampleObject(
                                            name = "running",
                                            value = LatentExamples.PROGRESS)))
    @APIResponse(responseCode = "400", description = "wrong fields, or too little or too much text")
    @APIResponse(responseCode = "404", description = "no such dictionary or step")
    public Response make(@BeanParam DictionaryPath path, InputStream json) {
        StatisticsRequest request = StatisticsRequest.read(RequestBytes.whole(json));
        DictionaryCheckpoint checkpoint = dictionaries.checkpoint(path.id(), request.step());
        String text = requests.plan(checkpoint, request);
        URI address =
                URI.create(
                        "/dictionaries/%s/latents/statistics?step=%d&text=%s"
                                .formatted(checkpoint.dictionary(), checkpoint.step(), text));
        return Response.accepted(progress(checkpoint, text)).location(address).build();
    }

    @GET
    @RolesAllowed(Roles.READER)
    @Path(LATENTS + "/statistics")
    @Operation(summary = "Show how far statistics of a dictionary's latents are")
    @APIResponse(
            responseCode = "200",
            content =
                    @Content(
                            schema = @Schema(implementation = StatisticsProgress.class),
                            examples =
                                    @ExampleObject(
                                            name = "running",
                                            value = LatentExamples.PROGRESS)))
    @APIResponse(responseCode = "404", description = "no such dictionary, or none are made")
    public StatisticsProgress progress(@BeanParam StatisticsPath path) {
        return progress(
                dictionaries.checkpoint(path.dictionary.id(), path.wantedStep()), path.text);
    }

    private StatisticsProgress progress(DictionaryCheckpoint checkpoint, String text) {
        return requests.progress(checkpoint, text)
                .orElseThrow(
                        () ->
                                RequestedStatistics.none(
                                        checkpoint.dictionary(), checkpoint.step(), text));
    }

    @GET
    @RolesAllowed(Roles.READER)
    @Path(LATENTS + "/density")
    @Operation(summary = "Show how many latents are active how often")
    @APIResponse(
            responseCode = "200",
            content =
                    @Content(
                            schema = @Schema(implementation = DensityHistogram.class),
                            examples =
                                    @ExampleObject(
                                            name = "two bins",
                                            value = LatentExamples.DENSITY)))
    @APIResponse(responseCode = "404", description = "no such dictionary, or no statistics yet")
    public DensityHistogram density(@BeanParam StatisticsPath path) {
        return requested.of(path).density();
    }

    @GET
    @RolesAllowed(Roles.READER)
    @Path(LATENTS + "/{latent}")
    @Operation(
            summary = "Show one latent: figures, histograms, examples and what it goes with",
            description = "Tokens are shown as text, with their white space, beside their ids.")
    @APIResponse(
            responseCode = "200",
            content =
                    @Content(
                            schema = @Schema(implementation = LatentDetails.class),
                            examples = @ExampleObject(name = "one", value = LatentExamples.ONE)))
    @APIResponse(responseCode = "400", description = "not a number")
    @APIResponse(
            responseCode = "404",
            description = "no such dictionary or latent, or no statistics yet")
    public LatentDetails show(
            @BeanParam StatisticsPath path,
            @PathParam("latent") @Schema(type = SchemaType.INTEGER) String latent) {
        StoredStatistics statistics = requested.of(path);
        int number = LatentNumber.parse(latent, statistics.latents());
        StatisticsSummary summary = statistics.summary();
        ExplainedLatent explained =
                new ExplainedLatent(summary.dictionary(), summary.step(), number);
        return statistics.latent(number, () -> explanations.find(explained));
    }

    @GET
    @RolesAllowed(Roles.READER)
    @Path(LATENTS + "/{latent}/examples")
    @Operation(
            summary = "Show contexts that were kept of one latent",
            description = "group is top, one of interval-1 to interval-5 (the highest), or silent.")
    @APIResponse(
            responseCode = "200",
            content =
                    @Content(
                            schema =
                                    @Schema(
                                            type = SchemaType.ARRAY,
                                            implementation = Example.class),
                            examples =
                                    @ExampleObject(name = "one", value = LatentExamples.EXAMPLES)))
    @APIResponse(responseCode = "400", description = "no such group, or not a number")
    @APIResponse(
            responseCode = "404",
            description = "no such dictionary or latent, or no statistics yet")
    public List<Example> examples(
            @BeanParam StatisticsPath path,
            @PathParam("latent") @Schema(type = SchemaType.INTEGER) String latent,
            @QueryParam("group") @DefaultValue("top") String group) {
        new Checks().by("group", group, ExampleGroup::parse).end();
        StoredStatistics statistics = requested.of(path);
        return statistics.examples(
                LatentNumber.parse(latent, statistics.latents()), ExampleGroup.parse(group));
    }

    @GET
    @RolesAllowed(Roles.READER)
    @Path(LATENTS + "/{latent}/nearest")
    @Operation(
            summary = "Show what comes nearest to one latent in the run's other dictionaries",
            description =
                    "The final dictionaries at one site are compared, each with each, when their"
                            + " run has ended: by the cosines of decoder rows, where they"
                            + " reconstruct the same site, and of encoder columns.")
    @APIResponse(
            responseCode = "200",
            description = "those that were compared already",
            content =
                    @Content(
                            schema = @Schema(implementation = OtherDictionaries.class),
                            examples =
                                    @ExampleObject(
                                            name = "one other",
                                            value = LatentExamples.NEAREST)))
    @APIResponse(responseCode = "400", description = "not a number")
    @APIResponse(responseCode = "404", description = "no such dictionary, step or latent")
    public OtherDictionaries nearest(
            @BeanParam DictionaryPath path,
            @QueryParam("step") Optional<String> step,
            @PathParam("latent") @Schema(type = SchemaType.INTEGER) String latent) {
        DictionaryCheckpoint checkpoint =
                dictionaries.checkpoint(path.id(), step.map(DictionaryPath::step));
        int latents = stored.config(checkpoint.prefix()).dictionarySize();
        return nearest.of(
                new Member(checkpoint.dictionary(), checkpoint.step()),
                LatentNumber.parse(latent, latents));
    }

    @POST
    @RolesAllowed(Roles.READER)
    @Path(LATENTS + "/{latent}/ablation")
    @Consumes(MediaType.WILDCARD)
    @Operation(
            summary = "Take one latent's contribution out of its top contexts",
            description =
                    "At every token of a context on which the latent is active its value times its"
                            + " decoder row is subtracted at the site that the dictionary"
                            + " reconstructs; what the dictionary does not explain stays. Answers"
                            + " with what becomes of the next tokens' log-probabilities. Nothing is"
                            + " stored.")
    @APIResponse(
            responseCode = "200",
            content =
                    @Content(
                            schema = @Schema(implementation = LatentAblation.class),
                            examples =
                                    @ExampleObject(
                                            name = "one context",
                                            value = LatentExamples.ABLATION)))
    @APIResponse(responseCode = "400", description = "not a number")
    @APIResponse(
            responseCode = "404",
            description = "no such dictionary or latent, or no statistics yet")
    @APIResponse(responseCode = "422", description = "a dictionary that cannot be used")
    public LatentAblation ablate(
            @BeanParam StatisticsPath path,
            @PathParam("latent") @Schema(type = SchemaType.INTEGER) String latent) {
        StoredStatistics statistics = requested.of(path);
        int number = LatentNumber.parse(latent, statistics.latents());
        DictionaryCheckpoint checkpoint =
                dictionaries.checkpoint(
                        path.dictionary.id(), Optional.of(statistics.summary().step()));
        return ablations.of(checkpoint, statistics, number);
    }
}
