package org.lexicographer.eval.collection;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.lexicographer.eval.collection.ImportPlan.Entry;
import org.lexicographer.objectstore.ObjectStoreException;
import org.lexicographer.objectstore.hub.Hub;
import org.lexicographer.objectstore.hub.HubFile;
import org.lexicographer.objectstore.hub.HubRepository;
import org.lexicographer.objectstore.hub.HubSettings;
import org.lexicographer.pipeline.Names;
import org.lexicographer.pipeline.access.AccessToken;
import org.lexicographer.pipeline.source.SourceUri;
import org.lexicographer.pipeline.source.SourceUri.HubPath;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Imports every dictionary of a folder, of a zip or of a repository of the hub, one after the
 * other, and says what became of each. Those that are there already are passed over, so that it can
 * be repeated.
 */
@Command(
        name = "./run import",
        sortOptions = false,
        description = {
            "Imports every dictionary of a folder, whichever tool wrote it, and says of each one"
                    + " what became of it. Files and names of folders say where it belongs; one that"
                    + " is not taken is named with the reason, and the others are. Those that are"
                    + " there already are passed over, so that the same command goes on after an"
                    + " outage. The system must be serving. The hub is HF_ENDPOINT, a token is taken"
                    + " from HF_TOKEN; what eval-service is shown is LEXICOGRAPHER_TOKEN."
        },
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {
            "0:every dictionary is there",
            "1:one is not: the reason is printed",
            "2:the command line is wrong"
        })
public final class ImportCommand implements Callable<Integer> {

    private static final String ZIP = ".zip";

    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream err;

    @Parameters(
            paramLabel = "FOLDER",
            description =
                    "A folder or a zip of this machine, hf://owner/name@revision, a folder in it, or"
                            + " a zip in it. Without a revision it is main.")
    private String source;

    @Option(
            names = "--language-model",
            paramLabel = "URI",
            description =
                    "The model that they are for: hf://owner/name@revision or s3://bucket/folder/."
                            + " Not needed where the run exists.")
    private Optional<String> languageModel = Optional.empty();

    @Option(
            names = "--run",
            paramLabel = "NAME",
            description = "The run that they are to belong to; named after the folder otherwise.")
    private Optional<String> run = Optional.empty();

    @Option(
            names = "--context-length",
            paramLabel = "T",
            description =
                    "Tokens per context to evaluate on; what the files say, or 128, otherwise.")
    private Optional<Integer> contextLength = Optional.empty();

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "Where eval-service is; http://localhost:8084 otherwise.")
    private URI url = URI.create("http://localhost:8084");

    @Option(names = "--list", description = "Print what would be imported, and import nothing.")
    private boolean list;

    @Option(names = "--help", usageHelp = true, description = "Print this.")
    private boolean help;

    private boolean complete = true;

    /**
     * Creates the command.
     *
     * @param environment what is set around the process
     */
    ImportCommand(Map<String, String> environment, PrintStream out, PrintStream err) {
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    /** Imports and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(new ImportCommand(System.getenv(), System.out, System.err).run(args));
    }

    int run(String... args) {
        return new CommandLine(this)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    @Override
    public Integer call() {
        try {
            if (source.startsWith("hf://")) {
                fromHub();
            } else {
                importAll(LocalFolders.open(Path.of(source)));
            }
            return complete ? 0 : 1;
        } catch (IOException | ObjectStoreException | IllegalArgumentException e) {
            err.println("import: " + (e.getMessage() == null ? e : e.getMessage()));
            return 1;
        }
    }

    private void fromHub() throws IOException {
        if (!(SourceUri.parse(source) instanceof HubPath path) || path.isDataset()) {
            throw new IllegalArgumentException("no repository of dictionaries: found=" + source);
        }
        Hub hub = new Hub(HubSettings.of(environment));
        HubRepository repository = HubFolders.repository(path);
        HubPath pinned = path.at(hub.commit(repository, path.revision()));
        if (!path.path().endsWith(ZIP)) {
            importAll(new HubFolders(hub, pinned));
            return;
        }
        Path folder = Files.createTempDirectory("lexicographer-import-");
        Path zip = folder.resolve(path.path().substring(path.path().lastIndexOf('/') + 1));
        try {
            HubFile file =
                    hub.files(repository, pinned.revision()).stream()
                            .filter(it -> it.path().equals(path.path()))
                            .findFirst()
                            .orElseThrow(() -> new IOException("no such file: uri=" + pinned));
            try (InputStream content = hub.open(repository, pinned.revision(), file)) {
                Files.copy(content, zip, StandardCopyOption.REPLACE_EXISTING);
            }
            importAll(LocalFolders.open(zip));
        } finally {
            Files.deleteIfExists(zip);
            Files.delete(folder);
        }
    }

    private void importAll(DictionaryFolders opened) throws IOException {
        try (DictionaryFolders folders = opened) {
            String name = run.orElseGet(() -> DictionaryNames.slug(folders.name()));
            ImportPlan plan = ImportPlan.of(folders, Names.check(name));
            if (plan.entries().isEmpty()) {
                throw new IOException("no dictionary recognised: folder=" + source);
            }
            EvalClient service = new EvalClient(url, AccessToken.of(environment));
            for (Entry entry : plan.entries()) {
                switch (entry) {
                    case Entry.Refused refused -> refuse(refused.folder(), refused.reason());
                    case Entry.Import wanted when list -> say("would be", wanted, "");
                    case Entry.Import wanted -> importOne(folders, wanted, service);
                }
            }
        }
    }

    private void importOne(DictionaryFolders folders, Entry.Import wanted, EvalClient service)
            throws IOException {
        try {
            Optional<JsonNode> before = service.find(wanted.id());
            if (before.isPresent()) {
                passOver(wanted, before.get());
                return;
            }
            DictionaryFolders.Upload upload = folders.upload(wanted.folder(), wanted.files());
            service.store(wanted.id(), upload, parameters());
            say("imported", wanted, "");
        } catch (EvalClient.RefusedException e) {
            refuse(wanted.folder(), e.getMessage());
        }
    }

    /** One of that name may be another one. */
    private void passOver(Entry.Import wanted, JsonNode there) {
        String format = there.path("config").path("imported").path("format").asText();
        if (format.equals(wanted.format().text())) {
            say("skipped", wanted, ", is there already");
        } else {
            refuse(
                    wanted.folder(),
                    "name is taken: dictionary=%s, imported from format=%s"
                            .formatted(wanted.id(), format.isEmpty() ? "none" : format));
        }
    }

    private Map<String, String> parameters() {
        Map<String, String> parameters = new TreeMap<>();
        languageModel.ifPresent(it -> parameters.put("languageModel", it));
        contextLength.ifPresent(it -> parameters.put("contextLength", it.toString()));
        return parameters;
    }

    private void say(String what, Entry.Import wanted, String more) {
        out.printf("%-8s  %s  from %s%s%n", what, wanted.id(), shown(wanted.folder()), more);
    }

    private void refuse(String folder, String reason) {
        complete = false;
        out.printf("refused   %s: %s%n", shown(folder), reason);
    }

    private static String shown(String folder) {
        return folder.isEmpty() ? "." : folder;
    }
}
