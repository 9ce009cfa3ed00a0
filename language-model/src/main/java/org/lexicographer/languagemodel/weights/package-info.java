/** A model's stored tensors come in; those that its parts ask for go out, checked, as arrays. */
package org.lexicographer.languagemodel.weights;
