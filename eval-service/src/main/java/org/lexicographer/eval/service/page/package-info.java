/** The pages that browsers get: which address shows what, and what is sent along with it. */
package org.lexicographer.eval.service.page;
