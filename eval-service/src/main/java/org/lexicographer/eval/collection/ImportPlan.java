package org.lexicographer.eval.collection;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.exchange.FolderFormat;
import org.lexicographer.dictionary.exchange.folder.Placement;
import org.lexicographer.objectstore.RefusedObjectStoreException;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.Names;
import org.lexicographer.pipeline.Site;

/**
 * What becomes of each folder, before any is sent. The same folders always give the same names.
 *
 * @param entries one for each folder, in the order of their paths, and then for each file of
 *     another tool
 */
record ImportPlan(List<Entry> entries) {

    /** What becomes of a folder. */
    sealed interface Entry {

        /** Returns the folder's path. */
        String folder();

        /** It is to be imported. */
        record Import(String folder, List<String> files, FolderFormat format, DictionaryId id)
                implements Entry {}

        /** It is not, for a reason. */
        record Refused(String folder, String reason) implements Entry {}
    }

    /** A folder whose place is known. */
    private record Placed(List<String> files, FolderFormat format, Site site) {}

    ImportPlan {
        entries = List.copyOf(entries);
    }

    /**
     * Looks at the configs of all folders. One that cannot be had, such as a file that the hub
     * refuses, does not keep the others from being imported.
     *
     * @param run the run that the dictionaries are to belong to
     * @throws IOException when the folders cannot be read
     * @throws org.lexicographer.objectstore.RetryableObjectStoreException when the hub is away
     */
    static ImportPlan of(DictionaryFolders folders, String run) throws IOException {
        Map<String, Placed> placed = new LinkedHashMap<>();
        Map<String, String> refused = new LinkedHashMap<>();
        for (Map.Entry<String, List<String>> folder : folders.folders().entrySet()) {
            try {
                placed.put(folder.getKey(), placed(folders, folder.getKey(), folder.getValue()));
            } catch (DictionaryException
                    | IllegalArgumentException
                    | RefusedObjectStoreException e) {
                refused.put(folder.getKey(), e.getMessage());
            }
        }
        Map<String, String> names = names(placed, folders.name());
        List<Entry> entries = new ArrayList<>();
        Set<DictionaryId> taken = new HashSet<>();
        for (String folder : folders.folders().keySet()) {
            entries.add(
                    refused.containsKey(folder)
                            ? new Entry.Refused(folder, refused.get(folder))
                            : entry(run, folder, placed.get(folder), names.get(folder), taken));
        }
        folders.unread().forEach((file, reason) -> entries.add(new Entry.Refused(file, reason)));
        return new ImportPlan(entries);
    }

    private static Placed placed(DictionaryFolders folders, String folder, List<String> files)
            throws IOException {
        FolderFormat format = FolderFormat.recognise(files).orElseThrow();
        List<String> config = format.configFile().filter(files::contains).stream().toList();
        Placement placement = format.placement(folders.config(folder, config));
        Optional<Site> site = placement.reads().site();
        if (site.isEmpty()) {
            throw new DictionaryException(
                    "site unknown: neither files nor folders name one, found=" + placement.reads());
        }
        if (placement.lacksTarget()) {
            throw new DictionaryException(
                    "a transcoder whose files do not name its target: import it alone, with reconstructs");
        }
        return new Placed(files, format, site.get());
    }

    /** Where two at a site would be called the same, both have the names of all their folders. */
    private static Map<String, String> names(Map<String, Placed> placed, String all) {
        Map<String, Integer> counts = new HashMap<>();
        placed.forEach(
                (folder, it) ->
                        counts.merge(
                                it.site() + DictionaryNames.shortName(folder, all),
                                1,
                                Integer::sum));
        Map<String, String> names = new HashMap<>();
        placed.forEach(
                (folder, it) -> {
                    String name = DictionaryNames.shortName(folder, all);
                    boolean alone = counts.get(it.site() + name) == 1;
                    names.put(folder, alone ? name : DictionaryNames.slug(all + "-" + folder));
                });
        return names;
    }

    private static Entry entry(
            String run, String folder, Placed placed, String name, Set<DictionaryId> taken) {
        if (!name.matches(Names.PATTERN)) {
            return new Entry.Refused(
                    folder, "no name of 1 to 63 letters, digits and hyphens: found=" + name);
        }
        DictionaryId id = new DictionaryId(run, placed.site(), name);
        return taken.add(id)
                ? new Entry.Import(folder, placed.files(), placed.format(), id)
                : new Entry.Refused(folder, "another folder has the same name: dictionary=" + id);
    }
}
