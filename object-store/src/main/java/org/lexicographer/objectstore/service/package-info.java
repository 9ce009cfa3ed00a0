/** The settings of the store in, its client as beans out: what every service needs of the store. */
package org.lexicographer.objectstore.service;
