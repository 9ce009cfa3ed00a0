/**
 * The address of a language model goes in; a loaded model comes out, shared by all runs that use
 * it.
 */
package org.lexicographer.activation.model;
