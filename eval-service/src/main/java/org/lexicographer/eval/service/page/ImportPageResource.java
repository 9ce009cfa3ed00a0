package org.lexicographer.eval.service.page;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.lexicographer.eval.evaluator.UnusableInputException;
import org.lexicographer.eval.exchange.TooLargeException;
import org.lexicographer.eval.page.ImportPage;
import org.lexicographer.eval.service.DictionaryPath;
import org.lexicographer.eval.service.owner.OwnedImports;
import org.lexicographer.eval.service.page.session.SentForm;
import org.lexicographer.eval.stage.DictionaryImports;
import org.lexicographer.eval.store.NameTakenException;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.FieldError;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.runtime.access.Roles;
import org.lexicographer.runtime.audit.Audited;

/** The page that imports a dictionary: what REST takes in, from a form. */
@Path("/pages/import")
@Produces(Pages.HTML)
public class ImportPageResource {

    private static final int UNPROCESSABLE = 422;

    private final DictionaryImports imports;
    private final OwnedImports owned;

    ImportPageResource(DictionaryImports imports, OwnedImports owned) {
        this.imports = imports;
        this.owned = owned;
    }

    /**
     * Shows the form.
     *
     * @param run where the dictionary is to be seen beside others
     */
    @GET
    @RolesAllowed(Roles.SUBMITTER)
    @Operation(hidden = true)
    public String form(@QueryParam("run") Optional<String> run) {
        Map<String, String> values =
                run.map(DictionaryPath::run).map(it -> Map.of("run", it)).orElse(Map.of());
        return Pages.dictionaryImport(new ImportPage(values, List.of())).render();
    }

    /** Imports a dictionary, and shows its page or what is wrong with the form. */
    @POST
    @SentForm
    @RolesAllowed(Roles.SUBMITTER)
    @Audited("import")
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @Operation(hidden = true)
    public Response store(@BeanParam ImportForm form) {
        List<FieldError> errors = form.errors();
        if (!errors.isEmpty()) {
            return refused(Status.BAD_REQUEST.getStatusCode(), form, errors);
        }
        DictionaryId id = form.id();
        try (InputStream zip = form.content()) {
            owned.add(id, form.zip.size(), () -> imports.store(id, form.request(), zip));
        } catch (InvalidFieldsException e) {
            return refused(Status.BAD_REQUEST.getStatusCode(), form, e.errors());
        } catch (NameTakenException e) {
            return refused(Status.CONFLICT.getStatusCode(), form, "recipe", e);
        } catch (InvalidModelException e) {
            return refused(UNPROCESSABLE, form, "languageModel", e);
        } catch (UnusableInputException e) {
            return refused(UNPROCESSABLE, form, ImportPage.ZIP, e);
        } catch (TooLargeException e) {
            return refused(
                    Status.REQUEST_ENTITY_TOO_LARGE.getStatusCode(), form, ImportPage.ZIP, e);
        } catch (IOException e) {
            throw new UncheckedIOException("upload not readable", e);
        }
        return Response.seeOther(URI.create("/pages/dictionaries/" + id)).build();
    }

    private static Response refused(
            int status, ImportForm form, String field, RuntimeException why) {
        return refused(status, form, List.of(FieldError.of(field, why.getMessage())));
    }

    private static Response refused(int status, ImportForm form, List<FieldError> errors) {
        return Response.status(status)
                .entity(Pages.dictionaryImport(form.page(errors)).render())
                .build();
    }
}
