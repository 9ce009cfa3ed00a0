package org.lexicographer.eval.service.page.session;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;

/** The templates of what is shown outside of a session. */
@CheckedTemplate(basePath = "")
final class SessionPages {

    private SessionPages() {}

    /** Says that the session has ended. */
    static native TemplateInstance left();
}
