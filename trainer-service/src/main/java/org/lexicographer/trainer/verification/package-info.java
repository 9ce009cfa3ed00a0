/**
 * Reference runs of other implementations come in; whether the recipes train like them goes out.
 */
package org.lexicographer.trainer.verification;
