package org.lexicographer.eval.service.owner;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toSet;

import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
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
import org.lexicographer.runtime.quota.OngoingRequests;
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
    private final OngoingRequests<Import> coming = new OngoingRequests<>();

    /** What is to come; at least a byte, whoever knows how much. */
    private record Import(DictionaryId id, long bytes) {

        Import {
            bytes = Math.max(bytes, 1);
        }
    }

    OwnedImports(ObjectStore objects, Caller caller, Quotas quotas, AuditSubject subject) {
        this.runs = new StoredRuns(objects);
        this.owners = new RunOwners(objects);
        this.accounts = new ImportAccounts(objects);
        this.caller = requireNonNull(caller, "caller is null");
        this.quotas = requireNonNull(quotas, "quotas is null");
        this.subject = requireNonNull(subject, "subject is null");
    }

    /**
     * Has the caller import a dictionary, if it may: to a run only its owner adds one, and nobody
     * beyond the quota. Of two that come at the same time, at two replicas, each may be taken for
     * the last one that fits.
     *
     * @param bytes how many are announced; 0 where nobody knows before they have come
     * @param store stores the dictionary
     * @throws ProblemException 403 when it may not
     */
    public DictionaryCheckpoint add(
            DictionaryId id, long bytes, Supplier<DictionaryCheckpoint> store) {
        subject.is(id.toString());
        if (!caller.isOperator() && runs.find(id.run()).isPresent()) {
            caller.mustChange(id.run(), owners.find(id.run()).map(RunOwner::owner));
        }
        Optional<String> owner = caller.owner();
        return owner.isEmpty() ? store.get() : add(owner.get(), new Import(id, bytes), store);
    }

    private DictionaryCheckpoint add(
            String owner, Import asked, Supplier<DictionaryCheckpoint> store) {
        Supplier<DictionaryCheckpoint> added =
                () -> {
                    DictionaryCheckpoint stored = store.get();
                    accounts.add(owner, stored);
                    return stored;
                };
        boolean isLimited =
                !caller.isOperator() && quotas.isLimited(owner, List.of(Rule.IMPORT_SIZE));
        return isLimited
                ? coming.take(owner, asked, earlier -> mustHaveRoom(owner, asked, earlier), added)
                : added.get();
    }

    private void mustHaveRoom(String owner, Import asked, List<Import> earlier) {
        Set<DictionaryId> others = earlier.stream().map(Import::id).collect(toSet());
        quotas.check(
                Rule.IMPORT_SIZE,
                owner,
                accounts.bytes(owner, others) + earlier.stream().mapToLong(Import::bytes).sum(),
                asked.bytes());
    }
}
