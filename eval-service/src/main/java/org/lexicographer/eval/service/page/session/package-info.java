/**
 * Browsers that log in, leave and send forms come in; who looks at a page, and the token without
 * which no form is taken, go out.
 */
package org.lexicographer.eval.service.page.session;
