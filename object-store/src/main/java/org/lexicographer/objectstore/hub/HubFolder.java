package org.lexicographer.objectstore.hub;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Files of a commit of a repository of models that were fetched together.
 *
 * @param repository the repository
 * @param commit the commit
 * @param name what the selection is called
 * @param paths where its files lie in the repository
 */
public record HubFolder(HubRepository repository, String commit, String name, List<String> paths) {

    public HubFolder {
        requireNonNull(repository, "repository is null");
        requireNonNull(commit, "commit is null");
        requireNonNull(name, "name is null");
        paths = List.copyOf(paths);
    }

    /** Returns the commit's address. */
    public String uri() {
        return repository + "@" + commit;
    }
}
