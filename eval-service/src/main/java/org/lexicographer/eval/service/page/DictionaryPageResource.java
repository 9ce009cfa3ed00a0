package org.lexicographer.eval.service.page;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.lexicographer.eval.latent.result.StatisticsDefinition;
import org.lexicographer.eval.page.DictionaryPage;
import org.lexicographer.eval.page.TextPage;
import org.lexicographer.eval.service.DictionaryPath;
import org.lexicographer.eval.service.RequestedDictionaries;
import org.lexicographer.eval.service.page.session.SentForm;
import org.lexicographer.eval.stage.LatentsOnText;
import org.lexicographer.eval.store.DictionaryStore;
import org.lexicographer.eval.store.EvaluationStore;
import org.lexicographer.eval.store.RunStore;
import org.lexicographer.eval.store.StatisticsStore;
import org.lexicographer.eval.store.StoredStatistics;
import org.lexicographer.eval.text.ActivationRequest;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.FieldError;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.Evaluation;
import org.lexicographer.runtime.access.Roles;

/** Pages of dictionaries. */
@Path("/pages/dictionaries/{run}/{site}/{recipe}")
@Produces(Pages.HTML)
public class DictionaryPageResource {

    private final DictionaryStore dictionaries;
    private final RequestedDictionaries requested;
    private final EvaluationStore evaluations;
    private final StatisticsStore statistics;
    private final LatentsOnText latents;

    public DictionaryPageResource(
            RunStore runs,
            DictionaryStore dictionaries,
            EvaluationStore evaluations,
            StatisticsStore statistics,
            LatentsOnText latents) {
        this.dictionaries = dictionaries;
        this.requested = new RequestedDictionaries(runs, dictionaries);
        this.evaluations = evaluations;
        this.statistics = statistics;
        this.latents = latents;
    }

    @GET
    @RolesAllowed(Roles.READER)
    @Operation(hidden = true)
    public String show(@BeanParam DictionaryPath path, @QueryParam("step") Optional<String> step) {
        DictionaryId id = path.id();
        DictionaryCheckpoint checkpoint = requested.checkpoint(id, step.map(DictionaryPath::step));
        Optional<StoredStatistics> counted =
                statistics.find(id, checkpoint.step(), Evaluation.HELD_OUT);
        DictionaryPage page =
                new DictionaryPage(
                        id,
                        dictionaries.config(checkpoint.prefix()),
                        checkpoint,
                        requested.saved(id).steps(),
                        evaluations.of(id),
                        counted.map(StoredStatistics::density),
                        counted.map(StoredStatistics::summary)
                                .flatMap(it -> it.meaning(StatisticsDefinition.DENSITY)));
        return Pages.dictionary(page).render();
    }

    @GET
    @RolesAllowed(Roles.READER)
    @Path("text")
    @Operation(hidden = true)
    public String text(
            @BeanParam DictionaryPath path, @QueryParam("latent") @DefaultValue("") String latent) {
        return Pages.text(TextPage.empty(requested.saved(path.id()).id(), latent)).render();
    }

    /**
     * Shows what the latents do on a text.
     *
     * @param latent the only latent to be shown, as typed
     * @param follow the same, from a button beside a token, which counts more
     */
    @POST
    @SentForm
    @RolesAllowed(Roles.READER)
    @Path("text")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response activations(
            @BeanParam DictionaryPath path,
            @FormParam("text") @DefaultValue("") String text,
            @FormParam("latent") @DefaultValue("") String latent,
            @FormParam("follow") Optional<String> follow) {
        DictionaryId id = requested.saved(path.id()).id();
        // Browsers send every end of a line as two characters.
        TextPage.Form form =
                new TextPage.Form(text.replace("\r\n", "\n"), follow.orElse(latent.strip()));
        try {
            ActivationRequest request = request(form);
            TextPage page =
                    TextPage.of(
                            id,
                            form,
                            latents.of(requested.checkpoint(id, request.step()), request));
            return Response.ok(Pages.text(page).render()).build();
        } catch (InvalidFieldsException e) {
            return Response.status(Response.Status.BAD_REQUEST)
                    .entity(Pages.text(TextPage.wrong(id, form, e.errors())).render())
                    .build();
        }
    }

    private static ActivationRequest request(TextPage.Form form) {
        return new ActivationRequest(
                Optional.of(form.text()),
                Optional.empty(),
                Optional.empty(),
                form.latent().isEmpty() ? Optional.empty() : Optional.of(latent(form.latent())));
    }

    private static int latent(String text) {
        if (!text.matches("\\d{1,9}")) {
            throw new InvalidFieldsException(
                    FieldError.of("latent", "wrong type", "whole number, at least 0", text));
        }
        return Integer.parseInt(text);
    }
}
