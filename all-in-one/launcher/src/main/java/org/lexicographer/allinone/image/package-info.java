/** The images of the services: what they are called, made of, labelled with and built by. */
package org.lexicographer.allinone.image;
