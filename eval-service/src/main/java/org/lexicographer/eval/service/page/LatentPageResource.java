package org.lexicographer.eval.service.page;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.lexicographer.eval.explanation.ExplainedLatent;
import org.lexicographer.eval.explanation.Explanation;
import org.lexicographer.eval.explanation.ExplanationChangedException;
import org.lexicographer.eval.explanation.ExplanationRequest;
import org.lexicographer.eval.explanation.ExplanationStore;
import org.lexicographer.eval.inspection.LatentAblations;
import org.lexicographer.eval.latent.result.LatentDetails;
import org.lexicographer.eval.latent.result.LatentQuery;
import org.lexicographer.eval.nearest.DictionaryPair.Member;
import org.lexicographer.eval.nearest.NearestStore;
import org.lexicographer.eval.nearest.OtherDictionaries;
import org.lexicographer.eval.page.latent.AblationView;
import org.lexicographer.eval.page.latent.ExplanationView;
import org.lexicographer.eval.page.latent.ExplanationView.Form;
import org.lexicographer.eval.page.latent.LatentView;
import org.lexicographer.eval.page.latent.LatentsPage;
import org.lexicographer.eval.page.latent.StatisticsPlace;
import org.lexicographer.eval.page.latent.UnmadePage;
import org.lexicographer.eval.service.LatentNumber;
import org.lexicographer.eval.service.RequestedDictionaries;
import org.lexicographer.eval.service.page.session.SentForm;
import org.lexicographer.eval.stage.StatisticsRequests;
import org.lexicographer.eval.store.DictionaryStore;
import org.lexicographer.eval.store.Reads;
import org.lexicographer.eval.store.RunStore;
import org.lexicographer.eval.store.SavedDictionary;
import org.lexicographer.eval.store.StatisticsStore;
import org.lexicographer.eval.store.StoredStatistics;
import org.lexicographer.eval.text.StatisticsRequest;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.runtime.access.Roles;
import org.lexicographer.runtime.audit.AuditSubject;
import org.lexicographer.runtime.audit.Audited;

/** Pages of latents. */
@Path("/pages/dictionaries/{run}/{site}/{recipe}/latents")
@Produces(Pages.HTML)
public class LatentPageResource {

    private final RequestedDictionaries requested;
    private final StatisticsStore statistics;
    private final StatisticsRequests requests;
    private final LatentAblations ablations;
    private final NearestStore nearest;
    private final ExplanationStore explanations;
    private final AuditSubject subject;

    public LatentPageResource(
            RunStore runs,
            DictionaryStore dictionaries,
            StatisticsStore statistics,
            StatisticsRequests requests,
            LatentAblations ablations,
            NearestStore nearest,
            ExplanationStore explanations,
            AuditSubject subject) {
        this.requested = new RequestedDictionaries(runs, dictionaries);
        this.statistics = statistics;
        this.requests = requests;
        this.ablations = ablations;
        this.nearest = nearest;
        this.explanations = explanations;
        this.subject = subject;
    }

    @GET
    @RolesAllowed(Roles.READER)
    @Operation(hidden = true)
    public Response list(
            @BeanParam StatisticsAddress address,
            @QueryParam("sort") Optional<String> sort,
            @BeanParam Bounds bounds,
            @QueryParam("q") Optional<String> text,
            @QueryParam("page") Optional<String> page) {
        StatisticsPlace at = at(address);
        LatentQuery query = LatentQuery.read(sort, bounds.min, bounds.max, text, page);
        return find(at).map(
                        found ->
                                new LatentsPage(
                                        at,
                                        found.summary(),
                                        query,
                                        found.page(query, explanations.all(at.id(), at.step()))))
                .map(found -> Response.ok(Pages.latents(found).render()).build())
                .orElseGet(() -> notMade(at));
    }

    /** Of the column that is sorted by. */
    public static class Bounds {

        @QueryParam("min")
        Optional<String> min;

        @QueryParam("max")
        Optional<String> max;
    }

    private StatisticsPlace at(StatisticsAddress address) {
        SavedDictionary saved = requested.saved(address.dictionary.id());
        long step = RequestedDictionaries.step(saved, address.wantedStep());
        return new StatisticsPlace(saved.id(), step, step == saved.lastStep(), address.text);
    }

    private Optional<StoredStatistics> find(StatisticsPlace at) {
        return statistics.find(at.id(), at.step(), at.text());
    }

    private Response notMade(StatisticsPlace at) {
        UnmadePage page = new UnmadePage(at, requests.progress(checkpoint(at), at.text()));
        return Response.status(
                        page.isMoving() ? Response.Status.ACCEPTED : Response.Status.NOT_FOUND)
                .entity(Pages.unmade(page).render())
                .build();
    }

    private DictionaryCheckpoint checkpoint(StatisticsPlace at) {
        return requested.checkpoint(at.id(), Optional.of(at.step()));
    }

    /** Has the latents counted on the run's held-out contexts. */
    @POST
    @SentForm
    @RolesAllowed(Roles.SUBMITTER)
    @Audited("statistics")
    @Operation(hidden = true)
    public Response make(@BeanParam StatisticsAddress address) {
        StatisticsPlace at = at(address);
        StatisticsRequest request =
                new StatisticsRequest(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(at.step()),
                        Optional.empty());
        requests.plan(checkpoint(at), request);
        return Response.seeOther(URI.create(at.latents())).build();
    }

    @GET
    @RolesAllowed(Roles.READER)
    @Path("{latent}")
    @Operation(hidden = true)
    public Response show(@BeanParam StatisticsAddress address, @PathParam("latent") String number) {
        StatisticsPlace at = at(address);
        return find(at).map(
                        found -> {
                            int latent = LatentNumber.parse(number, found.latents());
                            return page(
                                    Response.Status.OK,
                                    view(
                                            at,
                                            found,
                                            latent,
                                            () -> ExplanationView.of(now(at, latent))));
                        })
                .orElseGet(() -> notMade(at));
    }

    private static Response page(Response.Status status, LatentView view) {
        return Response.status(status).entity(Pages.latent(view).render()).build();
    }

    private Optional<Explanation> now(StatisticsPlace at, int latent) {
        return explanations.find(new ExplainedLatent(at.id(), at.step(), latent));
    }

    private LatentView view(
            StatisticsPlace at,
            StoredStatistics found,
            int latent,
            Supplier<ExplanationView> explanation) {
        try (Reads reads = new Reads()) {
            Supplier<ExplanationView> said = reads.begin(explanation);
            Supplier<OtherDictionaries> others =
                    reads.begin(() -> nearest.of(new Member(at.id(), at.step()), latent));
            LatentDetails details = found.latent(latent, () -> said.get().now());
            return new LatentView(at, details, others.get(), said.get());
        }
    }

    /** What the form sends that says what a latent stands for. */
    public static class ExplanationForm {

        @RestForm Optional<String> text;
        @RestForm Optional<String> author;

        /** Which explanation was shown beside the form; empty when there was none. */
        @RestForm Optional<String> seen;

        /** Is sent by the button that removes it. */
        @RestForm Optional<String> remove;

        private Form shown() {
            return new Form(text.orElse(""), author.orElse(""));
        }
    }

    /** Keeps what somebody says that a latent stands for, or removes it. */
    @POST
    @SentForm
    @RolesAllowed(Roles.SUBMITTER)
    @Audited("explain")
    @Path("{latent}/explanation")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response explain(
            @BeanParam StatisticsAddress address,
            @PathParam("latent") String number,
            @BeanParam ExplanationForm form) {
        StatisticsPlace at = at(address);
        return find(at).map(
                        found ->
                                explain(
                                        at,
                                        found,
                                        LatentNumber.parse(number, found.latents()),
                                        form))
                .orElseGet(() -> notMade(at));
    }

    private Response explain(
            StatisticsPlace at, StoredStatistics found, int latent, ExplanationForm form) {
        try {
            change(new ExplainedLatent(at.id(), at.step(), latent), form);
            return Response.seeOther(URI.create(at.latent(latent))).build();
        } catch (InvalidFieldsException e) {
            ExplanationView wrong =
                    new ExplanationView(now(at, latent), form.shown(), e.errors(), false);
            return page(Response.Status.BAD_REQUEST, view(at, found, latent, () -> wrong));
        } catch (ExplanationChangedException e) {
            ExplanationView overtaken =
                    new ExplanationView(now(at, latent), form.shown(), List.of(), true);
            return page(
                    Response.Status.PRECONDITION_FAILED, view(at, found, latent, () -> overtaken));
        }
    }

    private void change(ExplainedLatent latent, ExplanationForm form) {
        Optional<String> seen = form.seen.filter(tag -> !tag.isEmpty());
        if (form.remove.isPresent()) {
            subject.isTo("remove-explanation");
            explanations.remove(latent, seen.orElse(""));
        } else {
            explanations.put(
                    latent,
                    seen,
                    new ExplanationRequest(form.text, form.author).written(InstantSource.system()));
        }
    }

    /** Takes a latent out of its top contexts. */
    @POST
    @SentForm
    @RolesAllowed(Roles.READER)
    @Path("{latent}/ablation")
    @Operation(hidden = true)
    public Response ablate(
            @BeanParam StatisticsAddress address, @PathParam("latent") String number) {
        StatisticsPlace at = at(address);
        return find(at).map(
                        found ->
                                ablations.of(
                                        checkpoint(at),
                                        found,
                                        LatentNumber.parse(number, found.latents())))
                .map(found -> Response.ok(Pages.ablation(new AblationView(at, found)).render()))
                .map(Response.ResponseBuilder::build)
                .orElseGet(() -> notMade(at));
    }
}
