package org.lexicographer.allinone.run;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.lexicographer.allinone.client.RestClient;
import org.lexicographer.allinone.process.Service;
import org.lexicographer.allinone.system.RunningSystem;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.account.RunAccount;
import org.lexicographer.pipeline.run.RunSpec;

/** Submits runs and reads what came of them, over the services' REST interfaces. */
public final class RunClient {

    private final RestClient rest = new RestClient();
    private final RunningSystem system;

    public RunClient(RunningSystem system) {
        this.system = requireNonNull(system, "system is null");
    }

    /** Tells whether a run of that name was submitted before. */
    public boolean isKnown(String run) {
        return rest.get(runs() + "/" + run).isPresent();
    }

    public void submit(RunSpec spec) {
        rest.post(runs(), spec.toJson());
    }

    private String runs() {
        return system.url(Service.TRAINER) + "runs";
    }

    /**
     * Returns what has become of everything that the run was given.
     *
     * @throws InvalidFieldsException when the answer does not say it
     */
    public RunAccount account(String run) {
        JsonNode status =
                rest.get(runs() + "/" + run)
                        .orElseThrow(() -> new IllegalStateException("no such run: run=" + run));
        return Json.bind(status.path("account"), RunAccount.class);
    }

    /** Returns how good the run's final dictionaries are on its held-out text, so far. */
    List<ResultRow> finalRows(String run) {
        String url = system.url(Service.EVALUATION) + "runs/" + run + "/evaluations";
        List<ResultRow> rows = new ArrayList<>();
        rest.get(url).ifPresent(table -> table.forEach(row -> rows.add(ResultRow.of(row))));
        rows.removeIf(row -> !row.isFinal());
        return rows;
    }
}
