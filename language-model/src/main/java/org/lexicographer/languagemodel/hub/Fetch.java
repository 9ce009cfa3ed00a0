package org.lexicographer.languagemodel.hub;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.ObjectStoreException;
import org.lexicographer.objectstore.command.CommandContext;
import org.lexicographer.objectstore.command.StoreOptions;
import org.lexicographer.objectstore.hub.Hub;
import org.lexicographer.objectstore.hub.HubSettings;
import org.lexicographer.objectstore.hub.HubStore;
import org.lexicographer.objectstore.s3.MinioObjectStore;
import org.lexicographer.pipeline.source.SourceUri;
import org.lexicographer.pipeline.source.SourceUri.HubPath;
import org.lexicographer.pipeline.source.SourceUri.StoredObject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Stores what addresses of the hub name, as a service would that needs it: a model, files of a
 * dataset, or the folder of a dictionary. Prints the address with its commit, and where it lies.
 */
@Command(
        name = "./run fetch",
        sortOptions = false,
        description = {
            "Fetches models, dataset files and dictionaries from the hub into the object store,"
                    + " where runs find them without asking the hub again, and prints where they"
                    + " are. The hub is HF_ENDPOINT, a token is taken from HF_TOKEN, the store's"
                    + " keys from OBJECT_STORE_ACCESS_KEY and OBJECT_STORE_SECRET_KEY."
        },
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {
            "0:everything is stored",
            "1:something is not: the reason is printed",
            "2:the command line is wrong"
        })
public final class Fetch implements Callable<Integer> {

    private final CommandContext context;

    @Parameters(
            paramLabel = "URI",
            arity = "1..*",
            description =
                    "hf://owner/name@revision is a model,"
                            + " hf://datasets/owner/name@revision/data/*.jsonl.zst files of a dataset,"
                            + " hf://owner/name@revision/folder a dictionary. Without a revision it is"
                            + " main.")
    private List<String> uris;

    @Mixin private StoreOptions options = new StoreOptions();

    @Option(names = "--help", usageHelp = true, description = "Print this.")
    private boolean help;

    Fetch(CommandContext context) {
        this.context = context;
    }

    /** Fetches and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(new Fetch(CommandContext.ofProcess(MinioObjectStore::of)).run(args));
    }

    int run(String... args) {
        return context.run(this, args);
    }

    @Override
    public Integer call() {
        try {
            ObjectStore objects = context.open(options);
            objects.ensureBucket();
            HubStore stored = new HubStore(objects, new Hub(HubSettings.of(context.environment())));
            for (String uri : uris) {
                fetch(uri, new HubSources(stored), objects);
            }
            return 0;
        } catch (ObjectStoreException | IllegalArgumentException e) {
            context.err().println("fetch: " + e.getMessage());
            return 1;
        }
    }

    private void fetch(String uri, HubSources hub, ObjectStore objects) {
        if (!(SourceUri.parse(uri) instanceof HubPath path)) {
            throw new IllegalArgumentException("not an address of the hub: found=" + uri);
        }
        HubPath pinned = hub.pinned(path);
        if (pinned.path().isEmpty() && !pinned.isDataset()) {
            print(pinned, hub.model(pinned), objects);
        } else if (!pinned.isDataset() && !hub.tree(pinned).within(pinned.path()).isEmpty()) {
            print(pinned, hub.wholeFolder(pinned), objects);
        } else {
            hub.files(pinned).forEach(file -> print(file, hub.file(file), objects));
        }
    }

    private void print(HubPath path, StoredObject at, ObjectStore objects) {
        long files = 0;
        long bytes = 0;
        try (Stream<ObjectStat> listed = objects.list(at.key())) {
            for (ObjectStat object : (Iterable<ObjectStat>) listed::iterator) {
                files++;
                bytes += object.size();
            }
        }
        context.out().printf("%s%n  %s  files=%d, bytes=%d%n", path, at, files, bytes);
    }
}
