package org.lexicographer.eval.service;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.lexicographer.dictionary.exchange.FolderFormat;
import org.lexicographer.eval.exchange.ExportedZip;
import org.lexicographer.eval.exchange.ImportRequest;
import org.lexicographer.eval.service.openapi.DictionaryExamples;
import org.lexicographer.eval.service.owner.OwnedImports;
import org.lexicographer.eval.stage.DictionaryExports;
import org.lexicographer.eval.stage.DictionaryImports;
import org.lexicographer.eval.store.DictionaryStore;
import org.lexicographer.eval.store.RunStore;
import org.lexicographer.eval.view.DictionaryDetails;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.runtime.access.Roles;
import org.lexicographer.runtime.audit.Audited;

/** Hands dictionaries out as folders that other tools read, and takes such folders in. */
@Path("/dictionaries")
@Tag(name = "dictionaries")
public class ExchangeResource {

    private static final String ONE = "{run}/{site}/{recipe}";
    private static final String ZIP = "application/zip";

    private final DictionaryStore dictionaries;
    private final RequestedDictionaries requested;
    private final DictionaryExports exports;
    private final DictionaryImports imports;
    private final OwnedImports owned;

    public ExchangeResource(
            RunStore runs,
            DictionaryStore dictionaries,
            DictionaryExports exports,
            DictionaryImports imports,
            OwnedImports owned) {
        this.dictionaries = dictionaries;
        this.requested = new RequestedDictionaries(runs, dictionaries);
        this.exports = exports;
        this.imports = imports;
        this.owned = owned;
    }

    @GET
    @RolesAllowed(Roles.READER)
    @Path(ONE + "/export")
    @Produces(ZIP)
    @Operation(
            summary = "Download a dictionary as the files of a tool, in a zip",
            description =
                    "format is one of lexicographer, dictionary_learning, saelens, saelens-v5 and"
                            + " sparsify; step is the checkpoint, the last one when it is missing.")
    @APIResponse(responseCode = "200", content = @Content(mediaType = ZIP))
    @APIResponse(responseCode = "400", description = "no such format")
    @APIResponse(responseCode = "404", description = "no such dictionary or step")
    @APIResponse(responseCode = "422", description = "the format cannot express the dictionary")
    public Response export(
            @BeanParam DictionaryPath path,
            @QueryParam("format") @Parameter(example = "saelens") Optional<String> format,
            @QueryParam("step") @Schema(type = SchemaType.INTEGER) Optional<String> step) {
        FolderFormat wanted = ImportParameters.format(format);
        DictionaryCheckpoint checkpoint =
                requested.checkpoint(path.id(), step.map(DictionaryPath::step));
        ExportedZip zip = exports.zip(checkpoint, wanted);
        StreamingOutput body = zip::writeTo;
        return Response.ok(body, ZIP)
                .header(HttpHeaders.CONTENT_LENGTH, zip.size())
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        "attachment; filename=\"%s\"".formatted(fileName(checkpoint, wanted)))
                .build();
    }

    private static String fileName(DictionaryCheckpoint checkpoint, FolderFormat format) {
        DictionaryId id = checkpoint.dictionary();
        return "%s-%s-%s-step-%d-%s.zip"
                .formatted(id.run(), id.site(), id.recipe(), checkpoint.step(), format.text());
    }

    @POST
    @RolesAllowed(Roles.SUBMITTER)
    @Audited("import")
    @Path(ONE + "/import")
    @Consumes({ZIP, "application/x-zip-compressed", MediaType.APPLICATION_OCTET_STREAM})
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Store a dictionary that another tool trained",
            description =
                    "The body is a zip of the tool's folder, at any depth; or there is none, and from"
                            + " names a folder of the hub. The run need not exist;"
                            + " in one that does, the dictionary is evaluated on the run's held-out"
                            + " contexts beside the others.")
    @RequestBody(
            content =
                    @Content(
                            mediaType = ZIP,
                            schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(
            responseCode = "201",
            description = "what was stored",
            content =
                    @Content(
                            schema = @Schema(implementation = DictionaryDetails.class),
                            examples =
                                    @ExampleObject(
                                            name = "trained",
                                            value = DictionaryExamples.ONE)))
    @APIResponse(responseCode = "400", description = "wrong or missing parameters")
    @APIResponse(responseCode = "409", description = "a dictionary of that name exists")
    @APIResponse(responseCode = "413", description = "the zip is too large")
    @APIResponse(responseCode = "422", description = "the files are not as their format says")
    public Response store(
            @BeanParam DictionaryPath path,
            @BeanParam ImportParameters parameters,
            @QueryParam("from") @Parameter(example = "hf://owner/name@main/layers.3")
                    Optional<String> from,
            @HeaderParam(HttpHeaders.CONTENT_LENGTH) @Parameter(hidden = true) long announced,
            InputStream zip) {
        DictionaryId id = path.id();
        ImportRequest request = parameters.request();
        DictionaryCheckpoint stored =
                from.isPresent()
                        ? owned.add(id, 0, () -> imports.fetch(id, request, from.get()))
                        : owned.add(id, announced, () -> imports.store(id, request, zip));
        DictionaryDetails details =
                DictionaryDetails.of(id, dictionaries.config(stored.prefix()), List.of(stored));
        return Response.created(URI.create("/dictionaries/" + id)).entity(details).build();
    }
}
