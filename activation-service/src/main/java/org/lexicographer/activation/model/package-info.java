/** The folder of a language model goes in; activations at its sites, as arrays, come out. */
package org.lexicographer.activation.model;
