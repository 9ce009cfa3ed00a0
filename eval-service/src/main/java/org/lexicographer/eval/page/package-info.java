/** What the stores and the stages say goes in; what pages show of it comes out, plain Java. */
package org.lexicographer.eval.page;
