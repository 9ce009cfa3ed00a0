package org.lexicographer.eval.service.page;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import java.util.List;
import org.lexicographer.eval.definition.Definition;
import org.lexicographer.eval.page.ComparePage;
import org.lexicographer.eval.page.DictionaryPage;
import org.lexicographer.eval.page.ImportPage;
import org.lexicographer.eval.page.RunLine;
import org.lexicographer.eval.page.RunPage;
import org.lexicographer.eval.page.SubmitPage;
import org.lexicographer.eval.page.TextPage;
import org.lexicographer.eval.page.latent.AblationView;
import org.lexicographer.eval.page.latent.LatentView;
import org.lexicographer.eval.page.latent.LatentsPage;
import org.lexicographer.eval.page.latent.UnmadePage;
import org.lexicographer.runtime.problem.Problem;

/** The templates of all pages; the build checks what they ask of their values. */
@CheckedTemplate
final class Pages {

    /** The media type of a page. */
    static final String HTML = "text/html;charset=UTF-8";

    private Pages() {}

    static native TemplateInstance runs(List<RunLine> runs);

    static native TemplateInstance run(RunPage page);

    /** The part of a run's page that says how far it has come. */
    static native TemplateInstance run$progress(RunPage page);

    static native TemplateInstance dictionary(DictionaryPage page);

    static native TemplateInstance text(TextPage page);

    static native TemplateInstance latents(LatentsPage page);

    static native TemplateInstance latent(LatentView page);

    static native TemplateInstance ablation(AblationView page);

    /** What is shown where latents were not counted. */
    static native TemplateInstance unmade(UnmadePage page);

    static native TemplateInstance submit(SubmitPage page);

    static native TemplateInstance dictionaryImport(ImportPage page);

    static native TemplateInstance compare(ComparePage page);

    static native TemplateInstance metrics(List<Definition> metrics);

    static native TemplateInstance latentFigures(List<Definition> figures);

    static native TemplateInstance problem(Problem problem);
}
