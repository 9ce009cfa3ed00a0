/**
 * One forward pass: a transformer's parts and token ids come in, the values at the wanted sites go
 * out, and nothing that they do not depend on is computed.
 */
package org.lexicographer.languagemodel.forward;
