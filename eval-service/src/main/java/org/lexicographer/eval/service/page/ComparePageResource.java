package org.lexicographer.eval.service.page;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.lexicographer.eval.nearest.DictionaryPair;
import org.lexicographer.eval.nearest.DictionaryPair.Member;
import org.lexicographer.eval.nearest.NearestStore;
import org.lexicographer.eval.page.ComparePage;
import org.lexicographer.eval.page.Overlap;
import org.lexicographer.eval.service.RequestedDictionaries;
import org.lexicographer.eval.store.DictionaryStore;
import org.lexicographer.eval.store.EvaluationStore;
import org.lexicographer.eval.store.RunStore;
import org.lexicographer.eval.store.SavedDictionary;
import org.lexicographer.pipeline.Checks;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.message.Evaluation;
import org.lexicographer.runtime.access.Roles;

/** The page that shows two dictionaries side by side. */
@Path("/pages/compare")
@Produces(Pages.HTML)
public class ComparePageResource {

    private final DictionaryStore dictionaries;
    private final RequestedDictionaries requested;
    private final EvaluationStore evaluations;
    private final NearestStore nearest;

    public ComparePageResource(
            RunStore runs,
            DictionaryStore dictionaries,
            EvaluationStore evaluations,
            NearestStore nearest) {
        this.dictionaries = dictionaries;
        this.requested = new RequestedDictionaries(runs, dictionaries);
        this.evaluations = evaluations;
        this.nearest = nearest;
    }

    /**
     * Shows the form, and the dictionaries once both are chosen.
     *
     * @param first run, site and recipe
     * @param second the same of the other
     */
    @GET
    @RolesAllowed(Roles.READER)
    @Operation(hidden = true)
    public String compare(
            @QueryParam("first") Optional<String> first,
            @QueryParam("second") Optional<String> second) {
        List<DictionaryId> chosen =
                Stream.of(id("first", first), id("second", second))
                        .flatMap(Optional::stream)
                        .map(id -> requested.saved(id).id())
                        .toList();
        List<Evaluation> found = chosen.stream().flatMap(id -> lastHeldOut(id).stream()).toList();
        List<DictionaryId> known = dictionaries.all().stream().map(SavedDictionary::id).toList();
        return Pages.compare(new ComparePage(known, chosen, found, overlaps(chosen))).render();
    }

    private List<Overlap> overlaps(List<DictionaryId> chosen) {
        if (chosen.size() < 2 || !DictionaryPair.areComparable(chosen.get(0), chosen.get(1))) {
            return List.of();
        }
        return nearest.find(DictionaryPair.of(last(chosen.get(0)), last(chosen.get(1))))
                .map(Overlap::of)
                .orElseGet(List::of);
    }

    private Member last(DictionaryId id) {
        return new Member(id, requested.saved(id).lastStep());
    }

    private static Optional<DictionaryId> id(String field, Optional<String> text) {
        Optional<String> given = text.filter(it -> !it.isEmpty());
        Checks checks = new Checks();
        given.ifPresent(it -> checks.by(field, it, DictionaryId::parse));
        checks.end();
        return given.map(DictionaryId::parse);
    }

    private Optional<Evaluation> lastHeldOut(DictionaryId dictionary) {
        return evaluations.of(dictionary).reversed().stream()
                .filter(evaluation -> evaluation.text().equals(Evaluation.HELD_OUT))
                .findFirst();
    }
}
