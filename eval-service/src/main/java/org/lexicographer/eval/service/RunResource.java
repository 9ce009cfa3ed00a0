package org.lexicographer.eval.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.core.Variant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.lexicographer.dictionary.exchange.FolderFormat;
import org.lexicographer.eval.exchange.ExportedZip;
import org.lexicographer.eval.service.openapi.RunExamples;
import org.lexicographer.eval.service.tag.TaggedAnswer;
import org.lexicographer.eval.stage.RunPublications;
import org.lexicographer.eval.store.DictionaryStore;
import org.lexicographer.eval.store.EvaluationStore;
import org.lexicographer.eval.store.RunStore;
import org.lexicographer.eval.view.CurveTable;
import org.lexicographer.eval.view.PlainTable;
import org.lexicographer.eval.view.ProgressBoard;
import org.lexicographer.eval.view.TableRow;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.message.Evaluation;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.stored.TrainingCurves;
import org.lexicographer.runtime.access.Roles;
import org.lexicographer.runtime.problem.ProblemException;

/** Shows a run's dictionaries side by side, and how far its parts have come. */
@Path("/runs/{run}")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "runs")
public class RunResource {

    private static final List<Variant> FORMS =
            Variant.mediaTypes(MediaType.APPLICATION_JSON_TYPE, MediaType.TEXT_PLAIN_TYPE).build();
    private static final MediaType PLAIN = MediaType.TEXT_PLAIN_TYPE.withCharset(UTF_8.name());
    private static final String ZIP = "application/zip";
    private static final String CSV = "text/csv";
    private static final MediaType CSV_TYPE = new MediaType("text", "csv");
    private static final List<Variant> CURVE_FORMS =
            Variant.mediaTypes(MediaType.APPLICATION_JSON_TYPE, CSV_TYPE).build();
    private static final Comparator<TableRow> ORDER =
            Comparator.comparing(TableRow::site).thenComparing(TableRow::recipe);

    private final RunStore runs;
    private final DictionaryStore dictionaries;
    private final EvaluationStore evaluations;
    private final ProgressBoard board;
    private final RunPublications publications;

    public RunResource(
            RunStore runs,
            DictionaryStore dictionaries,
            EvaluationStore evaluations,
            ProgressBoard board,
            RunPublications publications) {
        this.runs = runs;
        this.dictionaries = dictionaries;
        this.evaluations = evaluations;
        this.board = board;
        this.publications = publications;
    }

    @GET
    @RolesAllowed(Roles.READER)
    @Path("evaluations")
    @Produces({MediaType.APPLICATION_JSON, MediaType.TEXT_PLAIN})
    @Operation(
            summary = "Show the post's table: one row per dictionary, as last evaluated",
            description = "On the held-out contexts; as text with Accept: text/plain.")
    @APIResponse(
            responseCode = "200",
            content = {
                @Content(
                        mediaType = MediaType.APPLICATION_JSON,
                        schema = @Schema(type = SchemaType.ARRAY, implementation = TableRow.class),
                        examples =
                                @ExampleObject(name = "one dictionary", value = RunExamples.TABLE)),
                @Content(
                        mediaType = MediaType.TEXT_PLAIN,
                        schema = @Schema(type = SchemaType.STRING),
                        examples =
                                @ExampleObject(
                                        name = "one dictionary",
                                        value = RunExamples.PLAIN_TABLE))
            })
    @APIResponse(responseCode = "304", description = "what If-None-Match names still holds")
    @APIResponse(responseCode = "404", description = "no such run")
    public Response table(@PathParam("run") String run, @Context Request request) {
        checkKnown(run);
        List<TableRow> rows = rows(run);
        Variant wanted = request.selectVariant(FORMS);
        boolean plain =
                wanted != null && wanted.getMediaType().isCompatible(MediaType.TEXT_PLAIN_TYPE);
        return plain
                ? TaggedAnswer.of(request, PlainTable.of(rows).getBytes(UTF_8), PLAIN)
                : TaggedAnswer.of(request, Json.write(rows), MediaType.APPLICATION_JSON_TYPE);
    }

    private List<TableRow> rows(String run) {
        return dictionaries.ofRun(run).stream()
                .flatMap(dictionary -> lastHeldOut(dictionary.id()).stream())
                .map(TableRow::of)
                .sorted(ORDER)
                .toList();
    }

    private Optional<Evaluation> lastHeldOut(DictionaryId dictionary) {
        return evaluations.of(dictionary).reversed().stream()
                .filter(evaluation -> evaluation.text().equals(Evaluation.HELD_OUT))
                .findFirst();
    }

    @GET
    @RolesAllowed(Roles.READER)
    @Path("progress")
    @Operation(summary = "Show the last progress of every part of a run")
    @APIResponse(
            responseCode = "200",
            content =
                    @Content(
                            schema =
                                    @Schema(
                                            type = SchemaType.ARRAY,
                                            implementation = RunProgress.Fields.class),
                            examples =
                                    @ExampleObject(
                                            name = "two parts",
                                            value = RunExamples.PROGRESS)))
    @APIResponse(responseCode = "404", description = "no such run")
    public List<RunProgress> progress(@PathParam("run") String run) {
        List<RunProgress> parts = board.of(DictionaryPath.run(run));
        if (parts.isEmpty()) {
            checkKnown(run);
        }
        return parts;
    }

    @GET
    @RolesAllowed(Roles.READER)
    @Path("curves")
    @Produces({MediaType.APPLICATION_JSON, CSV})
    @Operation(
            summary = "Show how the training of a run's dictionaries has gone",
            description =
                    "As of each site's last checkpoint: at most 512 steps of each recipe, the same"
                            + " for every run of the spec. As a table with Accept: text/csv.")
    @APIResponse(
            responseCode = "200",
            content = {
                @Content(
                        mediaType = MediaType.APPLICATION_JSON,
                        schema =
                                @Schema(
                                        type = SchemaType.ARRAY,
                                        implementation = TrainingCurves.class),
                        examples = @ExampleObject(name = "one site", value = RunExamples.CURVES)),
                @Content(
                        mediaType = CSV,
                        schema = @Schema(type = SchemaType.STRING),
                        examples =
                                @ExampleObject(name = "one site", value = RunExamples.CURVE_TABLE))
            })
    @APIResponse(responseCode = "404", description = "no such run")
    public Response curves(@PathParam("run") String run, @Context Request request) {
        checkKnown(run);
        List<TrainingCurves> curves = runs.curves(run);
        Variant wanted = request.selectVariant(CURVE_FORMS);
        boolean table = wanted != null && wanted.getMediaType().isCompatible(CSV_TYPE);
        return table
                ? Response.ok(CurveTable.of(curves), CSV).build()
                : Response.ok(curves, MediaType.APPLICATION_JSON).build();
    }

    @GET
    @RolesAllowed(Roles.READER)
    @Path("publish")
    @Produces(ZIP)
    @Operation(
            summary = "Download a run's last dictionaries as a folder for a model hub, in a zip",
            description =
                    "format is saelens or dictionary_learning. With a card and the figures of each;"
                            + " unpacked, it is what hf upload takes.")
    @APIResponse(responseCode = "200", content = @Content(mediaType = ZIP))
    @APIResponse(responseCode = "400", description = "no such format")
    @APIResponse(responseCode = "404", description = "no such run")
    @APIResponse(responseCode = "422", description = "the format can express none of them")
    public Response publish(
            @PathParam("run") String run,
            @QueryParam("format") @Parameter(example = "saelens") Optional<String> format) {
        checkKnown(run);
        FolderFormat wanted = ImportParameters.published(format);
        ExportedZip zip = publications.zip(run, wanted);
        StreamingOutput body = zip::writeTo;
        return Response.ok(body, ZIP)
                .header(HttpHeaders.CONTENT_LENGTH, zip.size())
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        "attachment; filename=\"%s-%s.zip\"".formatted(run, wanted.text()))
                .build();
    }

    private void checkKnown(String run) {
        boolean known =
                runs.spec(DictionaryPath.run(run)).isPresent()
                        || !dictionaries.ofRun(run).isEmpty();
        if (!known) {
            throw ProblemException.notFound("no such run: run=" + run);
        }
    }
}
