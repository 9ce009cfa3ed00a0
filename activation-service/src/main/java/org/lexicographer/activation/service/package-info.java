/**
 * Settings, topics, health and the process's beginning and end; the work is done in {@code job}.
 */
package org.lexicographer.activation.service;
