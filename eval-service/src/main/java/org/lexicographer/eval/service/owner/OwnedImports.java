package org.lexicographer.eval.service.owner;

import static java.util.Objects.requireNonNull;

import jakarta.inject.Singleton;
import java.util.List;
import org.lexicographer.eval.store.ImportAccounts;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.RunOwner;
import org.lexicographer.runstore.RunOwners;
import org.lexicographer.runstore.StoredRuns;
import org.lexicographer.runtime.access.Caller;
import org.lexicographer.runtime.audit.AuditSubject;
import org.lexicographer.runtime.problem.ProblemException;
import org.lexicographer.runtime.quota.Quotas;
import org.lexicographer.runtime.quota.Quotas.Rule;

/** Whose the imported dictionaries are, and how much of them an owner may have. */
@Singleton
public final class OwnedImports {

    private final StoredRuns runs;
    private final RunOwners owners;
    private final ImportAccounts accounts;
    private final Caller caller;
    private final Quotas quotas;
    private final AuditSubject subject;

    OwnedImports(ObjectStore objects, Caller caller, Quotas quotas, AuditSubject subject) {
        this.runs = new StoredRuns(objects);
        this.owners = new RunOwners(objects);
        this.accounts = new ImportAccounts(objects);
        this.caller = requireNonNull(caller, "caller is null");
        this.quotas = requireNonNull(quotas, "quotas is null");
        this.subject = requireNonNull(subject, "subject is null");
    }

    /**
     * Checks that the caller may import a dictionary: to a run only its owner adds one, and nobody
     * beyond the quota.
     *
     * @param bytes how many are announced; 0 where nobody knows before they have come
     * @throws ProblemException 403 when it may not
     */
    public void mustBeAllowed(DictionaryId id, long bytes) {
        subject.is(id.toString());
        if (caller.isOperator()) {
            return;
        }
        if (runs.find(id.run()).isPresent()) {
            caller.mustChange(id.run(), owners.find(id.run()).map(RunOwner::owner));
        }
        caller.owner()
                .filter(owner -> quotas.isLimited(owner, List.of(Rule.IMPORT_SIZE)))
                .ifPresent(
                        owner ->
                                quotas.check(
                                        Rule.IMPORT_SIZE,
                                        owner,
                                        accounts.bytes(owner),
                                        Math.max(bytes, 1)));
    }

    /** Adds what the caller has imported to what it has. */
    public void add(DictionaryCheckpoint imported) {
        caller.owner().ifPresent(owner -> accounts.add(owner, imported));
    }
}
