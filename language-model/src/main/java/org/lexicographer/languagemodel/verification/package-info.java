/** A model and what another implementation computed with it go in; the differences come out. */
package org.lexicographer.languagemodel.verification;
