package org.lexicographer.eval.service.latent;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.lexicographer.eval.explanation.ExplanationStore;
import org.lexicographer.eval.latent.result.StatisticsSummary;
import org.lexicographer.eval.neuronpedia.NeuronpediaExport;
import org.lexicographer.eval.neuronpedia.NeuronpediaFormat;
import org.lexicographer.eval.neuronpedia.NeuronpediaNames;
import org.lexicographer.eval.service.RequestedDictionaries;
import org.lexicographer.eval.service.openapi.LatentExamples;
import org.lexicographer.eval.store.DictionaryStore;
import org.lexicographer.eval.store.RunStore;
import org.lexicographer.eval.store.StatisticsStore;
import org.lexicographer.eval.store.StoredStatistics;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.runtime.access.Roles;

/** Hands the latents of a dictionary out in the layouts that Neuronpedia takes in. */
@Path("/dictionaries/{run}/{site}/{recipe}/latents/export")
@Tag(name = "latents")
public class LatentExportResource {

    private final RunStore runs;
    private final DictionaryStore dictionaries;
    private final RequestedDictionaries known;
    private final RequestedStatistics requested;
    private final ExplanationStore explanations;

    public LatentExportResource(
            RunStore runs,
            DictionaryStore dictionaries,
            StatisticsStore statistics,
            ExplanationStore explanations) {
        this.runs = runs;
        this.dictionaries = dictionaries;
        this.known = new RequestedDictionaries(runs, dictionaries);
        this.requested = new RequestedStatistics(known, statistics);
        this.explanations = explanations;
    }

    @GET
    @RolesAllowed(Roles.READER)
    @Operation(
            summary = "Download a dictionary's latents for Neuronpedia",
            description =
                    "neuronpedia-upload is a line for each 128 latents, the body of a request to"
                            + " api/feature/upload-batch; neuronpedia-batch a zip of SAEDashboard's"
                            + " batch-N.json, as many in each. Latents that are never active are"
                            + " left out.")
    @APIResponse(
            responseCode = "200",
            content = {
                @Content(
                        mediaType = "application/x-ndjson",
                        schema = @Schema(type = SchemaType.STRING),
                        examples =
                                @ExampleObject(name = "one latent", value = LatentExamples.UPLOAD)),
                @Content(
                        mediaType = "application/zip",
                        schema = @Schema(type = SchemaType.STRING, format = "binary"))
            })
    @APIResponse(responseCode = "400", description = "no such format, or a name of another form")
    @APIResponse(responseCode = "404", description = "no such dictionary, or no statistics yet")
    public Response export(
            @BeanParam StatisticsPath path, @BeanParam LatentExportParameters parameters) {
        NeuronpediaFormat format = parameters.format();
        StoredStatistics statistics = requested.of(path);
        StatisticsSummary summary = statistics.summary();
        NeuronpediaNames names =
                parameters.names(summary.dictionary(), () -> languageModel(summary));
        NeuronpediaExport export =
                new NeuronpediaExport(
                        names, statistics, explanations.all(summary.dictionary(), summary.step()));
        StreamingOutput body = out -> export.write(format, out);
        return Response.ok(body, format.mediaType())
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        "attachment; filename=\"%s\"".formatted(fileName(summary, format)))
                .build();
    }

    private String languageModel(StatisticsSummary summary) {
        DictionaryId id = summary.dictionary();
        String prefix = known.checkpoint(id, Optional.of(summary.step())).prefix();
        return runs.setting(id.run(), dictionaries.config(prefix)).languageModel();
    }

    private static String fileName(StatisticsSummary summary, NeuronpediaFormat format) {
        DictionaryId id = summary.dictionary();
        return "%s-%s-%s-step-%d-%s%s"
                .formatted(
                        id.run(),
                        id.site(),
                        id.recipe(),
                        summary.step(),
                        format.text(),
                        format.ending());
    }
}
