package org.lexicographer.eval.service.page;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Response;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.lexicographer.eval.page.CurveLine;
import org.lexicographer.eval.page.RunLine;
import org.lexicographer.eval.page.RunPage;
import org.lexicographer.eval.page.RunStatus;
import org.lexicographer.eval.service.DictionaryPath;
import org.lexicographer.eval.store.DictionaryStore;
import org.lexicographer.eval.store.EvaluationStore;
import org.lexicographer.eval.store.RunStore;
import org.lexicographer.eval.store.SavedDictionary;
import org.lexicographer.eval.view.ProgressBoard;
import org.lexicographer.eval.view.TableRow;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.message.Evaluation;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.runstore.DatasetAccounts;
import org.lexicographer.runstore.StoredRuns;
import org.lexicographer.runtime.access.Roles;
import org.lexicographer.runtime.problem.ProblemException;

/** Pages of runs. */
@Path("/")
@Produces(Pages.HTML)
public class RunPageResource {

    private static final Comparator<TableRow> ORDER =
            Comparator.comparing(TableRow::site).thenComparing(TableRow::recipe);

    /** Imports have nothing to wait for. */
    private static final RunStatus IMPORTED =
            new RunStatus(State.ENDED, Optional.empty(), List.of());

    private final StoredRuns specs;
    private final RunStore runs;
    private final DatasetAccounts accounts;
    private final DictionaryStore dictionaries;
    private final EvaluationStore evaluations;
    private final ProgressBoard board;

    public RunPageResource(
            ObjectStore objects,
            RunStore runs,
            DictionaryStore dictionaries,
            EvaluationStore evaluations,
            ProgressBoard board) {
        this.specs = new StoredRuns(objects);
        this.runs = runs;
        this.accounts = new DatasetAccounts(objects);
        this.dictionaries = dictionaries;
        this.evaluations = evaluations;
        this.board = board;
    }

    @GET
    @RolesAllowed(Roles.READER)
    @Operation(hidden = true)
    public String runs() {
        Map<String, RunSpec> known =
                specs.all().stream().collect(Collectors.toMap(RunSpec::run, Function.identity()));
        Map<String, Long> saved =
                dictionaries.all().stream()
                        .collect(
                                Collectors.groupingBy(
                                        dictionary -> dictionary.id().run(),
                                        TreeMap::new,
                                        Collectors.counting()));
        known.keySet().forEach(run -> saved.putIfAbsent(run, 0L));
        List<RunLine> lines =
                saved.entrySet().stream()
                        .map(
                                run ->
                                        line(
                                                run.getKey(),
                                                Optional.ofNullable(known.get(run.getKey())),
                                                run.getValue()))
                        .toList();
        return Pages.runs(lines).render();
    }

    private RunLine line(String run, Optional<RunSpec> spec, long dictionaries) {
        Optional<String> owner = spec.flatMap(it -> runs.owner(it.run()));
        return new RunLine(run, spec, owner, status(run, spec), dictionaries);
    }

    private RunStatus status(String run, Optional<RunSpec> spec) {
        return spec.isPresent() ? RunStatus.of(board.of(run), runs.end(run)) : IMPORTED;
    }

    @GET
    @RolesAllowed(Roles.READER)
    @Path("pages/runs/{run}")
    @Operation(hidden = true)
    public String run(@PathParam("run") String run) {
        return Pages.run(page(DictionaryPath.run(run))).render();
    }

    private RunPage page(String run) {
        Optional<RunSpec> spec = runs.spec(run);
        List<SavedDictionary> saved = dictionaries.ofRun(run);
        if (spec.isEmpty() && saved.isEmpty()) {
            throw ProblemException.notFound("no such run: run=" + run);
        }
        Map<DictionaryId, Optional<Evaluation>> last =
                saved.stream()
                        .map(SavedDictionary::id)
                        .collect(Collectors.toMap(Function.identity(), this::lastHeldOut));
        List<TableRow> rows =
                last.values().stream()
                        .flatMap(Optional::stream)
                        .map(TableRow::of)
                        .sorted(ORDER)
                        .toList();
        List<String> waiting =
                last.entrySet().stream()
                        .filter(dictionary -> dictionary.getValue().isEmpty())
                        .map(dictionary -> path(dictionary.getKey()))
                        .sorted()
                        .toList();
        return new RunPage(
                run,
                spec,
                runs.owner(run),
                status(run, spec),
                accounts.of(run),
                rows,
                CurveLine.of(runs.curves(run)),
                waiting);
    }

    private Optional<Evaluation> lastHeldOut(DictionaryId dictionary) {
        return evaluations.of(dictionary).reversed().stream()
                .filter(evaluation -> evaluation.text().equals(Evaluation.HELD_OUT))
                .findFirst();
    }

    private static String path(DictionaryId dictionary) {
        return dictionary.site() + "/" + dictionary.recipe();
    }

    /** A page asks for this again and again, and for all of it once the run has ended. */
    @GET
    @RolesAllowed(Roles.READER)
    @Path("pages/runs/{run}/progress")
    @Operation(hidden = true)
    public Response progress(@PathParam("run") String run) {
        String name = DictionaryPath.run(run);
        RunPage page =
                new RunPage(
                        name,
                        runs.spec(name),
                        runs.owner(name),
                        RunStatus.of(board.of(name), runs.end(name)),
                        accounts.of(name),
                        List.of(),
                        List.of(),
                        List.of());
        Response.ResponseBuilder answer = Response.ok(Pages.run$progress(page).render());
        return page.status().isMoving()
                ? answer.build()
                : answer.header("HX-Refresh", "true").build();
    }
}
