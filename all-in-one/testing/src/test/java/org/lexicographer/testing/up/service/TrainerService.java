package org.lexicographer.testing.up.service;

/** Is used from below. */
public record TrainerService(String name) {}
